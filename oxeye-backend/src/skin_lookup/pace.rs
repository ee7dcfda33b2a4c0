//! When the next account may be asked for: one a second, ten at once after a quiet while, and none during a pause.
//! Mojang allows about 200 profiles a minute to one address. Times count from the start of the lookup.

use std::time::Duration;

use oxeye_process::backoff;

/// How often an account is asked for.
pub(super) const ASK_EVERY: Duration = Duration::from_secs(1);

/// How many accounts may be asked for at once.
pub(super) const AT_ONCE: u32 = 10;

/// The pause after the first failure in a row; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(10);

const LONGEST_PAUSE: Duration = Duration::from_secs(10 * 60);

/// The longest `Retry-After` that is followed.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// The rate limit and the pauses.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When [`AT_ONCE`] accounts may be asked for again.
    rested_at: Duration,
    /// The end of the last pause.
    paused_until: Duration,
    failures: u32,
}

impl Pace {
    /// Returns when the next account may be asked for.
    pub(super) fn next(&self) -> Duration {
        let in_advance = ASK_EVERY * (AT_ONCE - 1);
        let by_rate = self.rested_at.saturating_sub(in_advance);
        by_rate.max(self.paused_until)
    }

    /// Notes that an account is asked for.
    pub(super) fn ask(&mut self, now: Duration) {
        self.rested_at = self.rested_at.max(now) + ASK_EVERY;
    }

    /// Notes that there was an answer.
    pub(super) fn answered(&mut self) {
        self.failures = 0;
    }

    /// Notes that there was none, or a refusal, and returns how long the pause is.
    pub(super) fn failed(&mut self, retry_after: Option<Duration>, now: Duration) -> Duration {
        let usual = backoff::ceiling(FIRST_PAUSE, LONGEST_PAUSE, self.failures);
        let asked_for = retry_after.map(|wait| wait.clamp(ASK_EVERY, LONGEST_RETRY_AFTER));
        let pause = asked_for.unwrap_or(usual);
        self.failures = self.failures.saturating_add(1);
        self.paused_until = now + pause;
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn ten_at_once_and_then_one_a_second() {
        let mut pace = Pace::default();
        let mut asked = Vec::new();
        let mut now = secs(100);
        while asked.len() < 200 {
            now = now.max(pace.next());
            pace.ask(now);
            asked.push(now);
        }

        assert_eq!(asked[9], secs(100));
        assert_eq!(asked[10], secs(101));
        assert_eq!(asked[199], secs(290));
        // After a quiet while there are ten at once again, and no more.
        now = secs(1_000);
        for _ in 0..10 {
            assert!(pace.next() <= now);
            pace.ask(now);
        }
        assert_eq!(pace.next(), secs(1_001));
    }

    #[test]
    fn pauses_double_until_there_is_an_answer() {
        let mut pace = Pace::default();
        let pauses: Vec<_> = (0..8)
            .map(|_| pace.failed(None, secs(0)).as_secs())
            .collect();
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 600, 600]);
        assert_eq!(pace.next(), secs(600));

        pace.answered();

        assert_eq!(pace.failed(None, secs(700)), secs(10));
        assert_eq!(pace.next(), secs(710));
    }

    #[test]
    fn a_pause_that_is_asked_for_is_kept_within_limits() {
        let mut pace = Pace::default();
        for (asked_for, kept) in [(0, 1), (30, 30), (3_600, 3_600), (86_400, 3_600)] {
            assert_eq!(pace.failed(Some(secs(asked_for)), secs(5)), secs(kept));
            assert_eq!(pace.next(), secs(5 + kept));
        }
    }
}
