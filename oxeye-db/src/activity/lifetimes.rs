//! How long everything is kept, and the sweep that deletes what is older. Nothing depends on the sweep being on
//! time: whoever reads leaves out what is too old.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use super::day::UtcDay;
use super::store::rows::{expiry, idempotency_keys};
use crate::database::Database;
use crate::store::StoreError;

/// How long events are kept.
pub(crate) const EVENT_LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// How many days the summary covers, today included.
pub(crate) const SUMMARY_DAYS: u16 = 30;

/// How long the counters of a stay that has ended are kept: as long as late events are taken, and a day more.
const STAY_LIFETIME: Duration = Duration::from_secs(8 * 24 * 3600);

/// The most rows that one sweep deletes from one table, and the players it looks at.
const SWEEP: usize = 500;

/// Where the next sweep goes on.
#[derive(Debug, Default)]
pub(crate) struct Sweeper {
    next_player: AtomicI64,
}

/// The oldest of everything that is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edges {
    /// Events before it are deleted.
    pub(crate) event: UnixSeconds,
    /// Stays that began before it, and are not the player's latest.
    pub(crate) stay: UnixSeconds,
    /// Days before it.
    pub(crate) day: UtcDay,
}

impl Edges {
    /// Returns what is kept at a time when counters are kept for some days; never fewer than the summary needs, and
    /// one more because a day is not over everywhere at once.
    pub(crate) fn at(now: UnixSeconds, retention_days: u16) -> Self {
        let days = retention_days.max(SUMMARY_DAYS).saturating_add(1);
        Self {
            event: now.minus(EVENT_LIFETIME),
            stay: now.minus(STAY_LIFETIME),
            day: UtcDay::of(now).and_before(days).0,
        }
    }
}

impl Database {
    /// Deletes some of what is too old. Returns whether there may be more.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn sweep_activity(&self, now: UnixSeconds) -> Result<bool, StoreError> {
        let activity = self.inner.activity.as_ref();
        let Some((activity, store)) = activity.and_then(|a| Some((a, a.file.existing()?))) else {
            return Ok(false);
        };
        let edges = Edges::at(now, activity.retention_days);
        let from = activity.sweeper.next_player.load(Ordering::Relaxed);
        let swept = store.write(move |file| sweep(file, from, edges, now), |swept, _| swept);
        let swept = swept.await?;
        activity
            .sweeper
            .next_player
            .store(swept.next_player, Ordering::Relaxed);
        Ok(swept.next_player != 0 || swept.is_full)
    }
}

struct Swept {
    /// The first player of the next sweep; 0 after the last one.
    next_player: i64,
    /// A limit was reached.
    is_full: bool,
}

fn sweep(file: &Connection, from: i64, edges: Edges, now: UnixSeconds) -> rusqlite::Result<Swept> {
    let keys = idempotency_keys::delete_expired(file, now, SWEEP)?;
    let days = expiry::delete_days(file, edges.day, SWEEP)?;
    let players = expiry::players_from(file, from, SWEEP)?;
    for player in &players {
        expiry::delete_of_player(file, *player, edges)?;
    }
    let last = players.last().map(|player| player.0);
    Ok(Swept {
        next_player: match last {
            Some(last) if players.len() == SWEEP => last + 1,
            _ => 0,
        },
        is_full: keys == SWEEP || days >= SWEEP,
    })
}
