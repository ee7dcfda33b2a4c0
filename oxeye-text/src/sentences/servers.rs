//! Sentences about servers, players and their names, for every place that shows them.

super::sentences! {
    duration(unit: &str, count: u64);
    duration_inflected(unit: &str, count: u64);
    list_end(first: &str, last: &str);
    either_end(first: &str, last: &str);
    and_more(count: usize);
    and_more_with_all(count: usize);
    plus_more(count: usize);

    state_online();
    state_starting();
    state_down();
    state_quiet();
    state_stale();
    state_awaiting_sync();
    state_disconnected();

    meaning_quiet();
    meaning_awaiting_sync();
    meaning_disconnected();

    players_online(count: usize);
    players_online_of_max(count: usize, max: u32);
    players_last_known(count: usize);
    names_not_reported();
    all_servers();

    last_heard(moment: &str);
    no_word_for(duration: &str);
    nobody_shown(silence: &str);
    down_since(moment: &str);
    down_for(duration: &str);

    roster_joined(players: &str);
    roster_last_known(players: &str);
    last_seen_heading(unit: &str, count: u64);
    last_seen_nobody();
    page_of(first: usize, last: usize, total: usize);
    server_of_guild(server: &str, guild: &str);
    player_online(player: &str, duration: &str);
    player_offline(player: &str, duration: &str);

    server_name_nothing_visible();
    server_name_too_long(limit: usize);
    server_name_invisible();
    player_name_empty();
    player_name_too_long(limit: usize);
    player_name_control_character();
    player_name_spaces_at_ends();
}
