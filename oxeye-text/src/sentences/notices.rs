//! Sentences about notices: members are told when a player comes on. Channels are mentions.

super::sentences! {
    notice_came_on(player: &str, server: &str);
    notice_came_on_in(player: &str, server: &str, guild: &str);
    notice_added(player: &str);
    notice_added_with_channel(player: &str, channel: &str);
    notice_removed(player: &str);
    notice_was_removed();
    ask_forget_notices(count: usize);
    notices_forgotten(count: usize);
    notice_list();
    notice_list_empty();
    notice_entry_refused(entry: &str);
    notice_entry_ended(entry: &str);
    notices_refused();
    notices_ended();
    button_end_notice();

    notice_unknown_player(player: &str);
    notice_exists(player: &str);
    too_many_notices(count: usize);
    too_many_notices_of_guild(count: usize);
    too_many_notices_in_all();
    no_notice();
    notice_in_closed_channel(channel: &str);

    no_notices();
    notice_line(number: &str, member: &str, player: &str, duration: &str);
    notice_ended_by_operator(number: &str);

    about_notify();
    about_notify_add();
    about_notify_add_name();
    about_notify_add_channel();
    about_notify_remove();
    about_notify_remove_name();
    about_notify_list();
}
