//! A token bucket: a burst at once, and a steady rate from then on.

use std::num::NonZeroU32;
use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

/// A token bucket, stored as the moment at which it will be full again. It may be overdrawn; it
/// then admits nothing until the debt is paid back.
#[derive(Debug)]
pub(super) struct Budget {
    /// Microseconds per token; 0 if there is no limit.
    each: i64,
    /// Number of tokens in a full bucket.
    burst: i64,
    /// When the bucket will be full, in microseconds.
    full_at: i64,
    /// The last time given, in microseconds. Setting the clock back neither adds nor removes
    /// tokens.
    last: i64,
}

impl Budget {
    pub(super) fn new(per_period: NonZeroU32, period: Duration, burst: NonZeroU32) -> Self {
        let each = period.as_micros() / u128::from(per_period.get());
        Self {
            each: i64::try_from(each).unwrap_or(i64::MAX),
            burst: burst.get().into(),
            full_at: i64::MIN,
            last: i64::MIN,
        }
    }

    /// Returns how long it takes until there is a token; `None` if there is one now.
    pub(super) fn wait(&mut self, now: UnixSeconds) -> Option<Duration> {
        let missing = self.missing(now);
        let most = self.each.saturating_mul(self.burst - 1);
        let wait = u64::try_from(missing.saturating_sub(most)).unwrap_or(0);
        (wait > 0).then(|| Duration::from_micros(wait))
    }

    /// Takes tokens, whether or not they are there.
    pub(super) fn charge(&mut self, count: usize, now: UnixSeconds) {
        let missing = self.missing(now);
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let missing = missing.saturating_add(self.each.saturating_mul(count));
        self.full_at = self.last.saturating_add(missing);
    }

    /// Returns how long it takes until the bucket is full, in microseconds.
    fn missing(&mut self, now: UnixSeconds) -> i64 {
        let now = now.0.saturating_mul(1_000_000);
        if now < self.last {
            self.full_at = self.full_at.saturating_sub(self.last.saturating_sub(now));
        }
        self.last = now;
        self.full_at.saturating_sub(now).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).unwrap()
    }

    /// Returns a budget of ten per second, thirty at once.
    fn budget() -> Budget {
        Budget::new(count(10), Duration::from_secs(1), count(30))
    }

    /// Returns how many tokens it gives at this time, one by one.
    fn given(budget: &mut Budget, now: i64) -> usize {
        let now = UnixSeconds(now);
        let one = |_: &usize| {
            let may = budget.wait(now).is_none();
            if may {
                budget.charge(1, now);
            }
            may
        };
        (0..1_000).take_while(one).count()
    }

    #[test]
    fn it_gives_its_burst_at_once_and_its_rate_from_then_on() {
        let mut budget = budget();

        assert_eq!(given(&mut budget, 100), 30);
        assert_eq!(given(&mut budget, 100), 0);
        assert_eq!(given(&mut budget, 101), 10);
        assert_eq!(given(&mut budget, 103), 20);
        assert_eq!(given(&mut budget, 10_000), 30);
    }

    #[test]
    fn a_sender_that_waits_as_long_as_told_is_admitted() {
        let mut budget = budget();
        budget.charge(30, UnixSeconds(100));
        assert_eq!(
            budget.wait(UnixSeconds(100)),
            Some(Duration::from_millis(100))
        );

        budget.charge(100, UnixSeconds(100));

        let wait = budget.wait(UnixSeconds(100)).unwrap();
        assert_eq!(wait, Duration::from_millis(10_100));
        assert!(budget.wait(UnixSeconds(110)).is_some());
        assert!(budget.wait(UnixSeconds(111)).is_none());
    }

    #[test]
    fn a_clock_set_back_or_forward_locks_nobody_out() {
        let mut budget = budget();
        budget.charge(30, UnixSeconds(100_000));

        assert_eq!(given(&mut budget, 5), 0);
        assert_eq!(given(&mut budget, 6), 10);
        assert_eq!(given(&mut budget, 1_000_000_000_000), 30);
        assert_eq!(given(&mut budget, 7), 0);
        assert_eq!(given(&mut budget, 8), 10);
    }

    #[test]
    fn without_a_limit_nobody_has_to_wait() {
        let mut budget = Budget::new(NonZeroU32::MAX, Duration::from_secs(1), NonZeroU32::MAX);
        budget.charge(usize::MAX, UnixSeconds(100));

        assert_eq!(budget.wait(UnixSeconds(100)), None);
    }
}
