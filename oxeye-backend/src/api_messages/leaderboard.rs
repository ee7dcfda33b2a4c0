//! The JSON of leaderboards, of a server or of all servers of a guild.

use oxeye_db::record::leaderboard::{Leaderboard, Standing};
use oxeye_db::{GuildId, Range, Span, TimeZone};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

/// The response of `GET /api/servers/{guild_id}/{server}/leaderboard`, and of `GET
/// /api/guilds/{guild_id}/leaderboard` for all servers of a guild combined.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LeaderboardReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The server; `null` for all servers of the guild.
    pub(crate) server: Option<ServerName>,
    /// The requested range: `today`, `week`, `month`, `all`, or a number of days such as `30d`.
    pub(crate) range: String,
    /// The time zone whose midnight ends a day.
    pub(crate) time_zone: String,
    /// When the range begins; `null` for `all`.
    pub(crate) from_at: Option<UnixSeconds>,
    /// The players, sorted by playtime, the longest first.
    pub(crate) players: Vec<StandingLine>,
    /// The number of players without the limit.
    pub(crate) player_count: usize,
}

/// One line of a leaderboard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StandingLine {
    /// The newest name.
    pub(crate) player: PlayerName,
    /// The other names of the same account, the newest first.
    #[serde(default)]
    pub(crate) former_names: Vec<PlayerName>,
    /// Until when the player was there, if another account has the name now.
    #[serde(default)]
    pub(crate) until_at: Option<UnixSeconds>,
    /// Seconds played within the range.
    pub(crate) playtime_secs: u64,
    /// The number of sessions that overlap the range.
    pub(crate) session_count: u32,
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
            from_at: (!is_all).then_some(leaderboard.span.from),
            players: standings.map(StandingLine::from).collect(),
            player_count: leaderboard.players,
        }
    }
}

impl From<&Standing> for StandingLine {
    fn from(standing: &Standing) -> StandingLine {
        StandingLine {
            player: standing.player.clone(),
            former_names: standing.former_names.clone(),
            until_at: standing.until,
            playtime_secs: standing.playtime.as_secs(),
            session_count: standing.sessions,
        }
    }
}
