//! How many are on: now, at a moment, and over time.

use oxeye_db::record::busiest::BusyHours;
use oxeye_db::record::headcount::{Chart, Headcount};
use oxeye_db::record::moment::{Moment, Present};
use oxeye_db::{GuildId, GuildOccupancy, Occupancy, Range, Span, Step, TimeZone};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::servers::ServerLine;

/// The answer of `GET /api/servers/{guild_id}/{server}/online`: who joined first comes first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MomentReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The server.
    pub(crate) server: ServerName,
    /// The moment asked for.
    pub(crate) at: UnixSeconds,
    /// After this, nothing is known.
    pub(crate) known_until_at: UnixSeconds,
    /// The players who were on.
    pub(crate) players: Vec<PresentLine>,
}

/// A player who was on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PresentLine {
    /// The player.
    pub(crate) player: PlayerName,
    /// When they joined.
    pub(crate) joined_at: UnixSeconds,
    /// When they left; `null` while they are on.
    pub(crate) left_at: Option<UnixSeconds>,
}

/// The answer of `GET /api/servers/{guild_id}/{server}/headcount`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HeadcountReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The server.
    pub(crate) server: ServerName,
    /// Where the first step begins.
    pub(crate) from_at: UnixSeconds,
    /// Where the last one ends; never in the future.
    pub(crate) to_at: UnixSeconds,
    /// How long a step is, unless it is a day, a week or a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) step_secs: Option<u32>,
    /// `day`, `week` or `month`, if that is what a step is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<String>,
    /// The time zone of these days, weeks and months.
    pub(crate) time_zone: String,
    /// After this, nothing is known.
    pub(crate) known_until_at: UnixSeconds,
    /// In the order of time.
    pub(crate) steps: Vec<StepLine>,
}

/// One step of a chart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StepLine {
    /// Where it begins.
    pub(crate) from_at: UnixSeconds,
    /// How many were on, averaged over its seconds.
    pub(crate) average_count: f64,
    /// The most in one second.
    pub(crate) peak_count: u32,
    /// How many different players were there.
    pub(crate) player_count: u32,
}

/// The answer of `GET /api/servers/{guild_id}/{server}/busiest`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BusiestReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The server.
    pub(crate) server: ServerName,
    /// What was asked for.
    pub(crate) range: String,
    /// The time zone of the hours.
    pub(crate) time_zone: String,
    /// Where it begins, not before the first session.
    pub(crate) from_at: UnixSeconds,
    /// Now.
    pub(crate) to_at: UnixSeconds,
    /// Average number online: seven days, Monday first, of 24 hours. `null` for an hour that has
    /// not been in the range.
    pub(crate) weekdays: [[Option<f64>; 24]; 7],
}

/// One guild of `GET /api/occupancy`, and the answer of `GET /api/guilds/{guild_id}/occupancy`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct GuildOccupancyReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// Different players online: who is on two servers counts once.
    pub(crate) player_count: usize,
    /// Each of its servers.
    pub(crate) servers: Vec<ServerLine>,
}

/// The answer of `GET /api/occupancy`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OccupancyReport {
    /// Different players online over all guilds.
    pub(crate) player_count: usize,
    /// Each guild with servers.
    pub(crate) guilds: Vec<GuildOccupancyReport>,
}

impl MomentReport {
    pub(crate) fn new(
        guild_id: GuildId,
        server: ServerName,
        at: UnixSeconds,
        moment: Moment,
    ) -> MomentReport {
        let line = |present: Present| PresentLine {
            player: present.player,
            joined_at: present.joined_at,
            left_at: present.left_at,
        };
        MomentReport {
            guild_id,
            server,
            at,
            known_until_at: moment.known_until,
            players: moment.present.into_iter().map(line).collect(),
        }
    }
}

impl HeadcountReport {
    pub(crate) fn new(
        guild_id: GuildId,
        server: ServerName,
        span: Span,
        step: Step,
        zone: TimeZone,
        chart: &Chart,
    ) -> HeadcountReport {
        HeadcountReport {
            guild_id,
            server,
            from_at: span.from,
            to_at: span.to,
            step_secs: match step {
                Step::Seconds(seconds) => Some(seconds),
                Step::Day | Step::Week | Step::Month => None,
            },
            step: match step {
                Step::Seconds(_) => None,
                Step::Day | Step::Week | Step::Month => Some(step.to_string()),
            },
            time_zone: zone.to_string(),
            known_until_at: chart.known_until,
            steps: chart.steps.iter().map(StepLine::from).collect(),
        }
    }
}

impl From<&Headcount> for StepLine {
    fn from(headcount: &Headcount) -> StepLine {
        StepLine {
            from_at: headcount.span.from,
            average_count: headcount.average,
            peak_count: headcount.peak,
            player_count: headcount.players,
        }
    }
}

impl BusiestReport {
    pub(crate) fn new(
        guild_id: GuildId,
        server: ServerName,
        range: Range,
        zone: TimeZone,
        hours: &BusyHours,
    ) -> BusiestReport {
        BusiestReport {
            guild_id,
            server,
            range: range.to_string(),
            time_zone: zone.to_string(),
            from_at: hours.span.from,
            to_at: hours.span.to,
            weekdays: hours.week,
        }
    }
}

impl From<&GuildOccupancy> for GuildOccupancyReport {
    fn from(occupancy: &GuildOccupancy) -> GuildOccupancyReport {
        GuildOccupancyReport {
            guild_id: occupancy.guild,
            player_count: occupancy.players,
            servers: occupancy.servers.iter().map(ServerLine::from).collect(),
        }
    }
}

impl From<&Occupancy> for OccupancyReport {
    fn from(occupancy: &Occupancy) -> OccupancyReport {
        let guilds = occupancy.guilds.iter();
        OccupancyReport {
            player_count: occupancy.players,
            guilds: guilds.map(GuildOccupancyReport::from).collect(),
        }
    }
}
