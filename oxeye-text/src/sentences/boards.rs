//! Sentences about boards in Discord, and about the permissions that they need. Channels are mentions.

super::sentences! {
    board_last_seen();
    board_empty();

    board_posted(link: &str);
    board_renewed(link: &str);
    board_on_its_way(channel: &str);
    board_posted_later(channel: &str, time: &str);
    board_renewed_later(link: &str, time: &str);
    boards_removed(count: usize, channel: &str);
    board_messages_left(count: usize);

    no_board(channel: &str);
    no_board_but(channel: &str, channels: &str);
    too_many_boards(count: usize);
    not_for_boards(channel: &str);
    channel_gone();
    thread_is_locked(channel: &str);
    forum_needs_tag(channel: &str);
    board_not_accepted(channel: &str, code: &str);
    missing_permissions(count: usize, channel: &str, permissions: &str);
    refused_despite_permissions(channel: &str, permissions: &str);
    permission_name(permission: &str);

    about_board();
    about_board_post();
    about_board_post_server();
    about_board_post_channel();
    about_board_post_picture();
    about_board_off();
    about_board_off_channel();
}
