//! Sentences about alerts. In Discord, channels and roles are mentions, and $time is shown as a clock.

super::sentences! {
    alert_down(server: &str, time: &str, ago: &str);
    alert_silent(server: &str, time: &str, ago: &str);
    alert_up(server: &str, time: &str, duration: &str);
    alert_record(server: &str, players: u32, time: &str, before: u32, date: &str);
    alert_test(server: &str, time: &str);
    alert_test_all(time: &str);

    alert_set(channel: &str, server: &str);
    alert_set_all(channel: &str);
    alert_notifies(role: &str);
    alert_cannot_notify(role: &str);
    alert_also_visits();
    alert_also_records();
    alert_also_newcomers();
    alerts_off(count: usize, channel: &str);
    alert_tested(link: &str);
    alert_on_its_way(channel: &str);
    alert_blocked(channel: &str);
    alert_thread_locked(channel: &str);
    alert_refused(channel: &str, code: &str);
    alert_channel_deleted(channel: &str);

    visits_joined(count: usize, players: &str, server: &str, time: &str);
    visits_left(count: usize, players: &str, server: &str, time: &str);
    visits_new(count: usize, players: &str, server: &str, time: &str);
    visits_more(count: usize);
    visits_elsewhere(count: usize);

    alert_list();
    alert_list_empty();
    alert_line(channel: &str, servers: &str, topics: &str);
    alert_all_servers();
    topic_outages();
    topic_visits();
    topic_records();
    topic_newcomers();

    no_alert(channel: &str);
    no_alert_but(channel: &str, channels: &str);
    too_many_alerts(count: usize);
    not_for_alerts(channel: &str);
    alert_not_accepted(channel: &str, code: &str);
    alert_not_everyone();
    local_guild_has_no_channels();

    no_alerts();
    alert_entry(number: &str, channel: &str, server: &str, duration: &str);
    alert_entry_all(number: &str, channel: &str, duration: &str);
    alert_entry_stopped(entry: &str);
    alert_entry_blocked(entry: &str);
    alert_removed(number: &str);
    alert_test_without_bot(number: &str);
    alert_test_queued(number: &str);

    about_alerts();
    about_alerts_set();
    about_alerts_set_channel();
    about_alerts_set_server();
    about_alerts_set_role();
    about_alerts_set_visits();
    about_alerts_set_records();
    about_alerts_set_newcomers();
    about_alerts_list();
    about_alerts_off();
    about_alerts_off_channel();
    about_alerts_test();
}
