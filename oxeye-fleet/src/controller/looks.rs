//! When the engine is asked what it has and what its servers use.

use std::time::Duration;

use oxeye_process::backoff::Backoff;
use tokio::time::Instant;

/// How often we ask the engine for everything it has.
pub(super) const LIST_EVERY: Duration = Duration::from_secs(10);

/// How long we wait before we ask an unreachable engine again.
pub(super) const FIRST_RETRY: Duration = Duration::from_secs(1);
/// The longest that this wait grows.
pub(super) const LONGEST_RETRY: Duration = Duration::from_secs(10);

/// How long we wait before we ask a worker again which worlds it has: it may have many.
const BETWEEN_WORLDS: Duration = Duration::from_secs(60);

/// When to ask the engine for its next list, and which answers we are waiting for.
#[derive(Debug)]
pub(super) struct Looks {
    /// When a list is due; `None` while one is awaited.
    pub(super) list_at: Option<Instant>,
    pub(super) backoff: Backoff,
    /// Whether it is asked which worlds it has, once it can be reached.
    pub(super) needs_worlds: bool,
    /// The earliest that it is asked which worlds it has.
    pub(super) worlds_at: Instant,
    /// Whether it did not say so when it was last asked.
    pub(super) is_silent_about_worlds: bool,
    /// Whether an answer about usage is awaited.
    pub(super) awaits_usage: bool,
}

impl Looks {
    /// Returns whether a list is due.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.list_at.is_some_and(|at| at <= now)
    }

    /// Notes that it is asked which worlds it has.
    pub(super) fn asked_for_worlds(&mut self, now: Instant) {
        self.needs_worlds = false;
        self.worlds_at = now + BETWEEN_WORLDS;
    }

    /// Begins after a start, at which the engine has said what it has, or could not be asked.
    pub(super) fn begin(is_away: bool) -> Self {
        let now = Instant::now();
        let first = if is_away { FIRST_RETRY } else { LIST_EVERY };
        Self {
            list_at: Some(now + first),
            backoff: Backoff::new(FIRST_RETRY, LONGEST_RETRY),
            needs_worlds: true,
            worlds_at: now,
            is_silent_about_worlds: false,
            awaits_usage: false,
        }
    }
}
