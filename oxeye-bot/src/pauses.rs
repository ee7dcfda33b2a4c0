//! Pauses between two things of one kind, such as two refreshes of one message.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// Minimum time between two refreshes of one message.
pub(crate) const BETWEEN_REFRESHES: Duration = Duration::from_secs(3);
/// Minimum time between two pages or ranges of one message that a member turns to: people who read as they go never
/// notice it, and a flood of presses costs two edits a second.
pub(crate) const BETWEEN_TURNS: Duration = Duration::from_millis(500);
/// Minimum time between leaving those whose sessions are kept and joining them again, and between two times that a guild
/// deletes sessions by keeping less: the file of sessions is rewritten each time.
pub(crate) const BETWEEN_DELETIONS: Duration = Duration::from_secs(60);

/// How many pauses we remember at most. What is not remembered need not wait.
const CAPACITY: usize = 16_384;

/// The pauses that may last. They are forgotten when Oxeye stops. The lock is never held across an `.await`.
///
/// The times are monotonic: a wall clock that is set back must not make anybody wait until it has caught up.
#[derive(Debug)]
pub(crate) struct Pauses<K> {
    length: Duration,
    begun: Mutex<HashMap<K, Instant>>,
}

impl<K: Eq + Hash> Pauses<K> {
    pub(crate) fn new(length: Duration) -> Self {
        Self {
            length,
            begun: Mutex::default(),
        }
    }

    /// Begins a pause.
    pub(crate) fn begin(&self, key: K, now: Instant) {
        self.insert(&mut self.begun.lock(), key, now);
    }

    /// Begins a pause unless one lasts. Returns whether it does.
    #[must_use]
    pub(crate) fn try_begin(&self, key: K, now: Instant) -> bool {
        let mut begun = self.begun.lock();
        let may_begin = begun
            .get(&key)
            .is_none_or(|at| self.left(*at, now).is_zero());
        if may_begin {
            self.insert(&mut begun, key, now);
        }
        may_begin
    }

    /// Returns how long a pause still lasts; nothing if it is over.
    pub(crate) fn wait(&self, key: &K, now: Instant) -> Duration {
        let begun = self.begun.lock();
        begun
            .get(key)
            .map_or(Duration::ZERO, |at| self.left(*at, now))
    }

    fn left(&self, begun: Instant, now: Instant) -> Duration {
        self.length
            .saturating_sub(now.saturating_duration_since(begun))
    }

    fn insert(&self, begun: &mut HashMap<K, Instant>, key: K, now: Instant) {
        if begun.len() >= CAPACITY {
            begun.retain(|_, at| !self.left(*at, now).is_zero());
        }
        if begun.len() < CAPACITY {
            begun.insert(key, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH: Duration = Duration::from_secs(60);

    #[test]
    fn a_pause_ends_after_its_length_and_concerns_one_key() {
        let pauses = Pauses::new(LENGTH);
        let start = Instant::now();
        assert_eq!(pauses.wait(&1, start), Duration::ZERO);

        pauses.begin(1, start);

        let later = start + Duration::from_secs(20);
        assert_eq!(pauses.wait(&1, later), Duration::from_secs(40));
        assert_eq!(pauses.wait(&2, later), Duration::ZERO);
        assert_eq!(pauses.wait(&1, start + LENGTH), Duration::ZERO);
    }

    #[test]
    fn whoever_tries_during_a_pause_does_not_make_it_longer() {
        let pauses = Pauses::new(LENGTH);
        let start = Instant::now();

        assert!(pauses.try_begin(1, start));
        assert!(!pauses.try_begin(1, start + Duration::from_secs(59)));
        assert!(pauses.try_begin(2, start + Duration::from_secs(59)));
        assert!(pauses.try_begin(1, start + LENGTH));
    }

    #[test]
    fn whoever_turns_a_page_a_second_never_waits_and_a_flood_changes_little() {
        let turned = |presses: u32, pause: Duration| {
            let pauses = Pauses::new(BETWEEN_TURNS);
            let start = Instant::now();
            let at = (0..presses).map(|press| start + pause * press);
            at.filter(|at| pauses.try_begin((), *at)).count()
        };
        assert_eq!(turned(30, Duration::from_millis(700)), 30);
        assert_eq!(turned(50, Duration::from_millis(20)), 2);
    }

    #[test]
    fn no_more_pauses_are_remembered_than_the_capacity() {
        let pauses = Pauses::new(LENGTH);
        let start = Instant::now();
        for key in 0..20_000 {
            assert!(pauses.try_begin(key, start));
        }
        assert_eq!(pauses.begun.lock().len(), CAPACITY);

        pauses.begin(1, start + LENGTH);
        assert_eq!(pauses.begun.lock().len(), 1);
    }
}
