//! What a chart of the players over time says, in words: on Discord, on the command line, and for people
//! who do not see the picture. The words in the picture itself are in `words`.

mod words;

use oxeye_db::record::chart::{Peak, PlayerChart};
use oxeye_db::record::usual::{ENOUGH_KNOWN, Usual};
use oxeye_db::{Range, TimeZone, UnixSeconds};

use crate::{Facts, Text, cut, isolate};

/// Up to this many days, a moment is named by its day of the week.
const DAYS_OF_A_WEEK: u64 = 7;
/// Number of hours of the week that the description of a picture names.
const BUSIEST_HOURS: usize = 3;
/// Discord's limit for the description of a picture, in UTF-16 units.
const ALT_LIMIT: usize = 1_024;

/// What a chart says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartText {
    /// What the chart is about: one server, or all of them together, and a range.
    pub title: String,
    /// What it shows, in lines.
    pub lines: Vec<String>,
    /// The same for people who do not see the picture. It has no markdown.
    pub alt: String,
}

impl Facts {
    /// Says what a chart shows. `server` is the name of the server; without it, the chart is about all
    /// servers of a guild.
    #[must_use]
    pub fn chart(self, server: Option<&str>, chart: &PlayerChart) -> ChartText {
        let text = self.text();
        let range = text.range_of_chart(chart.range);
        let mut lines = numbers(text, chart);
        if chart.record.is_some() {
            lines.extend(usual(text, chart.usual.as_ref()));
        }
        let busiest = chart.usual.as_ref().and_then(|usual| busiest(text, usual));
        let all = || text.all_servers();
        let alt = text.chart_alt(&server.map_or_else(all, isolate), &range);
        let alt: Vec<_> = [alt]
            .into_iter()
            .chain(lines.clone())
            .chain(busiest)
            .collect();
        lines.push(text.chart_zone(&chart.zone.to_string()));
        let place = server.map_or_else(|| text.chart_together(), |name| self.name(name));
        ChartText {
            title: format!("{place} · {range}"),
            lines,
            alt: cut(&alt.join(" "), ALT_LIMIT),
        }
    }
}

/// Returns the line with average, peak and record.
fn numbers(text: Text, chart: &PlayerChart) -> Vec<String> {
    let zone = chart.zone;
    let record = chart
        .record
        .map(|record| text.chart_record(record.players, &text.date_of(record.at, zone)));
    let Some((average, peak)) = chart.average.zip(chart.peak) else {
        let line = [text.chart_unknown()];
        return line
            .into_iter()
            .chain(record.map(|record| crate::capitalised(&record)))
            .collect();
    };
    let in_range = match peak.players {
        0 => text.chart_nobody(),
        most => text.chart_numbers(&text.rounded(average), most, &moment(text, chart, peak)),
    };
    let parts: Vec<_> = [in_range].into_iter().chain(record).collect();
    vec![format!("{}.", parts.join(" · "))]
}

/// Returns when a peak was: day of the week and time, or the date where there are several such days.
fn moment(text: Text, chart: &PlayerChart, peak: Peak) -> String {
    if chart.span.seconds() <= DAYS_OF_A_WEEK * 86_400 {
        let local = chart.zone.local_time(peak.at);
        let day = text.weekday_short(local.weekday);
        return format!("{day} {:02}:{:02}", local.hour, local.minute);
    }
    text.date_of(peak.at, chart.zone)
}

/// Returns the line that says how many are usually on now, and when it is best to come on.
fn usual(text: Text, usual: Option<&Usual>) -> Option<String> {
    let Some(usual) = usual else {
        let days = ENOUGH_KNOWN.as_secs() / 86_400;
        return Some(text.chart_usual_unknown(days));
    };
    let now = usual.at_this_time().map(|on| text.chart_usual(whole(on)));
    let best = usual.best().map(|best| {
        let day = text.weekday(best.from.day);
        let (from, to) = (best.from.hour, (best.from.hour + 2) % 24);
        text.chart_best(&day, from, to, whole(best.average).max(1))
    });
    let parts: Vec<_> = now.into_iter().chain(best).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn busiest(text: Text, usual: &Usual) -> Option<String> {
    let hours = usual.busiest(BUSIEST_HOURS).into_iter().map(|(hour, on)| {
        text.chart_hour(&text.weekday_short(hour.day), hour.hour, &text.rounded(on))
    });
    let hours: Vec<_> = hours.collect();
    (!hours.is_empty()).then(|| text.chart_busiest(&text.list(&hours)))
}

fn whole(on: f64) -> u32 {
    on.round() as u32
}

impl Text {
    /// Returns a range in words.
    pub(crate) fn range_of_chart(self, range: Range) -> String {
        match range {
            Range::Today => self.today(),
            Range::Week => self.this_week(),
            Range::Month => self.this_month(),
            Range::Days(days) => self.range_days(days),
            Range::All => self.range_all(),
        }
    }

    /// Returns the date of a moment, such as `3 Mar 2024`.
    pub(crate) fn date_of(self, at: UnixSeconds, zone: TimeZone) -> String {
        let local = zone.local_time(at);
        self.date(&local.year.to_string(), local.month, local.day)
    }

    /// Returns an amount with at most one decimal.
    fn rounded(self, amount: f64) -> String {
        self.amount((amount * 10.0).round() / 10.0)
    }
}

#[cfg(test)]
mod tests;
