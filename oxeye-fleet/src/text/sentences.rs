//! The list of all sentences with their arguments. Their words are in `en.ftl` and `de.ftl`.

oxeye_catalogue::sentences! { super::Text:
    span(unit: &str, count: u64);
    ago(unit: &str, count: u64);

    servers_in_use(live: usize, max: usize, players: usize);
    draining(servers: &str);
    warning_no_new_servers(reason: &str);
    column_server();
    column_state();
    column_url();
    column_players();
    column_age();
    column_ends_in();
    column_cpu();
    column_memory();
    slot_state(state: &str);
    invalid_server();
    server_stops(server: &str);
    drain_on();
    drain_off();

    no_worlds();
    column_world();
    column_size();
    column_changed();
    column_used_by();
    invalid_world();
    file_exists(path: &str);
    cannot_write(path: &str);
    download_broke_off();
    world_copied(world: &str, path: &str);
    yes_words();
    needs_yes();
    ask_delete(world: &str);
    nothing_deleted();
    world_deleted(world: &str);

    subject_folder();
    subject_command();
    subject_fleet();
    mark_fine();
    mark_wrong();
    things_wrong(count: usize);
    folder_missing(path: &str);
    folder_is_none(path: &str);
    folder_not_writable(path: &str, reason: &str);
    command_not_set();
    command_found(program: &str, path: &str);
    command_not_found(program: &str);
    not_running();
    port_in_use(port: &str, reason: &str);
    running_at(what: &str, url: &str);
    fleet_fine(running: &str, live: usize, max: usize);
    fleet_starts_none(running: &str, reason: &str);
    fleet_crash(running: &str, server: &str, crash: &str, path: &str);

    fleet_silent(url: &str);
    fleet_not_found(url: &str);
    token_refused(url: &str);
    token_missing(path: &str);
    token_unusable(path: &str, length: usize);
    token_unreadable(path: &str, reason: &str);
    odd_status(status: &str);
    odd_answer();
    answer_too_slow();
    answer_broke_off();

    no_signals();
    no_demo_folder();
    no_folder(path: &str);
    no_listener(address: &str, setting: &str);
    folder_in_use();
    folder_unusable(reason: &str);
    not_linux();
    no_program_path();
    fleet_ended();

    said_engine_away();
    said_store_not_writable();
    said_disk_not_writable();
    said_no_port();
    said_starting();
    said_internal();
    said_no_server();
    said_no_world();
    said_world_in_use(world: &str, server: &str);
    said_crashed();
    said_crashed_empty();
    said_given_up();
    said_crashes();
    said_all_ports_taken();
    said_cannot_start(program: &str);
    said_no_file();
    said_not_executable();
    said_cannot_use_world(world: &str);
    said_is_link();
    said_cannot_use_a_world();
    said_cannot_make_world();
    said_cannot_lock_worlds();
    said_cannot_keep_record();
    said_cannot_write_output(world: &str);
    said_cannot_write_any_output();
    said_foreign_folder(path: &str);
    said_no_proc();
}
