//! The JSON of charts: the players over time, of a server or of all servers of a guild together.

use oxeye_db::record::calendar::HourOfWeek;
use oxeye_db::record::chart::{ChartPoint, Peak, PlayerChart};
use oxeye_db::record::usual::{BestTime, Usual};
use oxeye_db::{GuildId, Range, Span, TimeZone};
use oxeye_plugin_proto::{ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

/// The response of `GET /api/servers/{guild_id}/{server}/chart`, and of `GET /api/guilds/{guild_id}/chart` for all
/// servers of a guild together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ChartReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The server; `null` for all servers of the guild.
    pub(crate) server: Option<ServerName>,
    /// The requested range: `today`, `week`, `month`, `all`, or a number of days such as `30d`.
    pub(crate) range: String,
    /// The time zone of days and hours.
    pub(crate) time_zone: String,
    /// When the range begins, but not before the first session.
    pub(crate) from_at: UnixSeconds,
    /// When the range ends: now.
    pub(crate) to_at: UnixSeconds,
    /// The average number of players online while something is known; `null` if nothing is.
    pub(crate) average_count: Option<f64>,
    /// The most players online at once in the range; `null` if nothing is known.
    pub(crate) peak_count: Option<u32>,
    /// When they were online first.
    pub(crate) peak_at: Option<UnixSeconds>,
    /// The most players ever online at once; `null` if nobody was.
    pub(crate) record_count: Option<u32>,
    /// When they were online first.
    pub(crate) record_at: Option<UnixSeconds>,
    /// The average number of players at this hour of the week, in the last eight weeks; `null` while less than 14 days
    /// are known.
    pub(crate) usual_count: Option<f64>,
    /// The two hours of the week with the most players; `null` for the same reason.
    pub(crate) best: Option<BestLine>,
    /// The average number of players online in the last eight weeks, for seven days from Monday and 24 hours each; `null`
    /// for the same reason.
    pub(crate) weekdays: Option<Vec<[Option<f64>; 24]>>,
    /// The steps, in order of time.
    pub(crate) steps: Vec<ChartStep>,
}

/// Two hours in a row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BestLine {
    /// The day of the week, from 0 for Monday.
    pub(crate) weekday: usize,
    /// The first of the two hours.
    pub(crate) hour: usize,
    /// The average number of players.
    pub(crate) average_count: f64,
}

/// One step of a chart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ChartStep {
    /// When the step begins. It ends where the next begins.
    pub(crate) from_at: UnixSeconds,
    /// The average number of players online while something is known; `null` if nothing is.
    pub(crate) average_count: Option<f64>,
    /// The largest number of players online at once.
    pub(crate) peak_count: u32,
}

/// The report does not come from this version of Oxeye.
#[derive(Debug, thiserror::Error)]
#[error("the answer names a range or a time zone that this version of Oxeye does not know")]
pub(crate) struct StrangeReport;

impl ChartReport {
    pub(crate) fn new(
        guild_id: GuildId,
        server: Option<ServerName>,
        chart: &PlayerChart,
    ) -> ChartReport {
        let usual = chart.usual.as_ref();
        ChartReport {
            guild_id,
            server,
            range: chart.range.to_string(),
            time_zone: chart.zone.to_string(),
            from_at: chart.span.from,
            to_at: chart.span.to,
            average_count: chart.average,
            peak_count: chart.peak.map(|peak| peak.players),
            peak_at: chart.peak.map(|peak| peak.at),
            record_count: chart.record.map(|record| record.players),
            record_at: chart.record.map(|record| record.at),
            usual_count: usual.and_then(Usual::at_this_time),
            best: usual.and_then(Usual::best).map(BestLine::from),
            weekdays: usual.map(|usual| usual.week.to_vec()),
            steps: chart.points.iter().map(ChartStep::from).collect(),
        }
    }

    /// Returns what the report says, but for the steps.
    pub(crate) fn to_chart(&self) -> Result<PlayerChart, StrangeReport> {
        let range: Range = self.range.parse().map_err(|_| StrangeReport)?;
        let zone: TimeZone = self.time_zone.parse().map_err(|_| StrangeReport)?;
        let weekdays = self.weekdays.clone();
        let week = weekdays.map(|weekdays| weekdays.try_into().map_err(|_| StrangeReport));
        let usual = week.transpose()?.map(|week| Usual {
            week,
            now: zone.hour_of_week(self.to_at).0,
        });
        let peak = |(players, at)| Peak { players, at };
        Ok(PlayerChart {
            range,
            zone,
            span: Span {
                from: self.from_at,
                to: self.to_at,
            },
            points: Vec::new(),
            average: self.average_count,
            peak: self.peak_count.zip(self.peak_at).map(peak),
            record: self.record_count.zip(self.record_at).map(peak),
            usual,
        })
    }
}

impl From<BestTime> for BestLine {
    fn from(best: BestTime) -> BestLine {
        let HourOfWeek { day, hour } = best.from;
        BestLine {
            weekday: day,
            hour,
            average_count: best.average,
        }
    }
}

impl From<&ChartPoint> for ChartStep {
    fn from(point: &ChartPoint) -> ChartStep {
        ChartStep {
            from_at: point.span.from,
            average_count: point.average,
            peak_count: point.peak,
        }
    }
}
