//! Boards that Discord refuses.

use super::*;

#[tokio::test]
async fn a_board_in_a_deleted_channel_is_stopped_and_its_poster_told() {
    let mut guild = Guild::with_a_board(&[(404, 10_003), (200, 0), (200, 0)]).await;
    let running = guild.start();
    for request in [
        "POST /channels/8/messages",
        "POST /users/@me/channels",
        "POST /channels/9/messages",
    ] {
        guild.is_asked(request).await;
    }
    running.stops().await;

    let board = guild.board().await;
    assert_eq!(board.told_at, Some(NOW));
    assert_eq!(board.stopped.unwrap().reason, StopReason::ChannelDeleted);
}

#[tokio::test]
async fn a_deleted_message_is_posted_again_once() {
    let mut guild = Guild::with_a_board(&[
        (200, 0),
        (404, 10_008),
        (200, 0),
        (200, 0),
        (200, 0),
        (404, 10_008),
        (200, 0),
        (200, 0),
    ])
    .await;
    let running = guild.start();
    guild.is_asked("POST /channels/8/messages").await;
    running.stops().await;
    guild.sees_join("jeb_").await;

    let running = guild.start();
    for request in [
        "PATCH /channels/8/messages/9",
        "POST /channels/8/messages",
        "POST /users/@me/channels",
        "POST /channels/9/messages",
    ] {
        guild.is_asked(request).await;
    }
    running.stops().await;
    assert_eq!(guild.board().await.reposted_at, Some(NOW));
    guild.sees_join("Steve").await;

    let running = guild.start();
    guild.is_asked("PATCH /channels/8/messages/9").await;
    guild.is_asked("POST /users/@me/channels").await;
    running.stops().await;
    let stopped = guild.board().await.stopped.unwrap();
    assert_eq!(stopped.reason, StopReason::MessageDeleted);
}

#[tokio::test]
async fn an_archived_thread_is_opened_once() {
    let mut guild =
        Guild::with_a_board_to_edit(&[(200, 0), (400, 50_083), (200, 0), (200, 0)]).await;
    let before = guild.board().await.shown;

    let running = guild.start();
    guild.is_asked("PATCH /channels/8/messages/9").await;
    guild.is_asked("PATCH /channels/8").await;
    guild.is_asked("PATCH /channels/8/messages/9").await;
    running.stops().await;

    assert_ne!(guild.board().await.shown, before);
}

#[tokio::test]
async fn a_locked_thread_is_not_opened_and_its_poster_told() {
    let answers = &[(200, 0), (400, 50_083), (403, 50_013), (200, 0), (200, 0)];
    let mut guild = Guild::with_a_board_to_edit(answers).await;

    let running = guild.start();
    for request in [
        "PATCH /channels/8/messages/9",
        "PATCH /channels/8",
        "POST /users/@me/channels",
        "POST /channels/9/messages",
    ] {
        guild.is_asked(request).await;
    }
    running.stops().await;

    let board = guild.board().await;
    assert_eq!((board.blocked_since, board.told_at), (Some(NOW), Some(NOW)));
    assert_eq!(board.stopped, None);
}

#[tokio::test]
async fn an_edit_without_an_answer_is_looked_for_before_it_is_repeated() {
    let answers = &[(200, 0), (502, 0), (200, 0), (200, 0)];
    let mut guild = Guild::with_a_board_to_edit(answers).await;

    let running = guild.start();
    guild.is_asked("PATCH /channels/8/messages/9").await;
    guild.is_asked("GET /channels/8/messages/9").await;
    guild.is_asked("PATCH /channels/8/messages/9").await;
    running.stops().await;
}
