//! Sentences about watched addresses, for Discord, the command line and the operator API. The caller makes names safe
//! to show before it passes them.

super::sentences! {
    found(facts: &str);
    found_nothing(seconds: u64);
    found_no_way_there(seconds: u64);
    found_no_number();
    found_no_names();
    server_watched(server: &str, found: &str);
    address_watched(server: &str, found: &str);
    server_not_watched(server: &str);
    address_not_watched(server: &str);
    watch_list_entry(server: &str, address: &str, facts: &str);
    watch_list_empty();
    beside_a_plugin();
    last_answer(duration: &str);
    no_answer_yet();
    unanswered_no_answer();
    unanswered_not_minecraft();
    unanswered_unknown_host();
    unanswered_forbidden();
    unanswered_no_dns();
    unanswered_own_network();
    state_awaiting_answer();
    meaning_awaiting_answer();
    state_never_answered();
    meaning_never_answered();
    meaning_not_asked();
    watch_no_address();
    watch_address_too_long();
    watch_url();
    watch_malformed();
    watch_odd_ip();
    watch_port();
    watch_low_port();
    watch_not_public();
    watch_no_machine();
    watch_leads_inside();
    watch_unknown_host();
    watch_not_minecraft();
    watch_name_too_long(limit: usize);
    watch_name_taken(server: &str);
    watch_already(server: &str);
    watch_has_address(server: &str);
    watch_full_here(limit: usize);
    watch_full(limit: usize);
    watch_both();
    watch_too_many_tries();
    watch_bot_removed();
    watch_off();
    no_address_of(server: &str);
}
