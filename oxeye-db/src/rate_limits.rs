//! What one linked server may send: requests, events in bulk, and names that it has not reported
//! before. A limit slows one server down and nobody else.
//!
//! | module      | what it holds                                                       |
//! |-------------|---------------------------------------------------------------------|
//! | `budget`    | so many at once, and so many more in each period                    |
//! | `new_players` | the names that a server has reported for the first time             |
//! | `tally`     | how often a server was refused in the last hour                     |
//!
//! Requests are counted by `governor`, before anything of them is read. Events in bulk and new names
//! are known only on the writer's thread, where the rules see what is new, and are paid for there:
//! a budget lets a server through while anything is left of it, and may be overdrawn by what two
//! requests change ([`BULK_AT_ONCE`]).

mod budget;
mod new_players;
mod tally;

use governor::clock::Clock;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use oxeye_plugin_proto::{PlayerName, SkippedPlayer, UnixSeconds};
use parking_lot::Mutex;
use std::borrow::Cow;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::events::SyncEvent;
use crate::ids::ServerId;
use crate::server_state::ServerState;
use budget::Budget;
use new_players::NewPlayers;
use tally::Tally;

/// Batches and syncs of one server that are read and carried out at the same time. Each may hold
/// some megabytes in memory; a plugin sends one after the other.
pub const BULK_AT_ONCE: usize = 2;

/// Seconds of events in batches that may come at once.
const BULK_BURST_SECS: u32 = 10;

/// What every server may send.
#[derive(Debug, Clone, Copy)]
pub struct RateLimits {
    /// Requests.
    pub requests: Quota,
    /// Events a second in batches, lasting; ten times as many may come at once.
    pub batch_events_per_sec: NonZeroU32,
    /// Names an hour that the server has not reported before; as many may come at once.
    pub new_players_per_hour: NonZeroU32,
}

impl RateLimits {
    /// As much as it likes, for tests and measurements of the store alone.
    #[must_use]
    pub fn unlimited() -> Self {
        Self {
            requests: Quota::per_second(NonZeroU32::MAX),
            batch_events_per_sec: NonZeroU32::MAX,
            new_players_per_hour: NonZeroU32::MAX,
        }
    }
}

/// What a server can be refused for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Too many requests.
    Requests,
    /// Too many events in batches, or too many players who come and go by syncs.
    BatchEvents,
    /// Too many names that it has not reported before.
    NewPlayers,
}

impl Limit {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Requests, Self::BatchEvents, Self::NewPlayers];

    /// The setting that says how much is allowed.
    #[must_use]
    pub fn setting(self) -> &'static str {
        match self {
            Self::Requests => "RATE_LIMIT_EVENTS_PER_SEC",
            Self::BatchEvents => "RATE_LIMIT_BATCH_EVENTS_PER_SEC",
            Self::NewPlayers => "MAX_NEW_PLAYERS_PER_HOUR",
        }
    }
}

/// What a server was refused by one limit in the last hour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused {
    pub(crate) limit: Limit,
    /// Number of refusals.
    pub(crate) refused: u64,
    /// The minute of the first of them.
    pub(crate) since: UnixSeconds,
}

/// The places of one key's batches and syncs. A key that was revoked takes none of those of the key that followed it,
/// however long its requests are held up.
#[derive(Debug, Clone)]
pub struct BulkPermits(Arc<Semaphore>);

impl BulkPermits {
    pub(crate) fn per_key() -> Self {
        Self(Arc::new(Semaphore::new(BULK_AT_ONCE)))
    }

    /// Waits for one of the places; it is given back when the permit is dropped.
    pub async fn acquire(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}

/// What one server has left.
#[derive(Debug)]
pub struct ServerLimits {
    requests: DefaultDirectRateLimiter,
    events: Mutex<Budget>,
    new_players: Mutex<NewPlayers>,
    refusals: Mutex<[Tally; Limit::ALL.len()]>,
}

/// A new name that is not taken; one may be in so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this server has reported more new players in an hour than MAX_NEW_PLAYERS_PER_HOUR allows; players it has reported before still count"
)]
pub struct TooManyNewPlayers {
    /// How long until the next.
    pub wait: Duration,
}

/// A sync without those who were not let in.
pub(crate) struct Admitted<'a> {
    pub(crate) sync: Cow<'a, SyncEvent>,
    pub(crate) skipped: Vec<SkippedPlayer>,
}

