//! Why Oxeye cannot start: settings and stores that cannot be used. The English is what the errors say in the log.

super::sentences! {
    setting_unusable(setting: &str, shown: &str, origin: &str, expected: &str);
    setting_file_fails(path: &str, why: &str);
    setting_not_known(path: &str, key: &str, known: &str);
    setting_misspelt(path: &str, key: &str, meant: &str);

    value_hidden();
    value_not_set();
    value_not_text();
    from_environment();
    from_default();
    from_no_default();

    entry_not_readable(entry: usize);
    set_twice(setting: &str);
    set_to_no_text(setting: &str);

    accepts_number(unit: &str, least: &str, most: &str);
    accepts_token(shortest: usize);
    accepts_either(one: &str, other: &str);
    accepts_text();
    accepts_file_path();
    accepts_folder_path();
    accepts_networks();
    accepts_ip_address();
    accepts_port();
    accepts_address_with_port(example: &str);
    accepts_other_address();
    accepts_web_address();
    accepts_redis_address();
    accepts_time_zone();
    accepts_log_filter();
    accepts_fonts();
    accepts_kinds();

    unit_seconds();
    unit_hours();
    unit_days();
    unit_bytes();
    unit_connections();
    unit_addresses();
    unit_players();
    unit_players_per_hour();
    unit_attempts_per_minute();
    unit_events();
    unit_events_per_second();

    store_open_elsewhere(path: &str);
    store_hard_linked(path: &str);
    store_newer(path: &str, found: i64, known: i64);
    store_not_ours(path: &str);
    store_damaged(path: &str, found: &str);
    store_without_wal(path: &str);
    store_cannot_open(path: &str, why: &str);
}
