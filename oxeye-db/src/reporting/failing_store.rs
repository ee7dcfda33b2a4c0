//! Tests with a store whose writes fail: memory never holds what is not in the file.

mod batches;
mod fixture;

use std::time::Duration;

use uuid::Uuid;

use super::*;
use crate::ids::GuildId;
use crate::portable::PortableRecord;
use crate::testing::{self, STALE_TIMEOUT, join_at};
use crate::watched::{NewWatch, Poll, PolledPlayers, WatchLimits, WatchTarget, WatchedBy};
use crate::watched_address::Edition;
use fixture::{Fixture, NOW};

/// Keeps the file from growing, so that SQLite reports a full disk.
const FULL: &str = "PRAGMA max_page_count = 1";
const ROOM: &str = "PRAGMA max_page_count = 1000000";

const ACCOUNT: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);

const REFUSE_ADDRESSES: &str =
    "CREATE TRIGGER no_insert BEFORE INSERT ON watched_addresses BEGIN SELECT RAISE(ABORT, 'no'); END;
     CREATE TRIGGER no_update BEFORE UPDATE ON watched_addresses BEGIN SELECT RAISE(ABORT, 'no'); END;
     CREATE TRIGGER no_delete BEFORE DELETE ON watched_addresses BEGIN SELECT RAISE(ABORT, 'no'); END;";
const TAKE_ADDRESSES: &str =
    "DROP TRIGGER no_insert; DROP TRIGGER no_update; DROP TRIGGER no_delete;";

#[tokio::test]
async fn a_full_disk_leaves_nothing_half_done_and_work_goes_on_when_there_is_room() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.join_many("early", 50).await, 50);
    fixture
        .leave("early000000000000000000000007")
        .await
        .unwrap();
    fixture.run_sql(FULL).await;

    let taken = fixture.join_many("late", 600).await;

    assert!(taken < 600, "the disk should have been full");
    assert_eq!(fixture.snapshot().online.len(), 49 + taken);
    fixture.assert_memory_matches_file();

    fixture.run_sql(ROOM).await;
    let retried = fixture.join_many("late", 600).await;
    assert_eq!(retried, 600);
    assert_eq!(fixture.snapshot().online.len(), 49 + 600);
    fixture.assert_memory_matches_file();
}

#[tokio::test]
async fn a_report_that_cannot_be_written_does_not_change_memory() {
    let fixture = Fixture::new().await;
    fixture.join("Alex").await.unwrap();
    fixture.run_sql("PRAGMA query_only = ON").await;
    let before = fixture.snapshot();

    fixture.join("Steve").await.unwrap_err();
    fixture.leave("Alex").await.unwrap_err();
    let (database, server) = (&fixture.database, fixture.server);
    let disconnected = database.disconnect_by_plugin(server.into(), NOW).await;
    disconnected.unwrap_err();

    assert_eq!(fixture.snapshot(), before);
    fixture.assert_memory_matches_file();
}

#[tokio::test]
async fn a_disconnect_that_failed_leaves_the_server_linked() {
    let fixture = Fixture::new().await;
    fixture.join("Alex").await.unwrap();
    fixture
        .run_sql("ALTER TABLE api_keys RENAME TO hidden")
        .await;
    let (database, server) = (&fixture.database, fixture.server);

    let disconnected = database.disconnect_by_plugin(server.into(), NOW).await;

    disconnected.unwrap_err();
    assert!(fixture.snapshot().linked);
    fixture
        .run_sql("ALTER TABLE hidden RENAME TO api_keys")
        .await;
    fixture.join("Steve").await.unwrap();
}

#[tokio::test]
async fn an_address_that_could_not_be_added_or_removed_is_what_the_file_says() {
    let fixture = Fixture::new().await;
    let database = &fixture.database;
    let server = database.guild_server(GuildId::LOCAL, fixture.server);
    let server = server.unwrap();
    let add = || {
        let limits = WatchLimits {
            per_guild: 1,
            total: 1,
        };
        let host = "play.example.org".to_owned();
        let target = WatchTarget::Beside(server);
        let new = NewWatch {
            guild: GuildId::LOCAL,
            target,
            host,
            port: None,
            by: WatchedBy::Operator,
        };
        database.watch(new, limits, NOW)
    };
    fixture.run_sql(REFUSE_ADDRESSES).await;
    add().await.unwrap_err();
    assert_eq!(database.watched_addresses(), []);
    fixture.run_sql(TAKE_ADDRESSES).await;
    add().await.unwrap();
    let watched = database.watched_addresses();
    let poll = || Poll::Answered {
        edition: Edition::Java,
        players: PolledPlayers::Count(1),
        about: None,
    };

    fixture.run_sql(REFUSE_ADDRESSES).await;
    let taken = database.take_poll(&watched[0], poll(), NOW).await;
    taken.unwrap_err();
    database.unwatch(server, NOW).await.unwrap_err();

    assert_eq!(database.watched_addresses(), watched);
    fixture.run_sql(TAKE_ADDRESSES).await;
    database.take_poll(&watched[0], poll(), NOW).await.unwrap();
    let watched = database.watched(server.id()).unwrap();
    assert_eq!(watched.answered_at, Some(NOW));
    fixture.assert_memory_matches_file();
}

