//! How many players were on one server, or on several servers together, and when we know that number.

use oxeye_plugin_proto::UnixSeconds;

use super::Record;
use super::headcount::headcount_of;
use super::known::Known;
use crate::period::Period;
use crate::record::calendar::TimeZone;
use crate::record::span::Span;
use crate::record::steps::{Step, Steps};

/// The number of steps in which the largest number of players ever is looked for.
const STEPS_OF_ALL_TIME: u64 = 5_000;

/// The records of some servers. We know the number of players whenever we know it for at least one of the servers; the
/// others add nobody at such times.
#[derive(Debug)]
pub(super) struct Crowd {
    records: Vec<Record>,
    known: Known,
}

/// One step of a chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartPoint {
    /// The step.
    pub span: Span,
    /// The number of players online, averaged over the known seconds of the step; `None` if there
    /// are none.
    pub average: Option<f64>,
    /// The largest number of players online in one known second.
    pub peak: u32,
}

/// A number of players, and the first moment at which so many were online.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peak {
    /// The number of players.
    pub players: u32,
    /// When they were online.
    pub at: UnixSeconds,
}

/// What is known of a span.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Counted {
    pub(super) points: Vec<ChartPoint>,
    /// The average over all known seconds.
    pub(super) average: Option<f64>,
    pub(super) peak: Option<Peak>,
}

impl Crowd {
    /// Puts the records of servers together with the periods in which they were up.
    pub(super) fn of(servers: Vec<(Record, Vec<Period>)>) -> Self {
        let known = servers.iter().map(|(record, periods)| {
            let from = record.begins_at().unwrap_or(record.known_until);
            let to = record.known_until;
            Known::of(periods, Span { from, to })
        });
        Self {
            known: Known::together(known),
            records: servers.into_iter().map(|(record, _)| record).collect(),
        }
    }

    /// Returns when the first session began.
    pub(super) fn begins_at(&self) -> Option<UnixSeconds> {
        self.records.iter().filter_map(Record::begins_at).min()
    }

    /// Returns the number of seconds that are known.
    pub(super) fn known_seconds(&self) -> u64 {
        self.known.seconds()
    }

    /// Whether it is known how many players were online at a moment.
    pub(super) fn is_known(&self, at: UnixSeconds) -> bool {
        self.known.contains(at)
    }

    /// Counts the players of each step. Seconds of which nothing is known count nowhere.
    pub(super) fn count(&self, steps: &Steps) -> Counted {
        let (fine, owners) = self.cut(steps);
        let mut sums = vec![(0.0, 0_u64, 0_u32); steps.count()];
        let mut highest: Option<(u32, Span)> = None;
        for (part, owner) in headcount_of(&self.records, &fine).iter().zip(owners) {
            if !self.known.contains(part.span.from) {
                continue;
            }
            let (played, known, peak) = &mut sums[owner];
            *played += part.average * part.span.seconds() as f64;
            *known += part.span.seconds();
            *peak = part.peak.max(*peak);
            if highest.is_none_or(|(players, _)| part.peak > players) {
                highest = Some((part.peak, part.span));
            }
        }
        let average = |played: f64, known: u64| (known > 0).then(|| played / known as f64);
        let points = steps.iter().zip(&sums);
        let points = points.map(|(span, (played, known, peak))| ChartPoint {
            span,
            average: average(*played, *known),
            peak: *peak,
        });
        let played = sums.iter().map(|(played, ..)| played).sum();
        Counted {
            points: points.collect(),
            average: average(played, sums.iter().map(|(_, known, _)| known).sum()),
            peak: highest.map(|(players, span)| self.peak(players, span)),
        }
    }

    /// Returns the largest number of players who were online at once until a time.
    pub(super) fn record(&self, until: UnixSeconds) -> Option<Peak> {
        let from = self.begins_at()?;
        let span = Span { from, to: until };
        let step = (span.seconds() / STEPS_OF_ALL_TIME).max(86_400);
        let step = Step::Seconds(u32::try_from(step).unwrap_or(u32::MAX));
        let steps = Steps::cut(span, step, TimeZone::UTC).ok()?;
        let days = headcount_of(&self.records, &steps);
        let highest = days.iter().rev().max_by_key(|day| day.peak)?;
        (highest.peak > 0).then(|| self.peak(highest.peak, highest.span))
    }

    /// Returns, for each of these steps, the seconds that all players together played in it while
    /// something is known, and the number of those seconds.
    pub(super) fn played(&self, steps: &Steps) -> Vec<(u64, u64)> {
        let (fine, owners) = self.cut(steps);
        let mut sums = vec![(0, 0); steps.count()];
        let mut played = vec![0; fine.count()];
        for record in &self.records {
            let of_record = record.played(&fine);
            played
                .iter_mut()
                .zip(of_record)
                .for_each(|(sum, of_record)| *sum += of_record);
        }
        for ((part, owner), played) in fine.iter().zip(owners).zip(played) {
            if self.known.contains(part.from) {
                let (sum, known) = &mut sums[owner];
                *sum += played;
                *known += part.seconds();
            }
        }
        sums
    }

    /// Cuts steps further where knowledge begins and ends. Returns the parts, and the step of each.
    fn cut(&self, steps: &Steps) -> (Steps, Vec<usize>) {
        steps.cut_further(|at| self.known.next_edge(at))
    }

    /// Finds the first moment of a step at which so many players were online.
    fn peak(&self, players: u32, step: Span) -> Peak {
        let stays = self.records.iter().flat_map(|record| record.stays_in(step));
        let stays = stays.map(|(_, stay)| stay.within(step));
        let stays = stays.filter(|stay| stay.seconds() > 0);
        let mut changes: Vec<(UnixSeconds, i64)> = stays
            .flat_map(|stay| [(stay.from, 1), (stay.to, -1)])
            .collect();
        changes.sort_unstable();
        let mut on = 0;
        let mut at = step.from;
        for moment in changes.chunk_by(|a, b| a.0 == b.0) {
            on += moment.iter().map(|(_, change)| change).sum::<i64>();
            if on == i64::from(players) {
                at = moment[0].0;
                break;
            }
        }
        Peak { players, at }
    }
}

#[cfg(test)]
mod tests;
