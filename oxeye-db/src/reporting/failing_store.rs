//! Tests with a store whose writes fail: memory never holds what is not in the file.

mod stage;

use std::time::Duration;
use uuid::Uuid;

use super::*;
use crate::batches::{BatchAnswer, EventBatch, ServerEvent, TakeEventsError};
use crate::ids::GuildId;
use crate::testing::{self, STALE_TIMEOUT, join_at};
use stage::{NOW, Stage};

/// Keeps the file from growing, so that SQLite reports a full disk.
const FULL: &str = "PRAGMA max_page_count = 1";
const ROOM: &str = "PRAGMA max_page_count = 1000000";

#[tokio::test]
async fn a_full_disk_leaves_nothing_half_done_and_work_goes_on_when_there_is_room() {
    let stage = Stage::new().await;
    assert_eq!(stage.rush("early", 50).await, 50);
    stage.leave("early000000000000000000000007").await.unwrap();
    stage.file(FULL).await;

    let taken = stage.rush("late", 600).await;

    assert!(taken < 600, "the disk should have been full");
    assert_eq!(stage.believed().online.len(), 49 + taken);
    stage.assert_memory_is_the_file();

    stage.file(ROOM).await;
    let retried = stage.rush("late", 600).await;
    assert_eq!(retried, 600);
    assert_eq!(stage.believed().online.len(), 49 + 600);
    stage.assert_memory_is_the_file();
}

#[tokio::test]
async fn a_report_that_cannot_be_written_does_not_change_memory() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    stage.file("PRAGMA query_only = ON").await;
    let before = stage.believed();

    stage.join("Steve").await.unwrap_err();
    stage.leave("Alex").await.unwrap_err();
    let (database, server) = (&stage.database, stage.server);
    let disconnected = database.disconnect_by_plugin(server.into(), NOW).await;
    disconnected.unwrap_err();

    assert_eq!(stage.believed(), before);
    stage.assert_memory_is_the_file();
}

#[tokio::test]
async fn a_disconnect_that_failed_leaves_the_server_linked() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    stage.file("ALTER TABLE api_keys RENAME TO hidden").await;
    let (database, server) = (&stage.database, stage.server);

    let disconnected = database.disconnect_by_plugin(server.into(), NOW).await;

    disconnected.unwrap_err();
    assert!(stage.believed().linked);
    stage.file("ALTER TABLE hidden RENAME TO api_keys").await;
    stage.join("Steve").await.unwrap();
}

#[tokio::test]
async fn stale_sessions_that_could_not_be_closed_are_closed_the_next_time() {
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
async fn no_report_is_taken_while_memory_cannot_be_read_back() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    stage.file("ALTER TABLE sessions RENAME TO hidden").await;
    stage.join("Steve").await.unwrap_err();
    // If memory were empty, this would be a stray leave, which needs no session.
    stage.leave("Alex").await.unwrap_err();
    stage.file("ALTER TABLE hidden RENAME TO sessions").await;

    stage.leave("Alex").await.unwrap();

    let believed = stage.believed();
    assert_eq!(believed.sessions.len(), 1);
    assert!(believed.online.is_empty() && believed.loose_ends.is_empty());
    stage.assert_memory_is_the_file();
}

#[tokio::test]
async fn a_new_name_in_a_report_that_panicked_is_still_new_afterwards() {
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
async fn a_report_whose_second_row_fails_leaves_no_trace_of_its_first() {
    let stage = Stage::new().await;
    stage.join("Alex").await.unwrap();
    // A new name is a row of its own, written before the session.
    stage
        .file(
            "CREATE TRIGGER refuses BEFORE INSERT ON sessions
             BEGIN SELECT raise(ABORT, 'on purpose'); END",
        )
        .await;
    stage.join("Steve").await.unwrap_err();
    // A single row is undone without a savepoint.
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
async fn a_skin_use_that_could_not_be_saved_is_saved_the_next_time() {
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
async fn a_uuid_that_could_not_be_written_is_written_when_it_is_reported_again() {
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

/// Returns a batch of players who join, one after the other.
fn joins(first: u64, count: u64) -> EventBatch {
    let join = |number| ServerEvent::Join(join_at(&format!("Player{number}"), NOW));
    EventBatch {
        epoch: 1,
        first_seq: first,
        events: (first..first + count).map(join).collect(),
    }
}

async fn take(stage: &Stage, batch: EventBatch) -> Result<BatchAnswer, TakeEventsError> {
    stage.database.take_events(stage.server, batch, NOW).await
}

#[tokio::test]
async fn a_long_batch_takes_several_commits_and_is_answered_when_all_is_on_disk() {
    let stage = Stage::new().await;
    let before = stage.database.writer_load().commits;

    let answer = take(&stage, joins(1, 1_000)).await.unwrap();

    assert_eq!(answer.acked_seq, 1_000);
    assert_eq!(stage.believed().online.len(), 1_000);
    stage.assert_memory_is_the_file();
    assert!(stage.database.writer_load().commits >= before + 4);
}

#[tokio::test]
async fn the_parts_taken_before_a_batch_failed_are_not_taken_twice() {
    let stage = Stage::new().await;
    // The first parts are written; a later one fails.
    stage
        .file(
            "CREATE TRIGGER full BEFORE INSERT ON players WHEN new.name = 'Player700'
             BEGIN SELECT RAISE(ABORT, 'full'); END",
        )
        .await;

    take(&stage, joins(1, 1_000)).await.unwrap_err();

    let taken = stage.believed().online.len();
    assert!((1..700).contains(&taken), "{taken}");
    stage.assert_memory_is_the_file();

    stage.file("DROP TRIGGER full").await;
    let answer = take(&stage, joins(1, 1_000)).await.unwrap();
    assert_eq!(answer.acked_seq, 1_000);
    let believed = stage.believed();
    assert_eq!(believed.online.len(), 1_000);
    assert!(believed.sessions.is_empty() && believed.loose_ends.is_empty());
    stage.assert_memory_is_the_file();
}
