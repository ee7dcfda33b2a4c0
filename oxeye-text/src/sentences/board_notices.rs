//! What whoever posted a board is told when something is wrong with it. The caller passes the channel as
//! Discord's mention.

super::sentences! {
    board_posted_again(channel: &str);
    board_waits(channel: &str, reason: &str);
    board_stopped(channel: &str, reason: &str);

    board_message_deleted();
    board_channel_deleted();
    board_no_permission();
    board_thread_archived();
    board_thread_locked();
    board_refused();
}
