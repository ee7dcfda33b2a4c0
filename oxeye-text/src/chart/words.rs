//! The words in the picture of a chart, and the labels of its axis of time.

use oxeye_db::record::chart::PlayerChart;
use oxeye_db::{ChartWords, Span, TimeZone, UnixSeconds};

use crate::Text;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
impl Text {
    /// Returns the words in the picture of a chart.
    #[must_use]
    pub fn chart_words(self, chart: &PlayerChart) -> ChartWords {
        let axis = Axis::of(self, chart.span, chart.zone);
        ChartWords {
            average: self.picture_average(),
            peak: self.picture_peak(),
            record: self.picture_record(),
            unknown: self.picture_unknown(),
            week: self.picture_week(),
            best: self.picture_best(),
            thousands: self.locale().thousands_separator(),
            days: std::array::from_fn(|day| self.weekday_short(day)),
            ticks: axis.ticks,
            times: axis.labels,
        }
    }
}

/// What the labels of a span name. Hours and weeks are named where they begin, the others in their middle, because that
/// is where people look for a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Hours,
    Weekdays,
    Dates,
    Weeks,
    Months,
    Years,
}

impl Unit {
    fn of_length(length: i64) -> Unit {
        match length / DAY {
            0..2 => Unit::Hours,
            2..9 => Unit::Weekdays,
            9..17 => Unit::Dates,
            17..60 => Unit::Weeks,
            60..800 => Unit::Months,
            _ => Unit::Years,
        }
    }

    /// The most labels that fit below a chart.
    fn most_labels(self) -> usize {
        match self {
            Unit::Weekdays => 9,
            Unit::Dates => 5,
            Unit::Hours | Unit::Weeks | Unit::Months | Unit::Years => 7,
        }
    }

    /// Labels nearer to an end than this share of the chart would be cut.
    fn margin(self) -> f64 {
        match self {
            Unit::Weekdays => 0.03,
            Unit::Hours | Unit::Dates | Unit::Weeks | Unit::Months | Unit::Years => 0.05,
        }
    }
}

/// The axis of time: where an hour, day, week, month or year begins, and its labels.
struct Axis {
    ticks: Vec<i64>,
    labels: Vec<(i64, String)>,
}

impl Axis {
    fn of(text: Text, span: Span, zone: TimeZone) -> Axis {
        let length = span.to.0 - span.from.0;
        let unit = Unit::of_length(length);
        let edges = edges(unit, span, zone);
        let mut places = match unit {
            Unit::Hours | Unit::Weeks => edges.iter().map(|at| (*at, *at)).collect(),
            _ => middles(&edges, span),
        };
        let margin = (length as f64 * unit.margin()) as i64;
        let inner = span.from.0 + margin..=span.to.0 - margin;
        places.retain(|(place, _)| inner.contains(&place.0));
        if places.len() < 2 && unit == Unit::Hours {
            // A short time has its first and its last minute.
            let at = |share| UnixSeconds(span.from.0 + (length as f64 * share) as i64);
            places = [at(0.1), at(0.9)].map(|at| (at, at)).to_vec();
        }
        let every = places.len().div_ceil(unit.most_labels()).max(1);
        let named = places.into_iter().step_by(every);
        Axis {
            ticks: edges.iter().map(|at| at.0).collect(),
            labels: named
                .map(|(place, at)| (place.0, label(text, unit, at, zone)))
                .collect(),
        }
    }
}

/// Returns the middle of each part between two edges, and a moment in it. A part at an end of which less than half is in
/// the span is left out.
fn middles(edges: &[UnixSeconds], span: Span) -> Vec<(UnixSeconds, UnixSeconds)> {
    let begins = [span.from].into_iter().chain(edges.iter().copied());
    let ends = edges.iter().copied().chain([span.to]);
    let parts: Vec<_> = begins.zip(ends).collect();
    let length = |part: &(UnixSeconds, UnixSeconds)| part.1.0 - part.0.0;
    let whole = parts.iter().map(length).max().unwrap_or_default();
    let parts = parts.iter().filter(|part| length(part) * 2 >= whole);
    parts
        .map(|part| (UnixSeconds(part.0.0 + length(part) / 2), part.0))
        .collect()
}

