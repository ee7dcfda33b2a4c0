//! A copy in Redis or Valkey of what players did, under the keys of the original design (`REDIS_URL`).
//!
//! The copy is made beside everything else: whatever happens to Redis, no answer to anybody changes or waits. Whole
//! values are built here and written as they are; nothing is read from Redis to be changed there.
//!
//! | module     | subject                                                              |
//! |------------|----------------------------------------------------------------------|
//! | `pending`  | whose records are to be written, collected from the feed             |
//! | `copier`   | what is written when                                                 |
//! | `players`  | all records of a player, written or deleted                          |
//! | `written`  | which lists of events Redis has already                              |
//! | `rebuild`  | writing everything, and deleting what has no record any more         |
//! | `commands` | records as commands of Redis                                         |
//! | `link`     | the connection: its time limits, its errors                          |
//! | `trouble`  | why nothing can be written, as a sentence without secrets            |
//! | `state`    | how the copy is doing, for the log and the operator                  |

mod commands;
mod copier;
mod link;
mod pending;
mod players;
mod rebuild;
mod state;
mod trouble;
mod written;

use std::time::Duration;

use oxeye_db::Database;
use oxeye_process::clock::Clock;
use tokio_util::sync::CancellationToken;

use crate::config::RedisUrl;
use copier::Copier;
use link::Link;
use pending::Pending;
pub(crate) use state::MirrorState;
use trouble::Trouble;

/// How long we wait before we connect again.
const PAUSE: Duration = Duration::from_secs(1);

/// The copy in Redis.
#[derive(Debug)]
pub(crate) struct RedisMirror {
    url: RedisUrl,
    database: Database,
    clock: Clock,
    state: MirrorState,
}

impl RedisMirror {
    /// Prepares the copy. Nothing is connected yet.
    pub(crate) fn new(url: RedisUrl, database: Database, clock: Clock) -> Self {
        Self {
            url,
            database,
            clock,
            state: MirrorState::default(),
        }
    }

    /// Returns how the copy is doing, now and later.
    pub(crate) fn state(&self) -> MirrorState {
        self.state.clone()
    }

    /// Keeps the copy up to date until the stop. What is there then stays there for as long as it lives.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let pending = Pending::default();
        tokio::select! {
            () = pending.collect(self.database.activity_changes()) => {}
            () = self.copy(&pending) => {}
            () = stop.cancelled() => {}
        }
    }

    async fn copy(&self, pending: &Pending) {
        let mut copier = Copier::new(&self.database, self.clock, pending, &self.state);
        loop {
            let trouble = self.copy_until_trouble(&mut copier).await;
            self.state.set_failing(trouble);
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn copy_until_trouble(&self, copier: &mut Copier<'_>) -> Trouble {
        let mut link = match Link::open(&self.url).await {
            Ok(link) => link,
            Err(trouble) => return trouble,
        };
        copier.copy(&mut link).await
    }
}
