//! Which address is asked next, and when; pure. Times count from the start of the polling.
//!
//! Each address is asked again a while after its last answer, a tenth earlier or later, so that addresses which were
//! added together drift apart. Nothing is done for an address between two questions.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use oxeye_db::ServerId;
use oxeye_probe::{Edition, TypedAddress};

/// After a first failure, the address is asked again after this time, so that an outage is known soon.
const AFTER_FIRST_FAILURE: Duration = Duration::from_secs(5);

/// At a start, addresses are asked one after the other at this distance. A thousand fill 30 s.
const START_DISTANCE: Duration = Duration::from_millis(30);

/// After so many failures in a row, both editions are tried, and again after as many.
const FAILURES_UNTIL_BOTH_EDITIONS: u32 = 10;

/// The shortest time between two reports of what a server says about itself. Some change it with every answer.
const ABOUT_INTERVAL: Duration = Duration::from_secs(5 * 60);

/// An address that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) server: ServerId,
    pub(super) address: TypedAddress,
    /// The edition in which it has answered, if it has.
    pub(super) edition: Option<Edition>,
}

/// A question to ask now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) server: ServerId,
    pub(super) address: TypedAddress,
    /// The edition to ask in; `None` to try both.
    pub(super) edition: Option<Edition>,
    /// Tells apart this address and one that the server had before.
    number: u64,
}

#[derive(Debug)]
struct Entry {
    address: TypedAddress,
    edition: Option<Edition>,
    /// When it is asked next; `None` while it is being asked.
    due: Option<Duration>,
    /// Failures since the last answer.
    failures: u32,
    /// What the server last said about itself, as a hash, and when that was reported.
    about: Option<(u64, Duration)>,
    number: u64,
}

/// All addresses, and when each is asked next.
#[derive(Debug)]
pub(super) struct Plan {
    interval: Duration,
    entries: HashMap<ServerId, Entry>,
    due: BTreeSet<(Duration, ServerId)>,
    has_started: bool,
    /// The number of the last question or address.
    last_number: u64,
}

impl Plan {
    pub(super) fn new(interval: Duration) -> Self {
        Self {
            interval,
            entries: HashMap::new(),
            due: BTreeSet::new(),
            has_started: false,
            last_number: 0,
        }
    }

    /// Replaces the list of addresses. Those that stay keep their times; new ones are asked at once, at a start one
    /// after the other.
    pub(super) fn set(&mut self, targets: &[Target], now: Duration) {
        let addresses: HashMap<_, _> = targets.iter().map(|t| (t.server, &t.address)).collect();
        self.entries
            .retain(|server, entry| addresses.get(server) == Some(&&entry.address));
        self.due
            .retain(|(_, server)| self.entries.contains_key(server));
        let distance = if self.has_started {
            Duration::ZERO
        } else {
            START_DISTANCE.min(self.interval / 1_000)
        };
        let mut due = now;
        for target in targets {
            if !self.entries.contains_key(&target.server) {
                self.add(target, due);
                due += distance;
            }
        }
        self.has_started = true;
    }

    fn add(&mut self, target: &Target, due: Duration) {
        self.last_number += 1;
        let entry = Entry {
            address: target.address.clone(),
            edition: target.edition,
            due: Some(due),
            failures: 0,
            about: None,
            number: self.last_number,
        };
        self.entries.insert(target.server, entry);
        self.due.insert((due, target.server));
    }

    /// Returns when the next address is due; `None` if none is.
    pub(super) fn due(&self) -> Option<Duration> {
        self.due.first().map(|(due, _)| *due)
    }

    /// Takes the next question, if one is due.
    pub(super) fn take(&mut self, now: Duration) -> Option<Question> {
        let (due, server) = *self.due.first().filter(|(due, _)| *due <= now)?;
        self.due.remove(&(due, server));
        let entry = self.entries.get_mut(&server)?;
        entry.due = None;
        let is_long_down =
            entry.failures > 0 && entry.failures.is_multiple_of(FAILURES_UNTIL_BOTH_EDITIONS);
        Some(Question {
            server,
            address: entry.address.clone(),
            edition: entry.edition.filter(|_| !is_long_down),
            number: entry.number,
        })
    }

    /// Notes an answer, and what the server said about itself, as a hash. Returns whether that is to be reported;
    /// `None` if the address is no longer watched.
    pub(super) fn answered(
        &mut self,
        question: &Question,
        edition: Edition,
        about: u64,
        now: Duration,
    ) -> Option<bool> {
        let interval = self.interval;
        let entry = self.entry_of(question)?;
        entry.edition = Some(edition);
        entry.failures = 0;
        let is_news = entry.about.is_none_or(|(reported, at)| {
            reported != about && now.saturating_sub(at) >= ABOUT_INTERVAL
        });
        if is_news {
            entry.about = Some((about, now));
        }
        self.ask_again(question, interval, now);
        Some(is_news)
    }

    /// Notes that there was no answer. Returns whether the address is still watched.
    pub(super) fn failed(&mut self, question: &Question, now: Duration) -> bool {
        let interval = self.interval;
        let Some(entry) = self.entry_of(question) else {
            return false;
        };
        entry.failures = entry.failures.saturating_add(1);
        let wait = match entry.failures {
            1 => AFTER_FIRST_FAILURE.min(interval),
            _ => interval,
        };
        self.ask_again(question, wait, now);
        true
    }

    /// Notes that nothing was learned, because something is wrong on our side.
    pub(super) fn learned_nothing(&mut self, question: &Question, now: Duration) {
        if self.entry_of(question).is_some() {
            self.ask_again(question, self.interval, now);
        }
    }

    /// Returns the entry that a question belongs to.
    fn entry_of(&mut self, question: &Question) -> Option<&mut Entry> {
        let entry = self.entries.get_mut(&question.server)?;
        (entry.number == question.number && entry.due.is_none()).then_some(entry)
    }

    fn ask_again(&mut self, question: &Question, wait: Duration, now: Duration) {
        let due = now + wait.mul_f64(jitter(question.server, now));
        if let Some(entry) = self.entries.get_mut(&question.server) {
            entry.due = Some(due);
            self.due.insert((due, question.server));
        }
    }
}

/// Returns a factor from 0.9 to 1.1 that differs between servers and questions.
fn jitter(server: ServerId, now: Duration) -> f64 {
    let mut hasher = DefaultHasher::new();
    (server.0, now).hash(&mut hasher);
    let thousandth = (hasher.finish() % 1_000) as f64 / 1_000.0;
    0.9 + 0.2 * thousandth
}

#[cfg(test)]
mod tests;
