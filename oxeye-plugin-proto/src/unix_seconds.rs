//! Every time on the wire and in the store: whole seconds since 1970-01-01 00:00 UTC.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// Whole seconds since 1970-01-01 00:00 UTC. No method reads the clock: code that needs the current
/// time takes `now` as an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct UnixSeconds(pub i64);

/// The year 5138 in seconds, but March 1973 in milliseconds. A larger number was meant as
/// milliseconds.
const LOOKS_LIKE_MILLISECONDS_ABOVE: i64 = 100_000_000_000;

impl UnixSeconds {
    /// Returns the time since `earlier`, or zero if `earlier` is not earlier.
    #[must_use]
    pub fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_secs(u64::try_from(i128::from(self.0) - i128::from(earlier.0)).unwrap_or(0))
    }

    /// Returns the time this much later, in whole seconds and without overflow.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add_unsigned(duration.as_secs()))
    }

    /// Returns the time this much earlier, in whole seconds and without overflow.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub_unsigned(duration.as_secs()))
    }
}

impl<'de> Deserialize<'de> for UnixSeconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = i64::deserialize(deserializer)?;
        if seconds < 0 {
            return Err(D::Error::custom(format_args!(
                "the time {seconds} is before 1970; send whole seconds since 1970"
            )));
        }
        if seconds > LOOKS_LIKE_MILLISECONDS_ABOVE {
            return Err(D::Error::custom(format_args!(
                "the time {seconds} looks like milliseconds; send whole seconds since 1970"
            )));
        }
        Ok(Self(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_milliseconds_is_refused_with_a_clear_message() {
        let error = serde_json::from_str::<UnixSeconds>("1700000000000").expect_err("milliseconds");

        assert!(
            error.to_string().contains("looks like milliseconds"),
            "{error}"
        );
    }

    #[test]
    fn a_time_before_1970_is_refused_with_a_clear_message() {
        let error = serde_json::from_str::<UnixSeconds>("-5").expect_err("a negative number");

        assert!(
            error
                .to_string()
                .starts_with("the time -5 is before 1970; send whole seconds since 1970"),
            "{error}"
        );
        assert_eq!(serde_json::from_str("0").ok(), Some(UnixSeconds(0)));
    }

    #[test]
    fn the_largest_plausible_number_of_seconds_is_accepted() {
        let time: UnixSeconds =
            serde_json::from_str("100000000000").expect("the limit itself is allowed");

        assert_eq!(time, UnixSeconds(100_000_000_000));
    }

    #[test]
    fn the_time_since_a_later_moment_is_zero() {
        assert_eq!(
            UnixSeconds(5).saturating_since(UnixSeconds(9)),
            Duration::ZERO
        );
        assert_eq!(
            UnixSeconds(9).saturating_since(UnixSeconds(-1)),
            Duration::from_secs(10)
        );
        assert_eq!(
            UnixSeconds(i64::MAX).saturating_since(UnixSeconds(i64::MIN)),
            Duration::from_secs(u64::MAX)
        );
    }

    #[test]
    fn arithmetic_does_not_overflow() {
        assert_eq!(
            UnixSeconds(10).plus(Duration::from_secs(5)),
            UnixSeconds(15)
        );
        assert_eq!(
            UnixSeconds(10).minus(Duration::from_secs(15)),
            UnixSeconds(-5)
        );
        assert_eq!(UnixSeconds(10).plus(Duration::MAX), UnixSeconds(i64::MAX));
        assert_eq!(UnixSeconds(-10).minus(Duration::MAX), UnixSeconds(i64::MIN));
    }
}