/// Returns the beginnings of the hours, days, weeks, months or years in a span.
fn edges(unit: Unit, span: Span, zone: TimeZone) -> Vec<UnixSeconds> {
    let mut at = span.from;
    let mut edges = Vec::new();
    while at < span.to {
        at = match unit {
            Unit::Hours => zone.hour_of_week(at).1,
            Unit::Weekdays | Unit::Dates => zone.day(at).to,
            Unit::Weeks => zone.week(at).to,
            Unit::Months | Unit::Years => zone.month(at).to,
        };
        let local = zone.local_time(at);
        let is_edge = match unit {
            Unit::Hours => local.hour.is_multiple_of(3) && local.minute == 0,
            Unit::Years => local.month == 1,
            Unit::Weekdays | Unit::Dates | Unit::Weeks | Unit::Months => true,
        };
        if is_edge && at < span.to {
            edges.push(at);
        }
    }
    edges
}

fn label(text: Text, unit: Unit, at: UnixSeconds, zone: TimeZone) -> String {
    let local = zone.local_time(at);
    match unit {
        Unit::Hours => format!("{}:{:02}", local.hour, local.minute),
        Unit::Weekdays => text.weekday_short(local.weekday),
        Unit::Dates | Unit::Weeks => text.day_of_month(local.day, &text.month_short(local.month)),
        Unit::Months => text.month_short(local.month),
        Unit::Years => local.year.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Locale;

    /// Friday, 2026-11-27 13:00 in Berlin.
    const FRIDAY: i64 = 1_795_780_800;

    fn berlin() -> TimeZone {
        "Europe/Berlin".parse().unwrap()
    }

    /// Returns the labels of the days before that Friday, each with the local hour where it stands.
    fn of_days(days: i64) -> Vec<(String, u32)> {
        let span = Span {
            from: UnixSeconds(FRIDAY - days * DAY),
            to: UnixSeconds(FRIDAY),
        };
        let axis = Axis::of(Text::of(Locale::English), span, berlin());
        for tick in &axis.ticks {
            let local = berlin().local_time(UnixSeconds(*tick));
            assert_eq!((local.hour, local.minute), (0, 0));
        }
        let hour = |at: i64| berlin().local_time(UnixSeconds(at)).hour;
        axis.labels
            .into_iter()
            .map(|(at, label)| (label, hour(at)))
            .collect()
    }

    #[test]
    fn the_name_of_a_day_stands_in_the_middle_of_that_day() {
        let noons = ["Sat", "Sun", "Mon", "Tue", "Wed", "Thu"];
        let noons = noons.map(|day| (day.to_owned(), 12));
        // The last Friday is the part from midnight to 13:00; of the first there is less than half.
        let friday = ("Fri".to_owned(), 6);
        let all: Vec<_> = noons.into_iter().chain([friday]).collect();
        assert_eq!(of_days(7), all);
    }

    #[test]
    fn fourteen_days_have_several_dates() {
        let dates = of_days(14);
        let names: Vec<_> = dates.iter().map(|(date, _)| date.as_str()).collect();
        assert_eq!(names, ["14 Nov", "17 Nov", "20 Nov", "23 Nov", "26 Nov"]);
        assert!(dates.iter().all(|(_, hour)| *hour == 12), "{dates:?}");
    }

    #[test]
    fn weeks_are_named_where_they_begin() {
        let weeks = of_days(30);
        let names: Vec<_> = weeks.iter().map(|(date, _)| date.as_str()).collect();
        assert_eq!(names, ["2 Nov", "9 Nov", "16 Nov", "23 Nov"]);
        assert!(weeks.iter().all(|(_, hour)| *hour == 0), "{weeks:?}");
    }

    #[test]
    fn a_label_names_the_day_month_or_year_in_which_it_stands() {
        for days in (2..1_200).step_by(7) {
            let span = Span {
                from: UnixSeconds(FRIDAY - days * DAY),
                to: UnixSeconds(FRIDAY),
            };
            let text = Text::of(Locale::German);
            let unit = Unit::of_length(days * DAY);
            let axis = Axis::of(text, span, berlin());
            assert!(!axis.labels.is_empty(), "{days} days");
            for (at, name) in axis.labels {
                let here = label(text, unit, UnixSeconds(at), berlin());
                assert_eq!(name, here, "{days} days");
            }
        }
    }
}
