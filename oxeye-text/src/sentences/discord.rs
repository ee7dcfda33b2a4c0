//! Sentences that only Discord shows. The caller escapes names before it passes them.

super::sentences! {
    picture_of_online(count: usize, server: &str, players: &str);
    picture_of_last_known(count: usize, server: &str, players: &str);

    overview_title();
    overview_nobody();
    overview_players(count: usize);
    overview_different(count: usize);
    overview_online(players: &str, servers: usize);
    overview_nameless(count: usize);
    overview_only_nameless(count: usize);
    choice_online(count: usize);

    updated(moment: &str);
    button_refresh();
    button_show_all();
    button_previous();
    button_next();
    button_disconnect();
    button_keep();
    button_rotate_key();
    menu_open();
    menu_open_some();

    link_code(server: &str, code: &str, expires: &str);
    nothing_linked();
    nothing_linked_nor_watched();
    how_to_link(with_mod: &str, with_agent: &str);
    how_to_watch();
    ask_disconnect(server: &str);
    ask_unwatch(server: &str);
    is_disconnected(server: &str);
    ask_rotate_key(server: &str);
    rotation_code(server: &str, code: &str, expires: &str);
    no_key_to_rotate(server: &str);
    is_kept();
    is_named_already(server: &str);
    is_renamed(server: &str, name: &str);

    name_taken(server: &str);
    bot_removed();
    name_in_use(server: &str);
    unknown_server(typed: &str);
    server_gone();

    guild_only();
    old_button();
    needs_manage_server();
    command_needs_manage_server(command: &str);
    just_refreshed();
    turned_too_fast();
    old_command();
    our_fault(reference: &str);

    manage_server_hint();
    about_oxeye();
    about_status();
    about_status_server();
    about_list();
    about_connect();
    about_connect_name();
    about_disconnect();
    about_rotate_key();
    about_rename();
    about_rename_name();
    about_watch();
    about_watch_address();
    about_watch_name();
    about_watch_server();
    about_unwatch();
    about_server();
    about_help();
}
