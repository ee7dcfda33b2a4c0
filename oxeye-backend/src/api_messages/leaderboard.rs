//! The JSON of leaderboards, of a server or of all servers of a guild.

use oxeye_db::record::leaderboard::{Leaderboard, LeaderboardQuestion, RankedBy, Standing};
use oxeye_db::{GuildId, Range, Span, TimeZone};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

/// The words for what is no counter of activity.
const PLAYTIME: &str = "playtime";
const VISITS: &str = "visits";
/// What is known of each server. Everything else is a counter of activity.
pub(crate) const KEPT_PER_SERVER: [&str; 2] = [PLAYTIME, VISITS];
/// Seconds of a day.
const DAY_SECS: u64 = 24 * 3_600;

/// The response of `GET /api/servers/{guild_id}/{server}/leaderboard`, and of `GET
/// /api/guilds/{guild_id}/leaderboard` for all servers of a guild combined.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LeaderboardReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The server; `null` for all servers of the guild.
    pub(crate) server: Option<ServerName>,
    /// What the players are ranked by: `playtime`, `visits`, or a counter of activity.
    pub(crate) what: String,
    /// The requested range: `today`, `week`, `month`, `all`, or a number of days such as `30d`.
    pub(crate) range: String,
    /// The time zone whose midnight ends a day; `UTC` for counters.
    pub(crate) time_zone: String,
    /// When the range begins; `null` for `all`.
    pub(crate) from_at: Option<UnixSeconds>,
    /// The number of players before the first one here.
    pub(crate) offset: usize,
    /// The players, the one who has most first.
    pub(crate) players: Vec<StandingLine>,
    /// The number of players without limit and offset.
    pub(crate) player_count: usize,
}

/// One line of a leaderboard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StandingLine {
    /// The place, from 1. Those who have equally much share one.
    pub(crate) place: usize,
    /// The newest name.
    pub(crate) player: PlayerName,
    /// The other names of the same account, the newest first.
    #[serde(default)]
    pub(crate) former_names: Vec<PlayerName>,
    /// Until when the player was there, if another account has the name now.
    #[serde(default)]
    pub(crate) until_at: Option<UnixSeconds>,
    /// What the player is ranked by: seconds, sessions, or what the counter counts.
    pub(crate) amount: f64,
    /// Seconds played within the range; `null` for counters.
    pub(crate) playtime_secs: Option<u64>,
    /// The number of sessions that overlap the range; `null` for counters.
    pub(crate) session_count: Option<u32>,
}

impl LeaderboardReport {
    pub(crate) fn new(
        server: Option<ServerName>,
        question: &LeaderboardQuestion,
        leaderboard: &Leaderboard,
    ) -> LeaderboardReport {
        let standings = leaderboard.standings.iter();
        let is_all = leaderboard.span == Span::ALL;
        let (what, zone) = match &question.by {
            RankedBy::Playtime => (PLAYTIME, question.zone),
            RankedBy::Visits => (VISITS, question.zone),
            RankedBy::Counter(counter) => (counter.as_str(), TimeZone::UTC),
        };
        LeaderboardReport {
            guild_id: question.servers.guild(),
            server,
            what: what.to_owned(),
            range: question.range.to_string(),
            time_zone: zone.to_string(),
            from_at: (!is_all).then_some(leaderboard.span.from),
            offset: leaderboard.offset,
            players: standings.map(StandingLine::from).collect(),
            player_count: leaderboard.players,
        }
    }

    /// Returns the range that the leaderboard is about. Of what counters count, only the last days are kept, so that "all
    /// time" is these days.
    pub(crate) fn range_that_counts(&self, asked: Range, now: UnixSeconds) -> Range {
        match (self.ranked_by(), asked, self.from_at) {
            (RankedBy::Counter(_), Range::All, Some(from)) => {
                let days = 1 + now.saturating_since(from).as_secs() / DAY_SECS;
                u16::try_from(days).map_or(asked, Range::Days)
            }
            _ => asked,
        }
    }

    /// Returns what the players are ranked by.
    pub(crate) fn ranked_by(&self) -> RankedBy {
        match self.what.as_str() {
            PLAYTIME => RankedBy::Playtime,
            VISITS => RankedBy::Visits,
            counter => RankedBy::Counter(counter.to_owned()),
        }
    }
}

impl From<&Standing> for StandingLine {
    fn from(standing: &Standing) -> StandingLine {
        StandingLine {
            place: standing.place,
            player: standing.player.clone(),
            former_names: standing.former_names.clone(),
            until_at: standing.until,
            amount: standing.amount,
            playtime_secs: standing.playtime.map(|playtime| playtime.as_secs()),
            session_count: standing.sessions,
        }
    }
}
