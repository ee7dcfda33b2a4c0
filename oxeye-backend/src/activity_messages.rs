//! The words of the operator API about who played when: leaderboards, charts, how many are on.
//! Times are Unix seconds.

use oxeye_db::record::activity::{Activity, Chart};
use oxeye_db::record::busiest::BusyHours;
use oxeye_db::record::leaderboard::{Leaderboard, Standing};
use oxeye_db::record::moment::{Moment, Present};
use oxeye_db::{GuildId, GuildOccupancy, Occupancy, Range, Span, Step, TimeZone};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::operator_messages::ServerLine;

/// The answer of `GET /api/servers/{guild_id}/{name}/leaderboard`, and of
/// `GET /api/guilds/{guild_id}/leaderboard` for all servers of a guild together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeaderboardReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::guild_id")]
    pub guild_id: GuildId,
    /// The server; `null` for all of the guild.
    pub server: Option<ServerName>,
    /// What was asked for: today, week, month, all, or a number of days such as 30d.
    pub range: String,
    /// Whose midnight days end at.
    pub time_zone: String,
    /// Where the range begins; `null` for all that is known.
    pub from: Option<UnixSeconds>,
    /// Who played most comes first.
    pub players: Vec<StandingLine>,
    /// How many they would be without a limit.
    pub total: usize,
}

/// One line of a leaderboard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StandingLine {
    /// Who.
    pub player: PlayerName,
    /// Seconds played within the range.
    pub playtime_secs: u64,
    /// Sessions of which at least a part lies in it.
    pub sessions: u32,
}

/// The answer of `GET /api/servers/{guild_id}/{name}/online`: who joined first comes first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MomentReport {
    /// The moment asked for.
    pub at: UnixSeconds,
    /// After this, nothing is known.
    pub known_until: UnixSeconds,
    /// Who was on.
    pub players: Vec<PresentLine>,
}

/// A player who was on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PresentLine {
    /// Who.
    pub player: PlayerName,
    /// Since when.
    pub joined_at: UnixSeconds,
    /// Until when; `null` when they still are.
    pub left_at: Option<UnixSeconds>,
}

/// The answer of `GET /api/servers/{guild_id}/{name}/activity`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ActivityReport {
    /// Where the first step begins.
    pub from: UnixSeconds,
    /// Where the last one ends; never in the future.
    pub to: UnixSeconds,
    /// How long a step is: a number of seconds such as 3600s, or day, week, month.
    pub step: String,
    /// Whose days, weeks and months these are.
    pub time_zone: String,
    /// After this, nothing is known.
    pub known_until: UnixSeconds,
    /// In the order of time.
    pub steps: Vec<StepLine>,
}

/// One step of a chart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StepLine {
    /// Where it begins.
    pub from: UnixSeconds,
    /// How many were on, averaged over its seconds.
    pub average: f64,
    /// The most in one second.
    pub peak: u32,
    /// How many different players were there.
    pub players: u32,
}

/// The answer of `GET /api/servers/{guild_id}/{name}/busiest`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BusiestReport {
    /// What was asked for.
    pub range: String,
    /// Whose clocks show the hours.
    pub time_zone: String,
    /// Where it begins, not before the first session.
    pub from: UnixSeconds,
    /// Now.
    pub to: UnixSeconds,
    /// Average number online: seven days, Monday first, of 24 hours. `null` for an hour that has
    /// not been in the range.
    pub week: [[Option<f64>; 24]; 7],
}

/// One guild of `GET /api/occupancy`, and the answer of `GET /api/guilds/{guild_id}/occupancy`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GuildOccupancyReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::guild_id")]
    pub guild_id: GuildId,
    /// Different players online: who is on two servers counts once.
    pub players: usize,
    /// Each of its servers.
    pub servers: Vec<ServerLine>,
}

/// The answer of `GET /api/occupancy`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OccupancyReport {
    /// Different players online over all guilds.
    pub players: usize,
    /// Each guild with servers.
    pub guilds: Vec<GuildOccupancyReport>,
}

impl LeaderboardReport {
    pub(crate) fn new(
        guild_id: GuildId,
        server: Option<ServerName>,
        range: Range,
        zone: TimeZone,
        leaderboard: &Leaderboard,
    ) -> LeaderboardReport {
        let standings = leaderboard.standings.iter();
        let is_all = leaderboard.span == Span::ALL;
        LeaderboardReport {
            guild_id,
            server,
            range: range.to_string(),
            time_zone: zone.to_string(),
            from: (!is_all).then_some(leaderboard.span.from),
            players: standings.map(StandingLine::from).collect(),
            total: leaderboard.players,
        }
    }
}

impl From<&Standing> for StandingLine {
    fn from(standing: &Standing) -> StandingLine {
        StandingLine {
            player: standing.player.clone(),
            playtime_secs: standing.playtime.as_secs(),
            sessions: standing.sessions,
        }
    }
}

impl MomentReport {
    pub(crate) fn new(at: UnixSeconds, moment: Moment) -> MomentReport {
        let line = |present: Present| PresentLine {
            player: present.player,
            joined_at: present.joined_at,
            left_at: present.left_at,
        };
        MomentReport {
            at,
            known_until: moment.known_until,
            players: moment.present.into_iter().map(line).collect(),
        }
    }
}

impl ActivityReport {
    pub(crate) fn new(span: Span, step: Step, zone: TimeZone, chart: &Chart) -> ActivityReport {
        ActivityReport {
            from: span.from,
            to: span.to,
            step: step.to_string(),
            time_zone: zone.to_string(),
            known_until: chart.known_until,
            steps: chart.steps.iter().map(StepLine::from).collect(),
        }
    }
}

impl From<&Activity> for StepLine {
    fn from(activity: &Activity) -> StepLine {
        StepLine {
            from: activity.span.from,
            average: activity.average,
            peak: activity.peak,
            players: activity.players,
        }
    }
}

impl BusiestReport {
    pub(crate) fn new(range: Range, zone: TimeZone, hours: &BusyHours) -> BusiestReport {
        BusiestReport {
            range: range.to_string(),
            time_zone: zone.to_string(),
            from: hours.span.from,
            to: hours.span.to,
            week: hours.week,
        }
    }
}

impl From<&GuildOccupancy> for GuildOccupancyReport {
    fn from(occupancy: &GuildOccupancy) -> GuildOccupancyReport {
        GuildOccupancyReport {
            guild_id: occupancy.guild,
            players: occupancy.players,
            servers: occupancy.servers.iter().map(ServerLine::from).collect(),
        }
    }
}

impl From<&Occupancy> for OccupancyReport {
    fn from(occupancy: &Occupancy) -> OccupancyReport {
        let guilds = occupancy.guilds.iter();
        OccupancyReport {
            players: occupancy.players,
            guilds: guilds.map(GuildOccupancyReport::from).collect(),
        }
    }
}
