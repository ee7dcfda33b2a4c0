//! Events in the last seconds, by the times in the log.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// How far apart the lines about one event are printed at most.
const WITHIN_SECONDS: u32 = 2;
const DAY_SECONDS: u32 = 24 * 60 * 60;
/// How many events are remembered. More do not matter within two seconds.
const MOST: usize = 32;

/// The second of the day printed in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::log) struct Moment(pub(in crate::log) u32);

impl Moment {
    /// Whether this is at most two seconds after `earlier`, even across midnight.
    pub(super) fn is_right_after(self, earlier: Self) -> bool {
        (self.0 + DAY_SECONDS - earlier.0) % DAY_SECONDS <= WITHIN_SECONDS
    }
}

/// The last events of a kind, latest last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Recent<T>(VecDeque<(Moment, T)>);

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Recent<T> {
    /// Remembers an event. Lines without a time are ignored, because nothing shows that they are
    /// recent.
    pub(super) fn note(&mut self, what: T, at: Option<Moment>) {
        if let Some(at) = at {
            self.0.retain(|(then, _)| at.is_right_after(*then));
            if self.0.len() >= MOST {
                self.0.pop_front();
            }
            self.0.push_back((at, what));
        }
    }

    /// Removes and returns the latest matching event right before `now`.
    pub(super) fn take(&mut self, now: Option<Moment>, matches: impl Fn(&T) -> bool) -> Option<T> {
        let at = self.position(now?, matches)?;
        self.0.remove(at).map(|(_, what)| what)
    }

    /// Whether there was a matching event right before `now`.
    pub(super) fn includes(&self, now: Option<Moment>, matches: impl Fn(&T) -> bool) -> bool {
        now.is_some_and(|now| self.position(now, matches).is_some())
    }

    fn position(&self, now: Moment, matches: impl Fn(&T) -> bool) -> Option<usize> {
        self.0
            .iter()
            .rposition(|(then, what)| now.is_right_after(*then) && matches(what))
    }

    /// Removes all matching events.
    pub(super) fn forget(&mut self, matches: impl Fn(&T) -> bool) {
        self.0.retain(|(_, what)| !matches(what));
    }
}
