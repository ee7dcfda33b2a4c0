//! The JSON of who and how many are online: now, at a moment, and over time.

use oxeye_db::record::busiest::BusyHours;
use oxeye_db::record::headcount::{Chart, Headcount};
use oxeye_db::record::moment::{Moment, Present};
use oxeye_db::record::past::{PastMoment, PastPlayer, PastRoster};
use oxeye_db::{GuildId, GuildOccupancy, Occupancy, Range, Span, Step, TimeZone};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::servers::ServerLine;

/// The response of `GET /api/servers/{guild_id}/{server}/online`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MomentReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    pub(crate) server: ServerName,
    /// The requested moment.
    pub(crate) at: UnixSeconds,
    /// After this, nothing is known.
    pub(crate) known_until_at: UnixSeconds,
    /// The players who were online, in the order in which they joined.
    pub(crate) players: Vec<PresentLine>,
}

/// A player who was online.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PresentLine {
    pub(crate) player: PlayerName,
    /// When they joined.
    pub(crate) joined_at: UnixSeconds,
    /// When they left; `null` while they are online.
    pub(crate) left_at: Option<UnixSeconds>,
}

/// The response of `GET /api/guilds/{guild_id}/online`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PastReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The requested moment.
    pub(crate) at: UnixSeconds,
    /// When the first session began; `null` if there is none yet.
    pub(crate) first_joined_at: Option<UnixSeconds>,
    /// The servers that had a session until then.
    pub(crate) servers: Vec<PastLine>,
}

/// Who was online on one server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PastLine {
    pub(crate) server: ServerName,
    /// Whether it is known who was online.
    pub(crate) is_known: bool,
    /// The players, in the order in which they joined.
    pub(crate) players: Vec<PastPlayerLine>,
    /// Number of players who hide.
    #[serde(default)]
    pub(crate) hidden_count: usize,
}

/// A player who was online.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PastPlayerLine {
    /// The player, by their newest name.
    pub(crate) player: PlayerName,
    /// If another account has that name now: until when this one was there.
    #[serde(default)]
    pub(crate) until_at: Option<UnixSeconds>,
}

/// The response of `GET /api/servers/{guild_id}/{server}/headcount`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HeadcountReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    pub(crate) server: ServerName,
    /// When the first step begins.
    pub(crate) from_at: UnixSeconds,
    /// When the last step ends; never in the future.
    pub(crate) to_at: UnixSeconds,
    /// The length of a step, unless it is a day, a week or a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) step_secs: Option<u32>,
    /// `day`, `week` or `month`, if a step is one of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<String>,
    /// The time zone of the days, weeks and months.
    pub(crate) time_zone: String,
    /// After this, nothing is known.
    pub(crate) known_until_at: UnixSeconds,
    /// The steps, in order of time.
    pub(crate) steps: Vec<StepLine>,
}

/// One step of a chart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StepLine {
    /// When the step begins.
    pub(crate) from_at: UnixSeconds,
    /// The average number of players online.
    pub(crate) average_count: f64,
    /// The largest number of players online at once.
    pub(crate) peak_count: u32,
    /// The number of different players.
    pub(crate) player_count: u32,
}

/// The response of `GET /api/servers/{guild_id}/{server}/busiest`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BusiestReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    pub(crate) server: ServerName,
    /// The requested range.
    pub(crate) range: String,
    /// The time zone of the hours.
    pub(crate) time_zone: String,
    /// When the range begins, but not before the first session.
    pub(crate) from_at: UnixSeconds,
    /// When the range ends: now.
    pub(crate) to_at: UnixSeconds,
    /// The average number of players online, for seven days from Monday and 24 hours each. `null` for an hour that is
    /// not in the range.
    pub(crate) weekdays: [[Option<f64>; 24]; 7],
}

/// One guild in `GET /api/occupancy`, and the response of `GET /api/guilds/{guild_id}/occupancy`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct GuildOccupancyReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The number of different players online: one who is on two servers counts once.
    pub(crate) player_count: usize,
    /// The servers of the guild.
    pub(crate) servers: Vec<ServerLine>,
}

/// The response of `GET /api/occupancy`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OccupancyReport {
    /// The number of different players online in all guilds.
    pub(crate) player_count: usize,
    /// The guilds that have servers.
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

impl PastReport {
    pub(crate) fn new(guild_id: GuildId, past: PastMoment) -> PastReport {
        let line = |roster: PastRoster| {
            let players = roster.players.into_iter();
            PastLine {
                server: roster.server,
                is_known: roster.is_known,
                players: players.map(PastPlayerLine::from).collect(),
                hidden_count: roster.hidden_count,
            }
        };
        PastReport {
            guild_id,
            at: past.at,
            first_joined_at: past.begins_at,
            servers: past.servers.into_iter().map(line).collect(),
        }
    }

    /// Returns what the report says.
    pub(crate) fn into_past(self) -> PastMoment {
        let roster = |line: PastLine| {
            let players = line.players.into_iter();
            PastRoster {
                server: line.server,
                is_known: line.is_known,
                players: players.map(PastPlayer::from).collect(),
                hidden_count: line.hidden_count,
            }
        };
        PastMoment {
            at: self.at,
            begins_at: self.first_joined_at,
            servers: self.servers.into_iter().map(roster).collect(),
        }
    }
}

impl From<PastPlayer> for PastPlayerLine {
    fn from(one: PastPlayer) -> Self {
        Self {
            player: one.player,
            until_at: one.until,
        }
    }
}

impl From<PastPlayerLine> for PastPlayer {
    fn from(line: PastPlayerLine) -> Self {
        Self {
            player: line.player,
            until: line.until_at,
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
