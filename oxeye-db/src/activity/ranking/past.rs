//! The days before today, added up once per counter and range, and kept in memory.
//!
//! What is kept follows from the rows: after each transaction the writer marks the players whose past days have
//! changed, and the next question reads those players' days again. A mark that comes twice does no harm. When a player
//! is forgotten, everything is dropped.

mod days;

use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;
use parking_lot::Mutex;

use crate::activity::day::UtcDay;
use crate::activity::store::rows::players::GuildPlayerId;
use crate::ids::GuildId;
pub(super) use days::PastDays;

/// The most rankings whose past days are kept.
const MAX_KEPT: usize = 64;
/// The most players in all of them together, at 16 bytes each: 64 MB.
const MAX_PLAYERS: usize = 4_000_000;
/// With fewer rows than this, adding them up takes a few milliseconds, and the sums are not kept.
const WORTH_KEEPING: usize = if cfg!(test) { 1 } else { 100_000 };
/// The time since the last question after which a ranking is not kept ready for the next day.
const UNUSED: Duration = Duration::from_secs(24 * 3600);

/// A player whose counters changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::activity) struct ChangedDays {
    pub(in crate::activity) guild: GuildId,
    pub(in crate::activity) player: GuildPlayerId,
    /// The first day on which they changed.
    pub(in crate::activity) first: UtcDay,
}

/// The past days that are kept, those asked for last at the end.
#[derive(Debug, Default)]
pub(in crate::activity) struct Past(Mutex<Vec<Arc<PastDays>>>);

impl Past {
    /// Returns some days of a counter, added up or not. From now on the writer marks what changes in them.
    pub(super) fn of(
        &self,
        guild: GuildId,
        counter: &str,
        days: (UtcDay, UtcDay),
        asked_at: UnixSeconds,
    ) -> Arc<PastDays> {
        let mut kept = self.0.lock();
        let known = kept
            .iter()
            .position(|past| past.is_of(guild, counter, days));
        let past = match known {
            Some(place) => kept.remove(place),
            None => Arc::new(PastDays::new(guild, counter.to_owned(), days)),
        };
        // The same range of another day is of no use any more.
        kept.retain(|other| !past.replaces(other));
        past.asked_again(asked_at);
        kept.push(Arc::clone(&past));
        past
    }

    /// Keeps days that were added up only if that took long, and makes room for them.
    pub(super) fn settle(&self, past: &Arc<PastDays>) {
        if past.rows() < WORTH_KEEPING {
            return self.drop_days(past);
        }
        let mut kept = self.0.lock();
        let mut players: usize = kept.iter().map(|past| past.players()).sum();
        while kept.len() > MAX_KEPT || (players > MAX_PLAYERS && kept.len() > 1) {
            players -= kept.remove(0).players();
        }
    }

    /// Drops some days.
    pub(super) fn drop_days(&self, past: &Arc<PastDays>) {
        self.0.lock().retain(|other| !Arc::ptr_eq(past, other));
    }

    /// Drops everything.
    pub(in crate::activity) fn clear(&self) {
        self.0.lock().clear();
    }

    /// Marks what a transaction has changed.
    pub(in crate::activity) fn mark(&self, changed: &[ChangedDays]) {
        let Some(first) = changed.iter().map(|changed| changed.first).min() else {
            return;
        };
        self.0.lock().retain(|past| {
            // Most events are of today and change nothing here.
            first > past.last_day() || past.mark(changed)
        });
    }

    /// Returns the rankings that were asked for lately and do not end yesterday, with the days that they have now. The
    /// others that do not end yesterday are dropped.
    pub(super) fn outdated(&self, today: UtcDay, now: UnixSeconds) -> Vec<Arc<PastDays>> {
        let edge = now.minus(UNUSED);
        let mut outdated = Vec::new();
        let yesterday = UtcDay(today.0 - 1);
        self.0.lock().retain(|past| {
            let is_current = past.last_day() == yesterday;
            if !is_current && past.asked_at() >= edge {
                outdated.push(Arc::clone(past));
            }
            is_current
        });
        let renewed = outdated.iter();
        renewed
            .map(|past| past.ending(yesterday))
            .map(|(guild, counter, days, asked_at)| self.of(guild, counter, days, asked_at))
            .collect()
    }
}
