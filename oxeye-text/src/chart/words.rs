//! The words in the picture of a chart, and the labels of its axis of time.

use oxeye_db::record::chart::PlayerChart;
use oxeye_db::{ChartWords, Span, TimeZone, UnixSeconds};

use crate::Text;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// The most labels that fit below a chart.
const MOST_LABELS: usize = 7;
/// Labels nearer to an end than this share of the chart would be cut.
const MARGIN: f64 = 0.04;

impl Text {
    /// Returns the words in the picture of a chart.
    #[must_use]
    pub fn chart_words(self, chart: &PlayerChart) -> ChartWords {
        ChartWords {
            average: self.picture_average(),
            peak: self.picture_peak(),
            record: self.picture_record(),
            unknown: self.picture_unknown(),
            week: self.picture_week(),
            busiest: self.picture_busiest(),
            days: std::array::from_fn(|day| self.weekday_short(day)),
            times: labels(self, chart.span, chart.zone),
        }
    }
}

/// What the labels of a span name.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

/// Returns the labels of a span of time, and where they stand.
fn labels(text: Text, span: Span, zone: TimeZone) -> Vec<(i64, String)> {
    let length = span.to.0 - span.from.0;
    let unit = match length / DAY {
        0..2 => Unit::Hours,
        2..9 => Unit::Days,
        9..60 => Unit::Weeks,
        60..800 => Unit::Months,
        _ => Unit::Years,
    };
    let margin = (length as f64 * MARGIN) as i64;
    let inner = span.from.0 + margin..=span.to.0 - margin;
    let mut places: Vec<_> = edges(unit, span, zone);
    places.retain(|at| inner.contains(&at.0));
    if places.len() < 2 && matches!(unit, Unit::Hours) {
        // A short time has its first and its last minute.
        places = [0.1, 0.9]
            .map(|share| UnixSeconds(span.from.0 + (length as f64 * share) as i64))
            .to_vec();
    }
    let every = places.len().div_ceil(MOST_LABELS).max(1);
    let named = places.into_iter().step_by(every);
    named
        .map(|at| (at.0, label(text, unit, at, zone)))
        .collect()
}

/// Returns the beginnings of the hours, days, weeks, months or years in a span.
fn edges(unit: Unit, span: Span, zone: TimeZone) -> Vec<UnixSeconds> {
    let mut at = span.from;
    let mut edges = Vec::new();
    while at < span.to {
        at = match unit {
            Unit::Hours => zone.hour_of_week(at).1,
            Unit::Days => zone.day(at).to,
            Unit::Weeks => zone.week(at).to,
            Unit::Months | Unit::Years => zone.month(at).to,
        };
        let local = zone.local_time(at);
        let is_edge = match unit {
            Unit::Hours => local.hour.is_multiple_of(3) && local.minute == 0,
            Unit::Years => local.month == 1,
            Unit::Days | Unit::Weeks | Unit::Months => true,
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
        Unit::Days => text.weekday_short(local.weekday),
        Unit::Weeks => text.day_of_month(local.day, &text.month_short(local.month)),
        Unit::Months => text.month_short(local.month),
        Unit::Years => local.year.to_string(),
    }
}