#[tokio::test]
async fn stale_sessions_that_could_not_be_closed_are_closed_the_next_time() {
    let fixture = Fixture::new().await;
    fixture.join("Alex").await.unwrap();
    let heartbeat = HeartbeatEvent {
        heartbeat: Some(Duration::from_secs(15)),
        ..HeartbeatEvent::default()
    };
    let (database, server) = (&fixture.database, fixture.server);
    database.heartbeat(server, heartbeat, NOW).await.unwrap();
    let later = NOW.plus(STALE_TIMEOUT);
    fixture
        .run_sql("ALTER TABLE sessions RENAME TO hidden")
        .await;
    database.close_stale_sessions(later).await.unwrap_err();

    fixture
        .run_sql("ALTER TABLE hidden RENAME TO sessions")
        .await;
    let done = database.close_stale_sessions(later).await.unwrap();

    assert_eq!((done.servers, done.sessions), (1, 1));
    fixture.assert_memory_matches_file();
}

#[tokio::test]
async fn no_report_is_taken_while_memory_cannot_be_read_back() {
    let fixture = Fixture::new().await;
    fixture.join("Alex").await.unwrap();
    fixture
        .run_sql("ALTER TABLE sessions RENAME TO hidden")
        .await;
    fixture.join("Steve").await.unwrap_err();
    // If memory were empty, this would be a stray leave, which needs no session.
    fixture.leave("Alex").await.unwrap_err();
    fixture
        .run_sql("ALTER TABLE hidden RENAME TO sessions")
        .await;

    fixture.leave("Alex").await.unwrap();

    let snapshot = fixture.snapshot();
    assert_eq!(snapshot.sessions.len(), 1);
    assert!(snapshot.online.is_empty() && snapshot.loose_ends.is_empty());
    fixture.assert_memory_matches_file();

    // It is read back once, and not for each report from then on.
    let boot_id = fixture.database.boot_id();
    fixture.join("Alex").await.unwrap();
    assert_eq!(fixture.database.boot_id(), boot_id);
}

#[tokio::test]
async fn a_new_name_in_a_report_that_panicked_is_still_new_afterwards() {
    let fixture = Fixture::new().await;
    let panics = |_: &mut ServerState, ledger: &mut Ledger<'_>| {
        ledger.player(&testing::player("Alex"));
        panic!("on purpose")
    };
    let report = fixture.database.report(fixture.server, NOW, panics);
    report.unwrap().done().await.unwrap_err();

    fixture.join("Alex").await.unwrap();

    fixture.assert_memory_matches_file();
}

#[tokio::test]
async fn a_report_whose_second_row_fails_leaves_no_trace_of_its_first() {
    let fixture = Fixture::new().await;
    fixture.join("Alex").await.unwrap();
    // A new name is a row of its own, written before the session.
    fixture
        .run_sql(
            "CREATE TRIGGER refuses BEFORE INSERT ON sessions
             BEGIN SELECT raise(ABORT, 'on purpose'); END",
        )
        .await;
    fixture.join("Steve").await.unwrap_err();
    // A single row is undone without a savepoint.
    fixture.leave("Alex").await.unwrap();
    fixture.join("Alex").await.unwrap_err();
    fixture.assert_memory_matches_file();

    fixture.run_sql("DROP TRIGGER refuses").await;
    fixture.join("Steve").await.unwrap();
    fixture.join("Alex").await.unwrap();

    assert_eq!(fixture.snapshot().online.len(), 2);
    fixture.assert_memory_matches_file();
}

#[tokio::test]
async fn a_skin_use_that_could_not_be_saved_is_saved_the_next_time() {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let fixture = Fixture::new().await;
    fixture.join_in_skin(NOW).await;
    fixture.send_skin(NOW).await;
    fixture.leave("Alex").await.unwrap();
    let used_again = NOW.plus(20 * DAY);
    fixture.join_in_skin(used_again).await;
    fixture.leave("Alex").await.unwrap();
    fixture
        .run_sql("ALTER TABLE skin_textures RENAME TO hidden")
        .await;
    fixture.database.prune_skins(used_again).await.unwrap_err();
    fixture
        .run_sql("ALTER TABLE hidden RENAME TO skin_textures")
        .await;

    let dropped = fixture.database.prune_skins(NOW.plus(40 * DAY)).await;

    assert_eq!(dropped.unwrap(), 0, "the skin was used 20 days ago");
}

#[tokio::test]
async fn a_uuid_that_could_not_be_written_is_written_when_it_is_reported_again() {
    let fixture = Fixture::new().await;
    fixture.join("Alex").await.unwrap();
    fixture
        .run_sql("ALTER TABLE player_uuids RENAME TO hidden")
        .await;
    let join = JoinEvent {
        uuid: Some(ACCOUNT),
        ..testing::join("Alex")
    };
    let (database, server) = (&fixture.database, fixture.server);
    let refused = database.player_join(server, join.clone(), NOW).await;
    refused.unwrap_err();
    fixture
        .run_sql("ALTER TABLE hidden RENAME TO player_uuids")
        .await;

    database.player_join(server, join, NOW).await.unwrap();

    let uuids = database
        .player_uuids(GuildId::LOCAL, &testing::player("Alex"))
        .await;
    assert_eq!(uuids.unwrap().len(), 1);
    fixture.assert_memory_matches_file();
    let mut export = database.export();
    let records = export.next_chunk().await.unwrap().unwrap();
    let accounts = records.into_iter().filter_map(|record| match record {
        PortableRecord::Session(_, _, stay) => Some(stay.account),
        _ => None,
    });
    assert_eq!(accounts.collect::<Vec<_>>(), [Some(ACCOUNT)]);
}
