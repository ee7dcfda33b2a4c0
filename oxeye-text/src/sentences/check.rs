//! What `oxeye check` says.

super::sentences! {
    settings_fine();
    subject_oxeye();
    subject_store();
    subject_discord();
    finding(subject: &str, words: &str);
    finding_wrong(subject: &str, words: &str);
    warning(words: &str);
    things_wrong(count: usize);

    oxeye_not_asked();
    oxeye_not_running(url: &str);
    oxeye_silent(url: &str);
    oxeye_stranger(url: &str);
    oxeye_demo(url: &str);
    oxeye_fine(url: &str);

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

    discord_off_in_demo();
    discord_off();
    discord_off_there();
    discord_token_of(bot: &str);
    discord_not_in_demo(token: &str);
    discord_not_started(token: &str);
    discord_not_connected(token: &str);
    discord_bot(state: &str);
    discord_unreachable(url: &str, reason: &str);
    discord_unknown_token();
    discord_odd_status(status: &str);
    discord_odd_answer();
    discord_no_name();
}
