//! What one linked server may send: requests, events in bulk and new players. A limit slows down
//! one server and no other.
//!
//! | module        | what it holds                                                     |
//! |---------------|-------------------------------------------------------------------|
//! | `budget`      | a token bucket: a burst, and a steady rate from then on           |
//! | `new_players` | the names and accounts that a server has reported as new          |
//! | `tally`       | how often a server was refused in the last hour                   |
//!
//! Requests are counted by `governor` before their bodies are read. Events in bulk and new players
//! are counted on the writer's thread, because only the rules know what is new. A budget admits a
//! request while anything is left of it, so it may be overdrawn by what two requests change
//! ([`BULK_AT_ONCE`]).

mod budget;
mod new_players;
mod tally;

use std::borrow::Cow;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use oxeye_plugin_proto::{PlayerName, SkippedPlayer, UnixSeconds};
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::events::SyncEvent;
use crate::ids::ServerId;
use crate::server_state::ServerState;
use budget::Budget;
use new_players::NewPlayers;
use tally::Tally;

/// Number of batches and syncs of one key that are handled at the same time. Each may hold several
/// megabytes in memory; a plugin sends one after the other.
pub(crate) const BULK_AT_ONCE: usize = 2;

/// Seconds' worth of batch events that may arrive at once.
const BULK_BURST_SECS: u32 = 10;

/// What every server may send.
#[derive(Debug, Clone, Copy)]
pub struct RateLimits {
    /// Sustained requests per second, and how many may arrive at once; a batch is one request.
    pub requests: Quota,
    /// Sustained events per second in batches; ten times as many may arrive at once.
    pub batch_events_per_sec: NonZeroU32,
    /// Sustained activity events per second; ten times as many may arrive at once.
    pub activity_events_per_sec: NonZeroU32,
    /// New players per hour; as many may arrive at once. Players of whom only activity is reported count apart.
    pub new_players_per_hour: NonZeroU32,
}

impl RateLimits {
    /// Returns limits that are never reached, for tests and benchmarks of the store.
    #[must_use]
    pub fn unlimited() -> Self {
        Self {
            requests: Quota::per_second(NonZeroU32::MAX),
            batch_events_per_sec: NonZeroU32::MAX,
            activity_events_per_sec: NonZeroU32::MAX,
            new_players_per_hour: NonZeroU32::MAX,
        }
    }
}

/// The limits that a server can exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Too many requests.
    Requests,
    /// Too many events in batches, too many players who come and go by syncs, or too many of their accounts.
    BatchEvents,
    /// Too many activity events.
    ActivityEvents,
    /// Too many new players.
    NewPlayers,
}

impl Limit {
    /// All limits.
    pub const ALL: [Self; 4] = [
        Self::Requests,
        Self::BatchEvents,
        Self::ActivityEvents,
        Self::NewPlayers,
    ];

    /// Returns the name of the setting for this limit.
    #[must_use]
    pub fn setting(self) -> &'static str {
        match self {
            Self::Requests => "RATE_LIMIT_EVENTS_PER_SEC",
            Self::BatchEvents => "RATE_LIMIT_BATCH_EVENTS_PER_SEC",
            Self::ActivityEvents => "RATE_LIMIT_ACTIVITY_EVENTS_PER_SEC",
            Self::NewPlayers => "MAX_NEW_PLAYERS_PER_HOUR",
        }
    }
}

/// How often one limit refused a server in the last hour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused {
    pub(crate) limit: Limit,
    /// Number of refusals.
    pub(crate) refused: u64,
    /// The minute of the first of them.
    pub(crate) since: UnixSeconds,
}

/// The permits for batches and syncs of one key. Delayed requests of a revoked key do not use up
/// the permits of its successor.
#[derive(Debug, Clone)]
pub struct BulkPermits(Arc<Semaphore>);

impl BulkPermits {
    pub(crate) fn per_key() -> Self {
        Self(Arc::new(Semaphore::new(BULK_AT_ONCE)))
    }

    /// Waits for a permit. Dropping it returns it.
    pub async fn acquire(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}

/// The rate limits of one server, and how much of them is left.
#[derive(Debug)]
pub struct ServerLimits {
    requests: DefaultDirectRateLimiter,
    events: Mutex<Budget>,
    activity: Mutex<Budget>,
    new_players: Mutex<NewPlayers>,
    /// Those whom no join has named, only what they did.
    new_in_activity: Mutex<NewPlayers>,
    refusals: Mutex<[Tally; Limit::ALL.len()]>,
}

/// A new player who exceeds the limit on new players.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this server has reported more new players in an hour than MAX_NEW_PLAYERS_PER_HOUR allows; players it has reported before still count"
)]
pub struct TooManyNewPlayers {
    /// How long until the next new player is admitted.
    pub wait: Duration,
}

/// A sync without the players who were not admitted.
pub(crate) struct Admitted<'a> {
    pub(crate) sync: Cow<'a, SyncEvent>,
    pub(crate) skipped: Vec<SkippedPlayer>,
}

