//! Why the running Oxeye refuses what a command asks. The caller makes names safe to show before it passes them.

super::sentences! {
    refused_unknown_server(guild: &str, servers: &str);
    refused_unknown_local_server(servers: &str);
    refused_unknown_guild(guild: &str, guilds: &str);
    refused_no_local_server(guilds: &str);
    refused_unknown_player();
    refused_unknown_member();
    refused_unknown_alert();
    refused_too_many_alerts(limit: usize);
    refused_unknown_notice();
    refused_notice_exists();
    refused_too_many_notices(count: usize);
    refused_too_many_notices_in_guild(count: usize);
    refused_too_many_notices_in_all(count: usize);
    refused_unknown_account();
    refused_not_joined();
    refused_nobody_to_forget();
    refused_similar_player(player: &str);
    refused_name_taken();
    refused_name_in_use();
    refused_no_key();
    refused_already_unlinked();
    refused_not_watched();
    refused_deletes_sessions(count: usize);

    refused_not_an_export();
    refused_export_version(found: u32, oldest: u32, newest: u32);
    refused_line_too_long(line: &str, limit: usize);
    refused_line(line: &str, reason: &str, first: &str);
    line_rounded_guild_id(guild: &str);
    line_not_usable(reason: &str);
    line_not_json(column: &str);
    line_key_missing(key: &str);
    line_key_twice(key: &str);
    line_word_unknown(sent: &str, known: &str);
    line_kind_wrong(sent: &str, wanted: &str);
    line_session_times();
    line_session_in_future();
    line_session_half_ended();
    line_session_end(known: &str);
    line_account_times();
    line_guild_id_too_large();
    refused_body_incomplete();

    refused_only_reader();
    refused_operator_api_elsewhere();
    refused_unknown_route();
    refused_busy();
    refused_timed_out();
    refused_stopping();
    refused_too_many_connections();
    refused_too_many_large_requests();
    refused_too_many_copies();
    refused_store_not_writable();
    refused_store_lost();
    refused_activity_store_lost();
    refused_internal();
    refused_request(reason: &str);
    refused_body_too_large(limit: usize);
    refused_url_too_long();
}
