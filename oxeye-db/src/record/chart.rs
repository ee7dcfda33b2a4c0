//! What a chart of the players over time says: how many there were on average and at most, the
//! record, and what is usual.

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

pub use super::crowd::{ChartPoint, Peak};
use super::crowd::{Counted, Crowd};
use super::usual::Usual;
use crate::database::Database;
use crate::guild_server::GuildServers;
use crate::record::calendar::TimeZone;
use crate::record::range::Range;
use crate::record::span::Span;
use crate::record::steps::{Step, Steps};
use crate::store::StoreError;

const HOUR: u32 = 3_600;
const DAY: u64 = 86_400;

/// The players of one server, or of all servers of a guild together, over time.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayerChart {
    /// The requested range.
    pub range: Range,
    /// The time zone of its days and hours.
    pub zone: TimeZone,
    /// The part of the range from the first session until now; empty if there is none.
    pub span: Span,
    /// The steps of that part, in order.
    pub points: Vec<ChartPoint>,
    /// The average over the known seconds; `None` if nothing is known.
    pub average: Option<f64>,
    /// The most players at once in the range; `None` if nothing is known.
    pub peak: Option<Peak>,
    /// The most players at once ever; `None` if nobody was ever there.
    pub record: Option<Peak>,
    /// What is usual at each hour of the week; `None` while too little is known.
    pub usual: Option<Usual>,
}

impl PlayerChart {
    fn of(crowd: &Crowd, range: Range, zone: TimeZone, now: UnixSeconds) -> Self {
        let span = range.span(zone, now).within(Span {
            from: crowd.begins_at().unwrap_or(now),
            to: now,
        });
        let steps = Steps::cut(span, step_of(span), zone);
        // There is nothing to count before the first session.
        let counted = steps.map_or_else(|_| Counted::default(), |steps| crowd.count(&steps));
        Self {
            range,
            zone,
            span,
            points: counted.points,
            average: counted.average,
            peak: counted.peak,
            record: crowd.record(now),
            usual: Usual::of(crowd, zone, now),
        }
    }
}

/// Returns the length of the steps of a chart: about 200 of them at most, until there are more months.
fn step_of(span: Span) -> Step {
    match span.seconds() / DAY {
        0..2 => Step::Seconds(HOUR / 4),
        2..8 => Step::Seconds(HOUR),
        8..32 => Step::Seconds(4 * HOUR),
        32..100 => Step::Seconds(12 * HOUR),
        100..200 => Step::Day,
        200..1_400 => Step::Week,
        _ => Step::Month,
    }
}

impl Database {
    /// Returns the same as [`Database::player_chart`], but nothing that was reported in the last ten seconds need be in
    /// it: however many ask, it is computed once in that time.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn recent_player_chart(
        &self,
        servers: GuildServers,
        range: Range,
        zone: TimeZone,
        now: UnixSeconds,
    ) -> Result<Option<Arc<PlayerChart>>, StoreError> {
        let kept = &self.inner.memory.kept_figures.charts;
        let points = |chart: &PlayerChart| chart.points.len();
        let compute = self.player_chart(servers, range, zone, now);
        kept.recent((servers, range, zone), now, points, compute)
            .await
    }

    /// Returns how many players were online over time, on one server or on all servers of a guild
    /// together; `None` if that server was removed.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn player_chart(
        &self,
        servers: GuildServers,
        range: Range,
        zone: TimeZone,
        now: UnixSeconds,
    ) -> Result<Option<PlayerChart>, StoreError> {
        self.compute(move |database| {
            let cache = &database.inner.memory.cache;
            let ids = match servers {
                GuildServers::All(guild) => cache.ids(Some(guild)),
                GuildServers::One(server) => vec![server.id()],
            };
            let read = |id| database.record_and_periods(id, now);
            let records: Vec<_> = ids.into_iter().filter_map(read).collect();
            if records.is_empty() && servers.server().is_some() {
                return None;
            }
            Some(PlayerChart::of(&Crowd::of(records), range, zone, now))
        })
        .await
    }
}

#[cfg(test)]
mod tests;
