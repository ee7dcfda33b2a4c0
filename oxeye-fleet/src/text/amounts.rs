//! Spans of time, sizes, percentages.

use crate::text::Text;

/// Returns a span of time in its largest unit that leaves at least two of it, rounded down.
fn largest_unit(millis: u64) -> (&'static str, u64) {
    let seconds = millis / 1000;
    match seconds {
        0..=119 => ("seconds", seconds),
        120..=7_199 => ("minutes", seconds / 60),
        7_200..=172_799 => ("hours", seconds / 3_600),
        _ => ("days", seconds / 86_400),
    }
}

impl Text {
    /// Renders a span of time in milliseconds: `9 s`, `12 min`, `3 h`, `2 d`.
    pub(crate) fn time(self, millis: u64) -> String {
        let (unit, count) = largest_unit(millis);
        self.span(unit, count)
    }

    /// Renders how long ago something was, in milliseconds: `12 min ago`.
    pub(crate) fn time_ago(self, millis: u64) -> String {
        let (unit, count) = largest_unit(millis);
        self.ago(unit, count)
    }

    /// Renders a number of bytes in its largest unit: `900 B`, `12 kB`, `3 MB`.
    pub(crate) fn size(self, bytes: u64) -> String {
        match bytes {
            0..=999 => format!("{bytes} B"),
            1_000..=999_999 => format!("{} kB", bytes / 1_000),
            1_000_000..=999_999_999 => format!("{} MB", bytes / 1_000_000),
            _ => {
                let gigabytes = (bytes / 1_000_000_000).to_string();
                format!("{} GB", self.0.grouped(&gigabytes))
            }
        }
    }

    /// Renders a percentage with one decimal: `3.5 %`.
    pub(crate) fn percent(self, percent: f32) -> String {
        let point = self.0.decimal_point().to_string();
        format!("{percent:.1} %").replace('.', &point)
    }
}

#[cfg(test)]
mod tests {
    use oxeye_catalogue::Locale;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    #[track_caller]
    fn check(millis: u64, english: &str, german: &str) {
        assert_eq!(ENGLISH.time(millis), english);
        assert_eq!(GERMAN.time(millis), german);
    }

    #[test]
    fn a_span_of_time_is_in_its_largest_unit() {
        check(9_999, "9 s", "9 Sek.");
        check(720_000, "12 min", "12 Min.");
        check(7_140_000, "119 min", "119 Min.");
        check(10_800_000, "3 h", "3 Std.");
        check(172_800_000, "2 d", "2 Tage");
        assert_eq!(ENGLISH.time_ago(172_800_000), "2 d ago");
        assert_eq!(GERMAN.time_ago(172_800_000), "vor 2 Tagen");
    }

    #[test]
    fn a_size_is_in_its_largest_unit() {
        assert_eq!(ENGLISH.size(999), "999 B");
        assert_eq!(ENGLISH.size(2_500_000), "2 MB");
        assert_eq!(GERMAN.size(1_234_000_000_000), "1.234 GB");
    }

    #[test]
    fn a_percentage_has_the_decimal_point_of_its_language() {
        assert_eq!(ENGLISH.percent(3.46), "3.5 %");
        assert_eq!(GERMAN.percent(3.46), "3,5 %");
    }
}
