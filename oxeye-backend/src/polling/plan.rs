//! Which address is asked next, and when; pure. Times count from the start of the polling.
//!
//! Each address is asked again a while after its last answer, a tenth earlier or later, so that addresses which were
//! added together drift apart. Nothing is done for an address between two questions.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use oxeye_db::{ServerId, WatchedAddress};
use oxeye_probe::{Edition, WatchError};

/// After a first failure, the address is asked again after this time, so that an outage is known soon.
const AFTER_FIRST_FAILURE: Duration = Duration::from_secs(5);

/// At a start, addresses are asked one after the other at this distance. A thousand fill 30 s.
const START_DISTANCE: Duration = Duration::from_millis(30);

/// Both editions are tried whenever this many more failures have come in a row.
const FAILURES_UNTIL_BOTH_EDITIONS: u32 = 10;

/// The shortest time between two reports of what a server says about itself. Some change it with every answer. The
/// store keeps what it has for ten minutes.
const ABOUT_INTERVAL: Duration = Duration::from_secs(11 * 60);

/// After this time it is reported even if it has not changed, in case the store did not take it.
const ABOUT_CONFIRMED_AFTER: Duration = Duration::from_secs(3600);

/// A question to ask now.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) watched: Arc<WatchedAddress>,
    /// The edition to ask in; `None` to try both.
    pub(super) edition: Option<Edition>,
    /// What the server said about itself when that was last reported.
    pub(super) about: Option<AboutReport>,
}

/// What a server said about itself, as a hash, and when that was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AboutReport {
    pub(super) hash: u64,
    pub(super) at: Duration,
}

/// What came of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The server answered in this edition. Perhaps what it says about itself was reported.
    Answered(Edition, Option<AboutReport>),
    /// It did not answer, for this reason.
    Failed(WatchError),
    /// Something is wrong on our side, so nothing was learned.
    LearnedNothing(WatchError),
}

#[derive(Debug)]
struct Entry {
    watched: Arc<WatchedAddress>,
    edition: Option<Edition>,
    /// Whether it is being asked; otherwise it is due at some time.
    is_asked: bool,
    /// Failures since the last answer.
    failures: u32,
    about: Option<AboutReport>,
}

/// All addresses, and when each is asked next.
#[derive(Debug)]
pub(super) struct Plan {
    interval: Duration,
    entries: HashMap<ServerId, Entry>,
    due: BTreeSet<(Duration, ServerId)>,
    has_started: bool,
}

impl Plan {
    pub(super) fn new(interval: Duration) -> Self {
        Self {
            interval,
            entries: HashMap::new(),
            due: BTreeSet::new(),
            has_started: false,
        }
    }

    /// Replaces the list of addresses. Those that stay keep their times; new ones are asked at once, at a start one
    /// after the other.
    pub(super) fn set(&mut self, addresses: Vec<WatchedAddress>, now: Duration) {
        let listed: HashMap<_, _> = addresses.iter().map(|a| (a.server, a)).collect();
        self.entries.retain(|server, entry| {
            let listed = listed.get(server);
            listed.is_some_and(|listed| is_same(listed, &entry.watched))
        });
        self.due
            .retain(|(_, server)| self.entries.contains_key(server));
        let distance = if self.has_started {
            Duration::ZERO
        } else {
            START_DISTANCE.min(self.interval / 1_000)
        };
        self.has_started = true;
        let mut due = now;
        for watched in addresses {
            if !self.entries.contains_key(&watched.server) {
                self.due.insert((due, watched.server));
                self.entries.insert(watched.server, Entry::new(watched));
                due += distance;
            }
        }
    }

    /// Returns when the next address is due; `None` if none is.
    pub(super) fn due(&self) -> Option<Duration> {
        self.due.first().map(|(due, _)| *due)
    }

    /// Returns how many addresses there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether an address belongs to this server.
    pub(super) fn has(&self, server: ServerId) -> bool {
        self.entries.contains_key(&server)
    }

    /// Takes the next question, if one is due.
    pub(super) fn take(&mut self, now: Duration) -> Option<Question> {
        let (due, server) = *self.due.first().filter(|(due, _)| *due <= now)?;
        self.due.remove(&(due, server));
        let entry = self.entries.get_mut(&server)?;
        entry.is_asked = true;
        Some(entry.question())
    }

    /// Notes what came of a question, and plans the next. Returns whether the address is still watched.
    pub(super) fn note(&mut self, question: &Question, outcome: Outcome, now: Duration) -> bool {
        let interval = self.interval;
        let server = question.watched.server;
        let entry = self.entries.get_mut(&server);
        let Some(entry) = entry.filter(|entry| entry.belongs_to(question)) else {
            return false;
        };
        let wait = entry.note(outcome, interval);
        entry.is_asked = false;
        self.due
            .insert((now + wait.mul_f64(jitter(server, now)), server));
        true
    }
}

impl Entry {
    fn new(watched: WatchedAddress) -> Self {
        Self {
            edition: watched.edition.map(from_store),
            watched: Arc::new(watched),
            is_asked: false,
            failures: 0,
            about: None,
        }
    }

    fn question(&self) -> Question {
        let is_long_down =
            self.failures > 0 && self.failures.is_multiple_of(FAILURES_UNTIL_BOTH_EDITIONS);
        Question {
            watched: Arc::clone(&self.watched),
            edition: self.edition.filter(|_| !is_long_down),
            about: self.about,
        }
    }

    /// Returns whether this is still the address that was asked.
    fn belongs_to(&self, question: &Question) -> bool {
        self.is_asked && Arc::ptr_eq(&self.watched, &question.watched)
    }

    /// Notes what came of a question. Returns how long to wait before the next.
    fn note(&mut self, outcome: Outcome, interval: Duration) -> Duration {
        match outcome {
            Outcome::Answered(edition, about) => {
                self.edition = Some(edition);
                self.failures = 0;
                self.about = about.or(self.about);
            }
            Outcome::Failed(_) => {
                self.failures = self.failures.saturating_add(1);
                if self.failures == 1 {
                    return AFTER_FIRST_FAILURE.min(interval);
                }
            }
            Outcome::LearnedNothing(_) => {}
        }
        interval
    }
}

impl Question {
    /// Whether what a server says about itself is to be reported.
    pub(super) fn is_news(&self, hash: u64, now: Duration) -> bool {
        self.about.is_none_or(|reported| {
            let wait = if reported.hash == hash {
                ABOUT_CONFIRMED_AFTER
            } else {
                ABOUT_INTERVAL
            };
            now.saturating_sub(reported.at) >= wait
        })
    }
}

/// Returns whether two entries of the list mean the same address, whatever was learned about it meanwhile.
fn is_same(one: &WatchedAddress, other: &WatchedAddress) -> bool {
    (&one.host, one.port, one.added_at) == (&other.host, other.port, other.added_at)
}

fn from_store(edition: oxeye_db::Edition) -> Edition {
    match edition {
        oxeye_db::Edition::Java => Edition::Java,
        oxeye_db::Edition::Bedrock => Edition::Bedrock,
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
