//! When an alert says that more players were on a server than ever before; pure.
//!
//! What was the record when is in the sessions, so nothing follows from how often we look. While people come on one
//! after the other, only the highest number of them is said.

use std::time::Duration;

use oxeye_db::{Peak, ServerRecord, ToldRecord, UnixSeconds};

/// How long nobody has topped a record before it is said.
pub(crate) const SETTLED: Duration = Duration::from_secs(5 * 60);
/// Pause between two records of a server.
pub(crate) const BETWEEN: Duration = Duration::from_secs(3_600);
/// How long ago a record was set that is no news any more, for example because Oxeye was off.
pub(crate) const NEWS_FOR: Duration = Duration::from_secs(2 * 3_600);
/// How old a record may be that an alert says although it was set later.
const JUST_BROKEN: Duration = Duration::from_secs(600);
/// The fewest players that are a record.
const LEAST: u32 = 5;
/// How long after the first session of a server there are no records: almost every number would be one.
const NEW_SERVER: Duration = Duration::from_secs(3 * 86_400);
/// Pause before we count, because whoever has just joined was not on for any second.
const COUNT_AFTER: Duration = Duration::from_secs(2);

/// A record that was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) new: Peak,
    pub(crate) before: Peak,
}

/// The record of one server in the eyes of one alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Records {
    /// Records until then were said, or are from before the alert.
    since: UnixSeconds,
    told_at: Option<UnixSeconds>,
    /// The most players at once that we know of; `None` before we have counted.
    known: Option<u32>,
    count_at: Option<UnixSeconds>,
    broken: Option<Broken>,
}

impl Records {
    /// Goes on from what is remembered.
    pub(crate) fn of(set_at: UnixSeconds, told: Option<ToldRecord>) -> Self {
        let from = set_at.minus(JUST_BROKEN);
        Self {
            since: told.map_or(from, |told| told.record_at.max(from)),
            told_at: told.map(|told| told.told_at),
            known: None,
            count_at: None,
            broken: None,
        }
    }

    /// Returns until when records are no news.
    pub(crate) fn since(self) -> UnixSeconds {
        self.since
    }

    /// Takes note of how many players are on.
    pub(crate) fn note(&mut self, online: usize, now: UnixSeconds) {
        let online = u32::try_from(online).unwrap_or(u32::MAX);
        if self.known.is_none_or(|known| online > known) {
            self.known = Some(online);
            self.count_at.get_or_insert(now.plus(COUNT_AFTER));
        }
    }

    /// Returns the time at which to count.
    pub(crate) fn due(self, now: UnixSeconds) -> Option<UnixSeconds> {
        let told = self.broken.map(|broken| self.told_from(broken, now));
        self.count_at.into_iter().chain(told).min()
    }

    /// Takes note of what the record of the server is, beside that until [`Records::since`]. Returns the record that is
    /// to be said now.
    pub(crate) fn count(
        &mut self,
        record: Option<ServerRecord>,
        now: UnixSeconds,
    ) -> Option<Broken> {
        self.count_at = None;
        self.known = Some(record.map_or(0, |record| record.ever.players));
        self.broken = record.and_then(|record| self.broken_by(record, now));
        let broken = self.broken?;
        if self.told_from(broken, now) > now {
            return None;
        }
        self.since = broken.new.at;
        self.told_at = Some(now);
        self.broken = None;
        Some(broken)
    }

    fn broken_by(self, record: ServerRecord, now: UnixSeconds) -> Option<Broken> {
        let new = record.ever;
        let is_worth_it = new.at > self.since
            && new.players >= LEAST
            && new.at >= record.begins_at.plus(NEW_SERVER)
            && now.saturating_since(new.at) < NEWS_FOR;
        let before = record.before.filter(|_| is_worth_it)?;
        Some(Broken { new, before })
    }

    fn told_from(self, broken: Broken, now: UnixSeconds) -> UnixSeconds {
        // A time in the future means that the clock was set back.
        let told_at = self.told_at.filter(|at| *at <= now);
        let next = told_at.map(|at| at.plus(BETWEEN));
        next.into_iter()
            .fold(broken.new.at.plus(SETTLED), UnixSeconds::max)
    }
}

#[cfg(test)]
mod tests;
