//! A store that does not take what it is given: nothing is believed that is not in the file.

mod parts;
mod stage;

use std::time::Duration;
use uuid::Uuid;

use super::*;
use crate::ids::GuildId;
use crate::testing::{self, STALE_TIMEOUT};
use stage::{NOW, Stage};

/// The file may not grow any more: SQLite says that the disk is full.
const FULL: &str = "PRAGMA max_page_count = 1";
const ROOM: &str = "PRAGMA max_page_count = 1000000";

#[tokio::test]
async fn on_a_full_disk_nothing_is_half_done_and_all_goes_on_when_there_is_room() {
    let stage = Stage::new().await;
    assert_eq!(stage.rush("early", 50).await, 50);
    stage.leave("early000000000000000000000007").await.unwrap();
    stage.file(FULL).await;

    let taken = stage.rush("late", 600).await;

    assert!(taken < 600, "the disk was to be full");
    assert_eq!(stage.believed().online.len(), 49 + taken);
    stage.assert_memory_is_the_file();

    stage.file(ROOM).await;
    let retried = stage.rush("late", 600).await;
    assert_eq!(retried, 600);
    assert_eq!(stage.believed().online.len(), 49 + 600);
    stage.assert_memory_is_the_file();
}

#[tokio::test]
async fn what_cannot_be_written_is_not_believed() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    stage.file("PRAGMA query_only = ON").await;
    let before = stage.believed();

    stage.join("Steve").await.unwrap_err();
    stage.leave("Alex").await.unwrap_err();
    let (database, server) = (&stage.database, stage.server);
    let goodbye = database.disconnect_by_plugin(server.into(), NOW).await;
    goodbye.unwrap_err();

    assert_eq!(stage.believed(), before);
    stage.assert_memory_is_the_file();
}

#[tokio::test]
async fn a_disconnect_that_failed_leaves_the_server_linked() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    stage.file("ALTER TABLE api_keys RENAME TO hidden").await;
    let (database, server) = (&stage.database, stage.server);

    let goodbye = database.disconnect_by_plugin(server.into(), NOW).await;

    goodbye.unwrap_err();
    assert!(stage.believed().linked);
    stage.file("ALTER TABLE hidden RENAME TO api_keys").await;
    stage.join("Steve").await.unwrap();
}

#[tokio::test]
async fn sessions_of_a_silent_server_that_could_not_be_closed_are_closed_the_next_time() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    let heartbeat = HeartbeatEvent {
        heartbeat: Some(Duration::from_secs(15)),
        ..HeartbeatEvent::default()
    };
    let (database, server) = (&stage.database, stage.server);
    database.heartbeat(server, heartbeat, NOW).await.unwrap();
    let later = NOW.plus(STALE_TIMEOUT);
    stage.file("ALTER TABLE sessions RENAME TO hidden").await;
    database.close_stale_sessions(later).await.unwrap_err();

    stage.file("ALTER TABLE hidden RENAME TO sessions").await;
    let done = database.close_stale_sessions(later).await.unwrap();

    assert_eq!((done.servers, done.sessions), (1, 1));
    stage.assert_memory_is_the_file();
}

#[tokio::test]
async fn nothing_is_taken_while_memory_cannot_be_read_back() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    stage.file("ALTER TABLE sessions RENAME TO hidden").await;
    stage.join("Steve").await.unwrap_err();
    // To a memory that is empty this is a stray leave, which needs no session.
    stage.leave("Alex").await.unwrap_err();
    stage.file("ALTER TABLE hidden RENAME TO sessions").await;

    stage.leave("Alex").await.unwrap();

    let believed = stage.believed();
    assert_eq!(believed.sessions.len(), 1);
    assert!(believed.online.is_empty() && believed.loose_ends.is_empty());
    stage.assert_memory_is_the_file();
}

#[tokio::test]
async fn a_name_first_heard_in_a_report_that_panicked_is_heard_again() {
    let stage = Stage::new().await;
    let panics = |_: &mut ServerState, ledger: &mut Ledger<'_>| {
        ledger.player(&testing::player("Alex"));
        panic!("on purpose")
    };
    let report = stage.database.report(stage.server, NOW, panics);
    report.unwrap().done().await.unwrap_err();

    stage.join("Alex").await.unwrap();

    stage.assert_memory_is_the_file();
}

#[tokio::test]
async fn a_report_whose_second_row_is_refused_leaves_nothing_of_its_first() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    // A name that is new is a row of its own, before that of the session.
    stage
        .file(
            "CREATE TRIGGER refuses BEFORE INSERT ON sessions
             BEGIN SELECT raise(ABORT, 'on purpose'); END",
        )
        .await;
    stage.join("Steve").await.unwrap_err();
    // One row alone needs no help to be undone.
    stage.leave("Alex").await.unwrap();
    stage.join("Alex").await.unwrap_err();
    stage.assert_memory_is_the_file();

    stage.file("DROP TRIGGER refuses").await;
    stage.join("Steve").await.unwrap();
    stage.join("Alex").await.unwrap();

    assert_eq!(stage.believed().online.len(), 2);
    stage.assert_memory_is_the_file();
}

#[tokio::test]
async fn a_use_of_a_skin_that_could_not_be_written_down_is_written_down_the_next_time() {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let stage = Stage::new().await;
    stage.wear(NOW).await;
    stage.send_skin(NOW).await;
    stage.leave("Alex").await.unwrap();
    let used_again = NOW.plus(20 * DAY);
    stage.wear(used_again).await;
    stage.leave("Alex").await.unwrap();
    stage
        .file("ALTER TABLE skin_textures RENAME TO hidden")
        .await;
    stage.database.prune_skins(used_again).await.unwrap_err();
    stage
        .file("ALTER TABLE hidden RENAME TO skin_textures")
        .await;

    let dropped = stage.database.prune_skins(NOW.plus(40 * DAY)).await;

    assert_eq!(dropped.unwrap(), 0, "the skin was used 20 days ago");
}

#[tokio::test]
async fn an_account_that_could_not_be_written_is_written_when_it_is_reported_again() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    stage
        .file("ALTER TABLE player_uuids RENAME TO hidden")
        .await;
    let join = JoinEvent {
        uuid: Some(Uuid::from_u128(1)),
        ..testing::join("Alex")
    };
    let (database, server) = (&stage.database, stage.server);
    let refused = database.player_join(server, join.clone(), NOW).await;
    refused.unwrap_err();
    stage
        .file("ALTER TABLE hidden RENAME TO player_uuids")
        .await;

    database.player_join(server, join, NOW).await.unwrap();

    let uuids = database
        .player_uuids(GuildId::LOCAL, &testing::player("Alex"))
        .await;
    assert_eq!(uuids.unwrap().len(), 1);
}
