//! What Oxeye does with a damaged file.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "damage/garbage.rs"]
mod garbage;
#[path = "damage/log.rs"]
mod log;

use std::path::Path;

use oxeye_db::testing::{TestStore, join_at, leave_at, options};
use oxeye_db::{Database, EventBatch, GuildId, OpenError, ServerEvent, ServerId, UnixSeconds};
use rusqlite::Connection;

const NOW: UnixSeconds = UnixSeconds(1_000_000);

/// Number of events in a batch, which is one commit.
const BATCH: u64 = 20;
const BATCHES: u64 = 60;
const PLAYERS: u64 = 7;

fn open(folder: &Path) -> Result<Database, OpenError> {
    Database::open(&options(folder.join("oxeye.db")), NOW)
}

/// Returns the player of an event, whether it is a join, and its time. Each player joins and leaves in
/// turn.
fn event(number: u64) -> (String, bool, i64) {
    let player = format!("Player{}", number % PLAYERS);
    let at = NOW.0 - 10_000 + i64::try_from(number).unwrap();
    (player, (number / PLAYERS).is_multiple_of(2), at)
}

fn batch(number: u64) -> EventBatch {
    let first = number * BATCH;
    let events = (first..first + BATCH).map(|number| {
        let (player, is_join, at) = event(number);
        let at = UnixSeconds(at);
        if is_join {
            ServerEvent::Join(join_at(&player, at))
        } else {
            ServerEvent::Leave(leave_at(&player, at))
        }
    });
    EventBatch {
        epoch: 1,
        first_seq: first + 1,
        events: events.collect(),
    }
}

/// A store in the state after a crash: all commits are in its log.
struct Crashed {
    store: TestStore,
    server: ServerId,
}

impl Crashed {
    async fn new() -> Self {
        let store = TestStore::new(NOW);
        let (server, _) = store.link(GuildId::LOCAL, "survival", NOW).await;
        // Everything from here on is in the log only.
        checkpoint(store.folder());
        for number in 0..BATCHES {
            let taken = store.take_events(server, batch(number), NOW).await;
            taken.unwrap();
        }
        Self { store, server }
    }

    fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        for file in ["oxeye.db", "oxeye.db-wal"] {
            std::fs::copy(self.store.folder().join(file), copy.path().join(file)).unwrap();
        }
        copy
    }
}

fn checkpoint(folder: &Path) {
    let file = Connection::open(folder.join("oxeye.db")).unwrap();
    let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
    file.query_row(truncate, [], |_| Ok(())).unwrap();
}
