//! How long: `30s`, `45m`, `2h`, `5d`; of playtime also `5d 3h`.

use oxeye_db::UnixSeconds;
use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A duration in its largest whole unit, rounded down.
#[must_use]
pub fn short_duration(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..MINUTE => format!("{seconds}s"),
        seconds @ MINUTE..HOUR => format!("{}m", seconds / MINUTE),
        seconds @ HOUR..DAY => format!("{}h", seconds / HOUR),
        seconds => format!("{}d", seconds / DAY),
    }
}

/// A duration in its two largest units, rounded down; a unit of which there is nothing is left out.
#[must_use]
pub fn long_duration(duration: Duration) -> String {
    let short = short_duration(duration);
    let seconds = duration.as_secs();
    let rest = match seconds {
        0..HOUR => 0,
        HOUR..DAY => seconds % HOUR / MINUTE * MINUTE,
        DAY.. => seconds % DAY / HOUR * HOUR,
    };
    if rest == 0 {
        return short;
    }
    format!("{short} {}", short_duration(Duration::from_secs(rest)))
}

/// The time since a moment; a moment that is still to come counts as now, never as negative.
pub(crate) fn since(moment: UnixSeconds, now: UnixSeconds) -> String {
    short_duration(now.saturating_since(moment))
}

/// The window as the user configured it, in hours: `24h`, not `1d`.
pub(crate) fn window(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds >= HOUR && seconds.is_multiple_of(HOUR) {
        format!("{}h", seconds / HOUR)
    } else {
        short_duration(duration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(seconds: u64, expected: &str) {
        assert_eq!(short_duration(Duration::from_secs(seconds)), expected);
    }

    #[test]
    fn durations_are_whole_numbers_of_their_largest_unit() {
        check(0, "0s");
        check(59, "59s");
        check(60, "1m");
        check(45 * 60 + 59, "45m");
        check(3_599, "59m");
        check(3_600, "1h");
        check(86_399, "23h");
        check(86_400, "1d");
        check(5 * 86_400 + 1, "5d");
    }

    #[test]
    fn playtime_is_said_in_two_units() {
        let said = |seconds| long_duration(Duration::from_secs(seconds));
        assert_eq!(said(0), "0s");
        assert_eq!(said(3_599), "59m");
        assert_eq!(said(3_659), "1h");
        assert_eq!(said(2 * 3_600 + 5 * 60), "2h 5m");
        assert_eq!(said(86_399), "23h 59m");
        assert_eq!(said(86_400 + 3_599), "1d");
        assert_eq!(said(12 * 86_400 + 4 * 3_600), "12d 4h");
    }

    #[test]
    fn a_moment_in_the_future_is_now() {
        assert_eq!(since(UnixSeconds(2_000), UnixSeconds(1_000)), "0s");
        assert_eq!(since(UnixSeconds(1_000), UnixSeconds(2_800)), "30m");
    }

    #[test]
    fn the_window_is_said_in_hours() {
        assert_eq!(window(Duration::from_secs(86_400)), "24h");
        assert_eq!(window(Duration::from_secs(8_760 * 3_600)), "8760h");
        assert_eq!(window(Duration::from_secs(90)), "1m");
    }
}
