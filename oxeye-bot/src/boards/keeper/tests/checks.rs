//! What was done to a message while no process kept its board.

use oxeye_db::SyncPlayer;
use oxeye_db::testing::player;

use super::*;
use crate::rest::Payload;

#[tokio::test]
async fn a_board_whose_message_is_as_it_was_is_left_alone_after_a_start() {
    let mut guild = Guild::with_a_board(&[(200, 0), (200, 0)]).await;
    let running = guild.start();
    guild.is_asked("POST /channels/8/messages").await;
    running.stops().await;

    let running = guild.start();
    guild.is_asked("GET /channels/8/messages/9").await;
    running.stops().await;

    assert!(guild.requests.try_recv().is_err());
}

#[tokio::test]
async fn an_edit_that_the_store_does_not_know_of_is_replaced_after_a_start() {
    let mut guild = Guild::with_a_board(&[(200, 0); 4]).await;
    let running = guild.start();
    guild.is_asked("POST /channels/8/messages").await;
    running.stops().await;
    let edit = Payload {
        json: json!({"content": "", "embeds": [{"title": "survival", "description": "nobody"}]}),
        files: Vec::new(),
    };
    guild.rest.edit_message(8, 9, &edit).await.unwrap();
    guild.is_asked("PATCH /channels/8/messages/9").await;

    let running = guild.start();
    guild.is_asked("GET /channels/8/messages/9").await;
    guild.is_asked("PATCH /channels/8/messages/9").await;
    running.stops().await;
}

#[tokio::test]
async fn a_message_that_was_deleted_meanwhile_is_posted_again_and_then_given_up() {
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

    let running = guild.start();
    for request in [
        "GET /channels/8/messages/9",
        "POST /channels/8/messages",
        "POST /users/@me/channels",
        "POST /channels/9/messages",
    ] {
        guild.is_asked(request).await;
    }
    running.stops().await;
    assert_eq!(guild.board().await.reposted_at, Some(NOW));

    let running = guild.start();
    for request in [
        "GET /channels/8/messages/9",
        "POST /users/@me/channels",
        "POST /channels/9/messages",
    ] {
        guild.is_asked(request).await;
    }
    running.stops().await;
    let board = guild.board().await;
    assert_eq!(board.stopped.unwrap().reason, StopReason::MessageDeleted);
    assert_eq!(board.told_at, Some(NOW));
}

/// A time at which Oxeye starts again.
const LATER: UnixSeconds = UnixSeconds(NOW.0 + 60);

#[tokio::test]
async fn a_deleted_message_is_missed_before_its_server_reports() {
    let answers = &[(200, 0), (404, 10_008), (200, 0), (200, 0), (200, 0)];
    let mut guild = Guild::with_a_board(answers).await;
    let roster = guild
        .store
        .sync_players(guild.server, vec![SyncPlayer::new(player("Alex"))], NOW);
    roster.await.unwrap();
    let running = guild.start();
    guild.is_asked("POST /channels/8/messages").await;
    running.stops().await;
    guild.store = guild.store.restarted(LATER).await;

    let running = guild.start_with(|| LATER);
    guild.is_asked("GET /channels/8/messages/9").await;
    guild.is_asked("POST /channels/8/messages").await;
    running.stops().await;
}
