//! Sentences that only the command line prints, `oxeye check` last. The caller neutralises names before it passes them.

super::sentences! {
    no_server_linked();
    linked_servers(servers: &str);
    no_such_server(server: &str, linked: &str);
    which_spelling(server: &str, first: &str, second: &str);
    which_guild(guilds: &str);
    which_guild_of(server: &str, first: &str, second: &str);
    server_vanished();

    port_is_zero(setting: &str);
    token_refused(url: &str, origin: &str);
    token_in_setting();
    token_in_file(path: &str);
    strange_answer(url: &str, status: &str, setting: &str);
    backend_silent(url: &str);
    backend_not_running(url: &str, setting: &str);
    answer_stopped();
    answer_broke_off();

    no_such_command(typed: &str, meant: &str);
    no_such_option(typed: &str, meant: &str);

    cannot_read(path: &str);
    cannot_write(path: &str);
    file_exists(path: &str);

    link_instructions(minutes: u64, code: &str, url: &str);
    server_unlinked(server: &str);
    server_renamed(server: &str, name: &str);

    yes_words();
    needs_yes();
    ask_remove(server: &str);
    nothing_removed();
    server_removed(server: &str, sessions: usize, players: usize);
    names_leave_later();
    ask_forget(player: &str);
    nothing_forgotten();
    player_forgotten(player: &str, sessions: usize, servers: usize);
    name_leaves_later();

    which_picture(linked: &str);
    nobody_called(player: &str, linked: &str);
    player_on_server(player: &str, server: &str);
    times_of_zone(zone: &str);
    never();
    seen_now(duration: &str);
    seen_at(time: &str, duration: &str);
    first_seen();
    last_seen();
    today();
    this_week();
    this_month();
    last_days(days: u16);
    in_all();
    sessions();
    sessions_none();
    sessions_of_player(count: usize, longest: &str, average: &str);
    imported();
    imported_playtime(duration: &str);

    top_heading(place: &str, range: &str, zone: &str);
    top_empty(heading: &str);
    top_servers(servers: &str);
    top_days(days: u16);
    top_all();
    session_count(count: u32);

    no_session_of(player: &str, linked: &str);
    sessions_heading(whose: &str, zone: &str);
    still_there();
    older_sessions();
    end_left();
    end_server_stopped();
    end_disconnected();
    end_missing_from_sync();
    end_stale();

    uptime_heading(server: &str, percent: &str, days: u16);
    uptime_unknown(server: &str, days: u16);
    uptime_known(known: &str);
    uptime_partly_known(known: &str, unknown: &str);
    uptime_outages(count: usize);
    uptime_gaps();
    uptime_until_now();
    known_by_report();
    known_by_probe();
    known_by_silence();
    known_by_oxeye_off();
    known_by_no_heartbeats();
    known_by_unlinked();
    known_by_too_many_changes();

    activity_off();
    activity_heading(player: &str, state: &str);
    activity_online(duration: &str);
    activity_offline();
    activity_last(duration: &str);
    activity_nothing(days: u16);
    this_session();
    playtime();
    sectors_visited();
    days_end_in_utc();
    newest_events();
    ago(duration: &str);
    event_in_words(event_type: &str);
    event_with_details(event: &str, details: &str);
    counter_name(counter: &str);
    unknown_counter(counter: &str, known: &str);
    counter_top_empty(heading: &str);

    members_none_kept();
    members_which_guild(guilds: &str);
    members_what(what: &str);
    members_count(members: usize);
    members_in_voice(members: usize);
    members_skipped_activities(activities: u64);
    members_kept(kinds: &str, days: u16);
    members_nobody_in_voice();
    members_shares_screen();
    members_has_camera();
    members_user(user: &str, guild: &str);
    members_total(what: &str, duration: &str);
    members_together(members: &str);
    members_newest_sessions();
    members_lasts();
    members_end_estimated();

    backup_of_activity_written(path: &str, bytes: u64);
    backup_of_presence_written(path: &str, bytes: u64);
    backup_written(path: &str, bytes: u64);
    backup_streamed(names: &str, bytes: u64);
    backup_to_terminal();
    cannot_print();
    export_written(path: &str, bytes: u64);
    which_file();
    file_imported(added: u64, skipped: u64, servers: u64);
    activity_left_out(count: u64);

    which_world_server();
    playtime_imported(server: &str, players: usize, changed: usize);
    accounts_without_name(count: usize);
    files_not_used(count: usize);
    no_stats(path: &str);
    no_stats_but(path: &str, worlds: &str);
    which_world(path: &str);
    no_user_cache(path: &str);
    no_names(reasons: &str);
    file_damaged(path: &str, reason: &str);
    file_unreadable(path: &str, reason: &str);
    not_an_account();
    not_a_file();
    too_large();
    empty_file();
    not_json();
    not_json_throughout();
    no_accounts();
    no_statistics();
    no_playtime();

    settings_fine();
    subject_oxeye();
    subject_store();
    subject_watching();
    subject_discord();
    subject_fleet();
    finding(subject: &str, words: &str);
    finding_wrong(subject: &str, words: &str);
    warning(words: &str);
    things_wrong(count: usize);

    warning_store_not_writable();
    warning_activity_not_writable();
    warning_discord(state: &str);
    warning_presence_intent();
    warning_redis(reason: &str);
    warning_stale_sessions(count: usize, servers: &str);
    warning_unknown_servers_in_kinds(count: usize, servers: &str);
    warning_watching_off(count: usize);
    warning_store_queue();
    warning_requests(server: &str, setting: &str, count: u64);
    warning_activity_events(server: &str, setting: &str, count: u64);
    warning_batch_events(server: &str, setting: &str, count: u64);
    warning_new_players(server: &str, setting: &str, count: u64);

    oxeye_not_asked(setting: &str);
    oxeye_not_running(url: &str);
    oxeye_silent(url: &str);
    oxeye_stranger(url: &str, setting: &str);
    oxeye_demo(url: &str);
    oxeye_fine(url: &str);
    oxeye_fine_apart(url: &str, operator_url: &str);

    health_fine(url: &str);
    health_not_fine(url: &str);

    store_of_demo();
    store_not_writable(url: &str);
    store_elsewhere(url: &str);
    store_of_another(path: &str, url: &str);
    store_not_in_use(path: &str, url: &str);
    store_in_use(path: &str, url: &str);
    store_missing(path: &str);
    store_taken(path: &str, url: &str);
    store_old(path: &str, found: i64, known: i64);
    store_fine(path: &str);
    store_read_only(path: &str);
    store_folder_read_only(path: &str);
    store_not_found(path: &str);

    watching_off();
    watching_allowed(count: usize, total: usize, per_guild: usize, allowed: &str);
    watching_public();
    watching_any();
    watching_not_running(allowed: &str);
    discord_off_in_demo();
    discord_off();
    discord_off_there();
    discord_token_of(bot: &str, invite: &str);
    discord_not_in_demo(token: &str);
    discord_not_started(token: &str);
    discord_not_connected(token: &str);
    discord_bot(state: &str);
    discord_unreachable(url: &str, reason: &str);
    discord_unknown_token();
    discord_odd_status(status: &str);
    discord_odd_answer();
    discord_no_name();
    fleet_not_set();
    fleet_answers(url: &str, count: usize);
    fleet_without_bot(fleet: &str);
    fleet_unreachable(url: &str);
    fleet_not_ready(url: &str);
    fleet_odd_status(url: &str, status: u16);
    fleet_stranger(url: &str);
}
