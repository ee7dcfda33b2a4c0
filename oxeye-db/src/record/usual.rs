//! How many players are usually online at each hour of the week, and when it is best to come on.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::crowd::Crowd;
use crate::record::busiest::Week;
use crate::record::calendar::{HourOfWeek, TimeZone};
use crate::record::span::Span;
use crate::record::steps::Steps;

/// How far back we look for what is usual: eight weeks.
const LOOKED_AT: Duration = Duration::from_secs(56 * 86_400);
/// Time that must be known before anything is called usual: 14 days.
pub const ENOUGH_KNOWN: Duration = Duration::from_secs(14 * 86_400);

const HOURS: usize = 7 * 24;

/// What is usual at each hour of the week, from the last eight weeks.
#[derive(Debug, Clone, PartialEq)]
pub struct Usual {
    /// The averages; `None` for an hour of which nothing is known.
    pub week: Week,
    /// The hour of the week that it is now.
    pub now: HourOfWeek,
}

/// Two hours in a row, and how many players are usually online in them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestTime {
    /// The first of the two hours.
    pub from: HourOfWeek,
    /// The average number of players.
    pub average: f64,
}

impl Usual {
    /// Returns what is usual; `None` while less than 14 days are known.
    pub(super) fn of(crowd: &Crowd, zone: TimeZone, now: UnixSeconds) -> Option<Self> {
        if crowd.known_seconds() < ENOUGH_KNOWN.as_secs() {
            return None;
        }
        let span = Span {
            from: now.minus(LOOKED_AT),
            to: now,
        };
        Some(Self {
            week: week_of(crowd, span, zone),
            now: zone.hour_of_week(now).0,
        })
    }

    /// Returns the number of players who are usually online at this time.
    #[must_use]
    pub fn at_this_time(&self) -> Option<f64> {
        self.week[self.now.day][self.now.hour]
    }

    /// Returns the two hours in a row with the most players, the earliest of several; `None` if nobody
    /// ever comes on.
    #[must_use]
    pub fn best(&self) -> Option<BestTime> {
        let hours: Vec<Option<f64>> = self.week.iter().flatten().copied().collect();
        let mut best: Option<BestTime> = None;
        for first in 0..HOURS {
            let Some((one, two)) = hours[first].zip(hours[(first + 1) % HOURS]) else {
                continue;
            };
            let average = f64::midpoint(one, two);
            if average > best.map_or(0.0, |best| best.average) {
                let from = hour_of(first);
                best = Some(BestTime { from, average });
            }
        }
        best
    }

    /// Returns the hours with the most players, the one with most first, at most as many as asked for.
    #[must_use]
    pub fn busiest(&self, limit: usize) -> Vec<(HourOfWeek, f64)> {
        let hours = self.week.iter().flatten().zip(0..);
        let hours = hours.filter_map(|(average, hour)| Some((hour_of(hour), (*average)?)));
        let mut busy: Vec<_> = hours.filter(|(_, average)| *average > 0.0).collect();
        busy.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        busy.truncate(limit);
        busy
    }
}

fn hour_of(number: usize) -> HourOfWeek {
    HourOfWeek {
        day: number / 24,
        hour: number % 24,
    }
}

/// Returns the average of each hour of the week over the known seconds of a span.
fn week_of(crowd: &Crowd, span: Span, zone: TimeZone) -> Week {
    let mut sums = [[(0_u64, 0_u64); 24]; 7];
    if let Ok((steps, hours)) = Steps::hours_of_week(span, zone) {
        for (hour, (played, known)) in hours.iter().zip(crowd.played(&steps)) {
            let sum = &mut sums[hour.day][hour.hour];
            *sum = (sum.0 + played, sum.1 + known);
        }
    }
    sums.map(|day| day.map(|(played, known)| (known > 0).then(|| played as f64 / known as f64)))
}

#[cfg(test)]
mod tests;
