//! Durations: `30s`, `45m`, `2h` or `5d` in English, and `5d 3h` for playtime.

use std::time::Duration;

use oxeye_db::UnixSeconds;

use crate::Text;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Returns a duration in its largest whole unit, rounded down.
fn largest_unit(duration: Duration) -> (&'static str, u64) {
    match duration.as_secs() {
        seconds @ 0..MINUTE => ("seconds", seconds),
        seconds @ MINUTE..HOUR => ("minutes", seconds / MINUTE),
        seconds @ HOUR..DAY => ("hours", seconds / HOUR),
        seconds => ("days", seconds / DAY),
    }
}

/// Returns the window of last seen in hours if it is a whole number of hours: 24 hours rather than
/// 1 day.
pub(crate) fn window(duration: Duration) -> (&'static str, u64) {
    let seconds = duration.as_secs();
    if seconds >= HOUR && seconds.is_multiple_of(HOUR) {
        ("hours", seconds / HOUR)
    } else {
        largest_unit(duration)
    }
}

impl Text {
    /// Renders a duration on its own, in its largest whole unit, rounded down.
    pub(crate) fn short_duration(self, duration: Duration) -> String {
        let (unit, count) = largest_unit(duration);
        self.duration(unit, count)
    }

    /// Renders a duration on its own, in its two largest units, rounded down. A second unit that is
    /// zero is left out.
    #[must_use]
    pub fn long_duration(self, duration: Duration) -> String {
        let short = self.short_duration(duration);
        let seconds = duration.as_secs();
        let rest = match seconds {
            0..HOUR => 0,
            HOUR..DAY => seconds % HOUR / MINUTE * MINUTE,
            DAY.. => seconds % DAY / HOUR * HOUR,
        };
        if rest == 0 {
            return short;
        }
        format!("{short} {}", self.short_duration(Duration::from_secs(rest)))
    }

    /// Renders the time since a moment, for a sentence with "for ..." or "... ago". A moment in the
    /// future counts as now.
    #[must_use]
    pub fn time_since(self, moment: UnixSeconds, now: UnixSeconds) -> String {
        let (unit, count) = largest_unit(now.saturating_since(moment));
        self.duration_inflected(unit, count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Locale;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    #[track_caller]
    fn check(seconds: u64, english: &str, german: &str) {
        let duration = Duration::from_secs(seconds);
        assert_eq!(ENGLISH.short_duration(duration), english);
        assert_eq!(GERMAN.short_duration(duration), german);
    }

    #[test]
    fn durations_are_whole_numbers_of_their_largest_unit() {
        check(0, "0s", "0 Sek.");
        check(59, "59s", "59 Sek.");
        check(60, "1m", "1 Min.");
        check(45 * 60 + 59, "45m", "45 Min.");
        check(3_599, "59m", "59 Min.");
        check(3_600, "1h", "1 Std.");
        check(86_399, "23h", "23 Std.");
        check(86_400, "1d", "1 Tag");
        check(5 * 86_400 + 1, "5d", "5 Tage");
    }

    #[track_caller]
    fn check_long(seconds: u64, english: &str, german: &str) {
        let duration = Duration::from_secs(seconds);
        assert_eq!(ENGLISH.long_duration(duration), english);
        assert_eq!(GERMAN.long_duration(duration), german);
    }

    #[test]
    fn playtime_is_shown_in_two_units() {
        check_long(0, "0s", "0 Sek.");
        check_long(3_599, "59m", "59 Min.");
        check_long(3_659, "1h", "1 Std.");
        check_long(2 * 3_600 + 5 * 60, "2h 5m", "2 Std. 5 Min.");
        check_long(86_399, "23h 59m", "23 Std. 59 Min.");
        check_long(86_400 + 3_599, "1d", "1 Tag");
        check_long(12 * 86_400 + 4 * 3_600, "12d 4h", "12 Tage 4 Std.");
    }

    #[test]
    fn german_inflects_a_duration_after_seit_and_vor() {
        let since = |seconds| GERMAN.time_since(UnixSeconds(0), UnixSeconds(seconds));
        assert_eq!(since(1), "1 Sekunde");
        assert_eq!(since(1_800), "30 Minuten");
        assert_eq!(since(3_600), "1 Stunde");
        assert_eq!(since(86_400), "1 Tag");
        assert_eq!(since(5 * 86_400), "5 Tagen");
    }

    #[test]
    fn a_moment_in_the_future_counts_as_now() {
        let since = |moment, now| ENGLISH.time_since(UnixSeconds(moment), UnixSeconds(now));
        assert_eq!(since(2_000, 1_000), "0s");
        assert_eq!(since(1_000, 2_800), "30m");
    }

    #[test]
    fn the_window_is_shown_in_hours() {
        let heading = |text: Text, seconds| {
            let (unit, count) = window(Duration::from_secs(seconds));
            text.last_seen_heading(unit, count)
        };
        assert_eq!(heading(ENGLISH, 86_400), "Last seen (within 24h):");
        assert_eq!(
            heading(ENGLISH, 8_760 * 3_600),
            "Last seen (within 8,760h):"
        );
        assert_eq!(heading(ENGLISH, 90), "Last seen (within 1m):");
        let german = "Zuletzt gesehen (in den letzten 24 Stunden):";
        assert_eq!(heading(GERMAN, 86_400), german);
        assert_eq!(
            heading(GERMAN, 3_600),
            "Zuletzt gesehen (in der letzten Stunde):"
        );
    }
}
