//! How many players are online at each hour of the week.

use oxeye_plugin_proto::UnixSeconds;

use super::Record;
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::record::calendar::TimeZone;
use crate::record::range::Range;
use crate::record::span::Span;
use crate::record::steps::{Steps, StepsError};
use crate::store::StoreError;

/// Average number of players online by day of the week, Monday first, and hour of the day; `None`
/// for an hour that the range does not include.
pub type Week = [[Option<f64>; 24]; 7];

/// How many players were online at each hour of the week.
#[derive(Debug, Clone, PartialEq)]
pub struct BusyHours {
    /// The span that counts. It ends now and does not begin before the first session.
    pub span: Span,
    /// The averages.
    pub week: Week,
}

impl Record {
    /// Returns how many players were online at each hour of the week, averaged over all such hours
    /// in a span.
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

    /// Returns the part of a range about which something can be known.
    fn known_part(&self, range: Range, zone: TimeZone, now: UnixSeconds) -> Span {
        range.span(zone, now).within(Span {
            from: self.begins_at().unwrap_or(now),
            to: now,
        })
    }
}

impl Database {
    /// Returns how many players were online on a server at each hour of the week; `None` if it was
    /// removed.
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
            // There is nothing to average before the first session.
            let week = week.unwrap_or([[None; 24]; 7]);
            Some(BusyHours { span, week })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::naive::{START, World, cases, seasons, worlds, zones};

    /// Computes the same by checking every second: which hour it lies in and how many players are
    /// online.
    fn naive(world: &World, span: Span, zone: TimeZone) -> Week {
        let mut played = [[0_u64; 24]; 7];
        let mut lasted = [[0_u64; 24]; 7];
        for (second, on) in (span.from.0..).zip(world.online_per_second(span)) {
            let (hour, _) = zone.hour_of_week(UnixSeconds(second));
            lasted[hour.day][hour.hour] += 1;
            played[hour.day][hour.hour] += u64::from(on);
        }
        std::array::from_fn(|day| {
            std::array::from_fn(|hour| {
                let (played, lasted) = (played[day][hour], lasted[day][hour]);
                (lasted > 0).then(|| played as f64 / lasted as f64)
            })
        })
    }

    proptest! {
        #![proptest_config(cases(24))]

        #[test]
        fn each_hour_of_the_week_is_the_average_of_its_seconds(
            (later, world) in seasons().prop_flat_map(|later| (Just(later), worlds(later))),
            zone in zones(),
            from in 0..2 * 86_400_i64,
            length in 1..2 * 86_400_i64,
        ) {
            let from = START + later + from;
            let span = Span { from: UnixSeconds(from), to: UnixSeconds(from + length) };
            let found = world.record().busiest(span, zone).unwrap();
            let expected = naive(&world, span, zone);
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_server_without_sessions_has_no_busy_hours() {
        let world = World {
            closed: Vec::new(),
            open: Vec::new(),
            known_until: UnixSeconds(0),
        };
        let now = UnixSeconds(START);
        let span = world.record().known_part(Range::All, TimeZone::UTC, now);
        assert_eq!(span.seconds(), 0);
        assert_eq!(
            world.record().busiest(span, TimeZone::UTC),
            Err(StepsError::Empty)
        );
    }
}
