//! What becomes of a damaged file.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "damage/garbage.rs"]
mod garbage;
#[path = "damage/log.rs"]
mod log;

use oxeye_db::{
    Database, DatabaseOptions, EventBatch, GuildId, JoinEvent, LeaveEvent, OpenError, Patience,
    PlayerName, ServerEvent, ServerId, ServerName, UnixSeconds,
};
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

const NOW: UnixSeconds = UnixSeconds(1_000_000);

/// Events of a batch, which is one commit.
const BATCH: u64 = 20;
const BATCHES: u64 = 60;
const PLAYERS: u64 = 7;

fn open(folder: &Path) -> Result<Database, OpenError> {
    let options = DatabaseOptions {
        path: folder.join("oxeye.db"),
        recent_window: Duration::from_secs(24 * 3600),
        rate_limits: oxeye_db::RateLimits::unlimited(),
        patience: Patience {
            timeout: Duration::from_secs(300),
            grace: Duration::from_secs(120),
        },
        readers: 2,
    };
    Database::open(&options, NOW)
}

/// Who the event is about, whether it is a join, and when: each player comes and goes in turns.
fn event(number: u64) -> (String, bool, i64) {
    let player = format!("Player{}", number % PLAYERS);
    let at = NOW.0 - 10_000 + i64::try_from(number).unwrap();
    (player, (number / PLAYERS).is_multiple_of(2), at)
}

fn batch(number: u64) -> EventBatch {
    let first = number * BATCH;
    let events = (first..first + BATCH).map(|number| {
        let (player, is_join, at) = event(number);
        let (player, at) = (PlayerName::try_from(player).unwrap(), Some(UnixSeconds(at)));
        if is_join {
            ServerEvent::Join(JoinEvent {
                player,
                texture_hash: None,
                at,
            })
        } else {
            ServerEvent::Leave(LeaveEvent { player, at })
        }
    });
    EventBatch {
        epoch: 1,
        first_seq: first + 1,
        events: events.collect(),
    }
}

/// A store as it is after a crash: all commits are in its log.
struct Crashed {
    folder: tempfile::TempDir,
    database: Database,
    server: ServerId,
}

impl Crashed {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = open(folder.path()).unwrap();
        let name = ServerName::try_from("survival").unwrap();
        let issued = database.issue_link_code(GuildId::LOCAL, name, NOW).await;
        let key = database.redeem_link_code(&issued.unwrap().code, NOW).await;
        let server = database.authenticate(&key.unwrap()).unwrap().id;
        // What comes after is in the log alone.
        checkpoint(folder.path());
        for number in 0..BATCHES {
            let taken = database.take_events(server, batch(number), NOW).await;
            taken.unwrap();
        }
        Self {
            folder,
            database,
            server,
        }
    }

    fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        for file in ["oxeye.db", "oxeye.db-wal"] {
            std::fs::copy(self.folder.path().join(file), copy.path().join(file)).unwrap();
        }
        copy
    }
}

fn checkpoint(folder: &Path) {
    let file = Connection::open(folder.join("oxeye.db")).unwrap();
    let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
    file.query_row(truncate, [], |_| Ok(())).unwrap();
}
