//! Sentences about counters, which only Discord shows. $channel links to the channel.

super::sentences! {
    counter_in_status(channel: &str, shown: &str);
    counter_in_name(channel: &str, shown: &str);
    counter_off_status(channel: &str);
    counter_off_name(channel: &str, name: &str);
    no_counter(channel: &str);
    no_counter_but(channel: &str, channels: &str);
    counter_needs_voice();
    too_many_counters(count: usize);
    template_without_placeholder(placeholders: &str, example: &str);
    template_too_long(limit: usize);
    template_unknown_placeholder(typed: &str, placeholders: &str);
    counter_blocked(channel: &str);
    counter_given_up_permission(channel: &str);
    counter_given_up_refused(channel: &str);

    about_counter();
    about_counter_set();
    about_counter_set_channel();
    about_counter_set_template(example: &str);
    about_counter_set_server();
    about_counter_off();
}