impl ServerLimits {
    fn new(limits: &RateLimits) -> Self {
        let per_sec = limits.batch_events_per_sec;
        let burst = per_sec.saturating_mul(NonZeroU32::new(BULK_BURST_SECS).unwrap_or(per_sec));
        Self {
            requests: RateLimiter::direct(limits.requests),
            events: Mutex::new(Budget::new(per_sec, Duration::from_secs(1), burst)),
            new_players: Mutex::new(NewPlayers::new(limits.new_players_per_hour)),
            refusals: Mutex::default(),
        }
    }

    /// Lets one request through.
    ///
    /// # Errors
    /// How long to wait when there were too many.
    pub fn check_request(&self, now: UnixSeconds) -> Result<(), Duration> {
        self.requests.check().map_err(|refusal| {
            self.refused(Limit::Requests, now);
            refusal.wait_time_from(self.requests.clock().now())
        })
    }

    /// Lets a batch or a sync through while there is anything left for events in bulk.
    ///
    /// # Errors
    /// How long to wait when nothing is.
    pub fn check_bulk(&self, now: UnixSeconds) -> Result<(), Duration> {
        let Some(wait) = self.events.lock().wait(now) else {
            return Ok(());
        };
        self.refused(Limit::BatchEvents, now);
        Err(wait)
    }

    /// Events in bulk have been taken.
    pub(crate) fn charge(&self, events: usize, now: UnixSeconds) {
        self.events.lock().charge(events, now);
    }

    /// Whether a server may report this player now. Each name that it has not reported before counts
    /// once.
    pub(crate) fn admit(
        &self,
        state: &ServerState,
        player: &PlayerName,
        now: UnixSeconds,
    ) -> Result<(), TooManyNewPlayers> {
        if state.remembers(player) {
            return Ok(());
        }
        self.new_players.lock().admit(player, now).map_err(|wait| {
            self.refused(Limit::NewPlayers, now);
            TooManyNewPlayers { wait }
        })
    }

    /// The same for everybody whom a sync names: the others are taken.
    pub(crate) fn admit_roster<'a>(
        &self,
        state: &ServerState,
        sync: &'a SyncEvent,
        now: UnixSeconds,
    ) -> Admitted<'a> {
        let mut skipped = Vec::new();
        let mut kept = Vec::new();
        for entry in &sync.roster {
            match self.admit(state, &entry.player, now) {
                Ok(()) => kept.push(entry),
                Err(too_many) => skipped.push(SkippedPlayer {
                    player: entry.player.to_string(),
                    why: too_many.to_string(),
                }),
            }
        }
        let sync = if skipped.is_empty() {
            Cow::Borrowed(sync)
        } else {
            Cow::Owned(SyncEvent {
                roster: kept.into_iter().cloned().collect(),
                ..*sync
            })
        };
        Admitted { sync, skipped }
    }

    fn refused(&self, limit: Limit, now: UnixSeconds) {
        self.refusals.lock()[limit as usize].count(now);
    }
}

/// The limits of all servers, by the server and not by its key: linking it again gives it nothing.
#[derive(Debug)]
pub(crate) struct Limiters {
    limits: RateLimits,
    servers: scc::HashMap<ServerId, Arc<ServerLimits>>,
}

impl Limiters {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self {
            limits,
            servers: scc::HashMap::new(),
        }
    }

    /// Those of a server.
    pub(crate) fn of(&self, server: ServerId) -> Arc<ServerLimits> {
        let known = self
            .servers
            .read_sync(&server, |_, limits| Arc::clone(limits));
        known.unwrap_or_else(|| {
            let new = || Arc::new(ServerLimits::new(&self.limits));
            Arc::clone(self.servers.entry_sync(server).or_insert_with(new).get())
        })
    }

    /// What a server was refused in the last hour: how often, and since when.
    pub(crate) fn refusals(&self, server: ServerId, now: UnixSeconds) -> Vec<Refused> {
        let limits = self
            .servers
            .read_sync(&server, |_, limits| Arc::clone(limits));
        let Some(limits) = limits else {
            return Vec::new();
        };
        let refusals = limits.refusals.lock();
        let of = |limit: Limit| {
            let (refused, since) = refusals[limit as usize].last_hour(now)?;
            Some(Refused {
                limit,
                refused,
                since,
            })
        };
        Limit::ALL.into_iter().filter_map(of).collect()
    }
}

#[cfg(test)]
mod tests;