impl ServerLimits {
    fn new(limits: &RateLimits) -> Self {
        Self {
            requests: RateLimiter::direct(limits.requests),
            events: Mutex::new(events_per_sec(limits.batch_events_per_sec)),
            activity: Mutex::new(events_per_sec(limits.activity_events_per_sec)),
            new_players: Mutex::new(NewPlayers::new(limits.new_players_per_hour)),
            new_in_activity: Mutex::new(NewPlayers::new(limits.new_players_per_hour)),
            refusals: Mutex::default(),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// How long to wait, when there were too many requests.
    pub fn check_request(&self, now: UnixSeconds) -> Result<(), Duration> {
        self.requests.check().map_err(|refusal| {
            self.refused(Limit::Requests, now);
            refusal.wait_time_from(self.requests.clock().now())
        })
    }

    /// Admits a batch or a sync while anything is left of the budget for events in bulk.
    ///
    /// # Errors
    /// How long to wait, when nothing is left.
    pub fn check_bulk(&self, now: UnixSeconds) -> Result<(), Duration> {
        let Some(wait) = self.events.lock().wait(now) else {
            return Ok(());
        };
        self.refused(Limit::BatchEvents, now);
        Err(wait)
    }

    /// Admits a report of activity while anything is left of the budget for activity, and charges it as one event.
    /// Activity has a budget of its own, so that it never displaces reports of who is online.
    ///
    /// # Errors
    /// How long to wait, when nothing is left.
    pub fn check_activity(&self, now: UnixSeconds) -> Result<(), Duration> {
        let mut budget = self.activity.lock();
        if let Some(wait) = budget.wait(now) {
            drop(budget);
            self.refused(Limit::ActivityEvents, now);
            return Err(wait);
        }
        budget.charge(1, now);
        Ok(())
    }

    /// Whether a server may report another account under a name that the guild does not know it under.
    pub(crate) fn has_room_for_account(&self, now: UnixSeconds) -> bool {
        self.new_players.lock().has_room_for_account(now)
    }

    /// Counts an account under a name that the guild did not know it under.
    pub(crate) fn count_account(&self, now: UnixSeconds) {
        self.new_players.lock().count_account(now);
    }

    /// Counts an account that was left out because there were too many.
    pub(crate) fn account_refused(&self, now: UnixSeconds) {
        self.refused(Limit::NewPlayers, now);
    }

    /// Charges for the events of a report beyond the first.
    pub fn charge_activity(&self, events: usize, now: UnixSeconds) {
        self.activity.lock().charge(events, now);
    }

    /// Charges the budget for events in bulk that have been taken.
    pub(crate) fn charge(&self, events: usize, now: UnixSeconds) {
        self.events.lock().charge(events, now);
    }

    /// Checks whether a server may report this player now. Each new player counts once.
    pub(crate) fn admit(
        &self,
        state: &ServerState,
        player: &PlayerName,
        now: UnixSeconds,
    ) -> Result<(), TooManyNewPlayers> {
        if state.remembers(player) {
            return Ok(());
        }
        self.admit_new(&self.new_players, player, now)
    }

    /// Checks whether a server may report what this player did. Whom it has not reported before counts apart from the
    /// new players who join, so that activity never keeps anybody from joining.
    pub(crate) fn admit_to_activity(
        &self,
        state: &ServerState,
        player: &PlayerName,
        now: UnixSeconds,
    ) -> Result<(), TooManyNewPlayers> {
        if state.remembers(player) || self.new_players.lock().has(player, now) {
            return Ok(());
        }
        self.admit_new(&self.new_in_activity, player, now)
    }

    fn admit_new(
        &self,
        known: &Mutex<NewPlayers>,
        player: &PlayerName,
        now: UnixSeconds,
    ) -> Result<(), TooManyNewPlayers> {
        let admitted = known.lock().admit(player, now);
        admitted.map_err(|wait| {
            self.refused(Limit::NewPlayers, now);
            TooManyNewPlayers { wait }
        })
    }

    /// Checks all players of a sync and returns the sync without those who may not be reported.
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

/// Returns a budget of this many events per second, ten times as many at once.
fn events_per_sec(per_sec: NonZeroU32) -> Budget {
    let burst = per_sec.saturating_mul(NonZeroU32::new(BULK_BURST_SECS).unwrap_or(per_sec));
    Budget::new(per_sec, Duration::from_secs(1), burst)
}

/// The rate limits of all servers. They belong to the server and not to its key, so linking a
/// server again does not reset them.
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

    /// Returns the rate limits of a server.
    pub(crate) fn of(&self, server: ServerId) -> Arc<ServerLimits> {
        let known = self
            .servers
            .read_sync(&server, |_, limits| Arc::clone(limits));
        known.unwrap_or_else(|| {
            let new = || Arc::new(ServerLimits::new(&self.limits));
            Arc::clone(self.servers.entry_sync(server).or_insert_with(new).get())
        })
    }

    /// Returns how often each limit refused a server in the last hour, and since when.
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
