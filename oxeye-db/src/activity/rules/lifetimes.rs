//! How long everything is kept. Queries skip expired rows, so nothing depends on when those are deleted.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::day::UtcDay;

/// How long events are kept.
pub(crate) const EVENT_LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// How many days the summary covers, today included.
pub(crate) const SUMMARY_DAYS: u16 = 30;

/// How long the counters of a stay that has ended are kept: as long as late events are taken, and a day more.
const STAY_LIFETIME: Duration = Duration::from_secs(8 * 24 * 3600);

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
