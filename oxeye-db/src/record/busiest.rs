//! How many are on at each hour of the week.

use oxeye_plugin_proto::UnixSeconds;

use super::Record;
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::record::calendar::TimeZone;
use crate::record::range::Range;
use crate::record::span::Span;
use crate::record::steps::{Steps, StepsError};
use crate::store::StoreError;

/// Average number online by day of the week, Monday first, and hour of the day; `None` for an hour
/// that has not been within the range.
pub type Week = [[Option<f64>; 24]; 7];

/// How many were on at each hour of the week.
#[derive(Debug, Clone, PartialEq)]
pub struct BusyHours {
    /// What counts. It ends with now, and begins with the first session if not later.
    pub span: Span,
    /// The averages.
    pub week: Week,
}

impl Record {
    /// How many were on at each hour of the week, averaged over all that lie in a span.
    ///
    /// # Errors
    /// When the span is empty or longer than a century.
    pub fn busiest(&self, span: Span, zone: TimeZone) -> Result<Week, StepsError> {
        let (steps, hours) = Steps::hours_of_week(span, zone)?;
        let mut sums = [[(0_u64, 0_u64); 24]; 7];
        for ((hour, step), played) in hours.iter().zip(steps.iter()).zip(self.played(&steps)) {
            let sum = &mut sums[hour.day][hour.hour];
            *sum = (sum.0 + played, sum.1 + step.seconds());
        }
        let average = |day: usize, hour: usize| {
            let (played, lasted) = sums[day][hour];
            (lasted > 0).then(|| played as f64 / lasted as f64)
        };
        Ok(std::array::from_fn(|day| {
            std::array::from_fn(|hour| average(day, hour))
        }))
    }

    /// The part of a range of which something can be known.
    fn known_part(&self, range: Range, zone: TimeZone, now: UnixSeconds) -> Span {
        range.span(zone, now).within(Span {
            from: self.begins_at().unwrap_or(now),
            to: now,
        })
    }
}

impl Database {
    /// How many were on a server at each hour of the week; `None` when it was removed.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn busiest_hours(
        &self,
        server: GuildServer,
        range: Range,
        zone: TimeZone,
        now: UnixSeconds,
    ) -> Result<Option<BusyHours>, StoreError> {
        let server = server.id();
        self.compute(move |database| {
            let record = database.record(server, now)?;
            let span = record.known_part(range, zone, now);
            let week = record.busiest(span, zone);
            // Before the first session there is nothing to average.
            let week = week.unwrap_or([[None; 24]; 7]);
            Some(BusyHours { span, week })
        })
        .await
    }
}

#[cfg(test)]
mod tests;
