//! When the text of a counter is sent to Discord: pure, so that hours can be simulated.
//!
//! A status changes at most once a minute. A name changes at most twice in ten minutes, which is all that
//! Discord allows, and therefore only once the number has been the same for a minute, or has been wrong
//! for five.

use std::collections::VecDeque;
use std::time::Duration;

use oxeye_process::backoff::{ceiling, random_part};
use tokio::time::Instant;

/// Shortest time between two changes of a channel's status.
const STATUS_EVERY: Duration = Duration::from_secs(60);
/// How long a new text waits for others that follow at once, before it becomes the status.
const STATUS_SETTLES: Duration = Duration::from_secs(3);
/// How many changes of a channel's name there may be within `NAME_WINDOW`.
const NAMES: usize = 2;
const NAME_WINDOW: Duration = Duration::from_secs(600);
/// How long a text has to stay the same before it becomes the name.
const NAME_SETTLES: Duration = Duration::from_secs(60);
/// How long the name may be wrong because the number never stays the same.
const NAME_WRONG_FOR: Duration = Duration::from_secs(300);
/// Waits after Discord failed, and after it refused for lack of a permission: the first and the longest.
const AFTER_FAILURE: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(300));
const AFTER_REFUSAL: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(900));

/// Where the text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the status of a voice channel.
    Status,
    /// In the name of the channel.
    Name,
}

/// The pace of one counter.
#[derive(Debug)]
pub(crate) struct Pace {
    place: Place,
    /// The text that Discord accepted last, if that is known.
    shown: Option<String>,
    wanted: String,
    /// When `wanted` last changed, and since when it has differed from `shown`.
    changed_at: Instant,
    differs_since: Instant,
    /// When Discord accepted the last texts, at most `NAMES` of them.
    accepted: VecDeque<Instant>,
    not_before: Option<Instant>,
    /// How often Discord has failed or refused since it last accepted a text.
    failures: u32,
    /// Whether the counter has never been shown, or the channel is being restored: both wait for nothing
    /// but the limits.
    is_first: bool,
    is_last: bool,
}

impl Pace {
    /// Starts a counter that has never been shown. The name of its channel is known, a status is not.
    pub(crate) fn first(place: Place, own: Option<String>, wanted: String, now: Instant) -> Self {
        Self {
            is_first: true,
            ..Self::new(place, own, wanted, now)
        }
    }

    /// Continues with what Discord showed last.
    pub(crate) fn new(place: Place, shown: Option<String>, wanted: String, now: Instant) -> Self {
        Self {
            place,
            shown,
            wanted,
            changed_at: now,
            differs_since: now,
            accepted: VecDeque::new(),
            not_before: None,
            failures: 0,
            is_first: false,
            is_last: false,
        }
    }

    /// Returns where the text is shown.
    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// Returns the text to send.
    pub(crate) fn wanted(&self) -> &str {
        &self.wanted
    }

    /// Whether the text is shown in the name of the channel, and that name is not known.
    pub(crate) fn is_name_unknown(&self) -> bool {
        self.place == Place::Name && self.shown.is_none()
    }

    /// Takes note of the name that the channel has, which is not the text to send.
    pub(crate) fn learn_name(&mut self, name: String) {
        self.shown = Some(name);
    }

    /// Whether Discord shows what it should.
    pub(crate) fn is_true(&self) -> bool {
        self.shown.as_ref() == Some(&self.wanted)
    }

    /// Changes the text.
    pub(crate) fn want(&mut self, text: String, now: Instant) {
        if self.wanted == text {
            return;
        }
        if self.is_true() {
            self.differs_since = now;
        }
        self.changed_at = now;
        self.wanted = text;
    }

    /// Changes the text to that of the channel before it had a counter.
    pub(crate) fn restore(&mut self, text: String, now: Instant) {
        self.want(text, now);
        self.is_last = true;
    }

    /// Changes the text of a counter that may have been about to end.
    pub(crate) fn resume(&mut self, text: String, now: Instant) {
        self.is_last = false;
        self.want(text, now);
    }

    /// Shows the text elsewhere from now on: in the name, which is `own` as yet, or in the status.
    pub(crate) fn move_to(&mut self, place: Place, own: Option<String>, now: Instant) {
        let wanted = std::mem::take(&mut self.wanted);
        *self = Self::first(place, own, wanted, now);
    }

    /// Returns when the text is to be sent; `None` if Discord shows it.
    pub(crate) fn due(&self) -> Option<Instant> {
        if self.is_true() {
            return None;
        }
        let settled = match self.place {
            _ if self.is_first || self.is_last => self.changed_at,
            Place::Status => self.differs_since + STATUS_SETTLES,
            Place::Name => {
                let settled = self.changed_at + NAME_SETTLES;
                settled.min(self.differs_since + NAME_WRONG_FOR)
            }
        };
        let allowed = match self.place {
            Place::Status if self.is_last => None,
            Place::Status => self.accepted.back().map(|at| *at + STATUS_EVERY),
            Place::Name if self.accepted.len() == NAMES => {
                self.accepted.front().map(|at| *at + NAME_WINDOW)
            }
            Place::Name => None,
        };
        let waits = [Some(settled), allowed, self.not_before];
        waits.into_iter().flatten().max()
    }

    /// Records that Discord accepted a text.
    pub(crate) fn accept(&mut self, text: String, now: Instant) {
        if self.accepted.len() == NAMES {
            self.accepted.pop_front();
        }
        self.accepted.push_back(now);
        self.shown = Some(text);
        self.is_first = false;
        self.differs_since = now;
        self.not_before = None;
        self.failures = 0;
    }

    /// Records that Discord takes no more of this kind for a while.
    pub(crate) fn limit(&mut self, wait: Duration, now: Instant) {
        self.not_before = Some(now + wait);
    }

    /// Records that Discord failed. It may have taken the text all the same.
    pub(crate) fn fail(&mut self, now: Instant) {
        self.shown = None;
        self.wait(AFTER_FAILURE, now);
    }

    /// Records that Discord refused the text.
    pub(crate) fn refuse(&mut self, now: Instant) {
        self.wait(AFTER_REFUSAL, now);
    }

    fn wait(&mut self, (first, longest): (Duration, Duration), now: Instant) {
        let half = ceiling(first, longest, self.failures) / 2;
        self.failures = self.failures.saturating_add(1);
        self.not_before = Some(now + half + random_part(half));
    }

    /// Tries again at once what was refused: somebody may have given a permission.
    pub(crate) fn retry(&mut self) {
        self.not_before = None;
    }
}

#[cfg(test)]
mod tests;
