//! What happened in the last seconds, by the times in the log.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// How far apart the lines about one event are printed at most.
const WITHIN_SECONDS: u32 = 2;
const DAY_SECONDS: u32 = 24 * 60 * 60;
/// How many are remembered; more cannot matter within two seconds.
const MOST: usize = 32;

/// The second of the day that a line prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::log) struct Moment(pub(in crate::log) u32);

impl Moment {
    /// `self` is at most two seconds after `earlier`, midnight between them or not.
    pub(super) fn is_right_after(self, earlier: Self) -> bool {
        (self.0 + DAY_SECONDS - earlier.0) % DAY_SECONDS <= WITHIN_SECONDS
    }
}

/// The last things of a kind that happened, the latest last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Recent<T>(VecDeque<(Moment, T)>);

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Recent<T> {
    /// A line without a time cannot be right before another.
    pub(super) fn note(&mut self, what: T, at: Option<Moment>) {
        if let Some(at) = at {
            self.0.retain(|(then, _)| at.is_right_after(*then));
            if self.0.len() >= MOST {
                self.0.pop_front();
            }
            self.0.push_back((at, what));
        }
    }

    /// Takes out the latest that is right before `now` and is meant.
    pub(super) fn take(&mut self, now: Option<Moment>, is_meant: impl Fn(&T) -> bool) -> Option<T> {
        let now = now?;
        let at = self
            .0
            .iter()
            .rposition(|(then, what)| now.is_right_after(*then) && is_meant(what))?;
        self.0.remove(at).map(|(_, what)| what)
    }

    /// Takes out all that are meant.
    pub(super) fn forget(&mut self, is_meant: impl Fn(&T) -> bool) {
        self.0.retain(|(_, what)| !is_meant(what));
    }
}
