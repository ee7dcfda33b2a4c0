//! The words of the operator API about players and their sessions. Times are Unix seconds.

use oxeye_db::record::profile::{Playtime, Profile};
use oxeye_db::record::regulars::{Regular, Regulars};
use oxeye_db::record::visits::{Visit, Visits};
use oxeye_db::{GuildId, SessionEnd, TimeZone};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

/// The answer of `GET /api/servers/{guild_id}/{name}/players`: sorted by name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlayersReport {
    /// Some of those who have been there.
    pub players: Vec<PlayerLine>,
    /// To be given as `after` for the next page; `null` when there is none.
    pub next: Option<PlayerName>,
    /// How many they are in all.
    pub total: usize,
}

/// One who has been on a server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlayerLine {
    /// Who.
    pub player: PlayerName,
    /// Seconds played in all.
    pub playtime_secs: u64,
    /// Sessions, an open one included.
    pub sessions: u32,
    /// The latest evidence in a session.
    pub last_seen: Option<UnixSeconds>,
    /// Seconds from before Oxeye; part of no other figure.
    pub imported_secs: u64,
}

/// The answer of `GET /api/servers/{guild_id}/{name}/players/{player}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlayerReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::guild_id")]
    pub guild_id: GuildId,
    /// The server.
    pub server: ServerName,
    /// Who.
    pub player: PlayerName,
    /// Since when they have been online; `null` when they are not.
    pub online_since: Option<UnixSeconds>,
    /// When their first session began.
    pub first_seen: Option<UnixSeconds>,
    /// The latest evidence of them.
    pub last_seen: Option<UnixSeconds>,
    /// Sessions, an open one included.
    pub sessions: usize,
    /// Seconds of the longest.
    pub longest_secs: u64,
    /// Seconds of the average one.
    pub average_secs: u64,
    /// Seconds played.
    pub playtime_secs: PlaytimeReport,
    /// How many days `last_days` are.
    pub days: u16,
    /// Whose midnight days end at.
    pub time_zone: String,
    /// Seconds from before Oxeye; part of no other figure.
    pub imported_secs: u64,
}

/// Seconds played.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlaytimeReport {
    /// In all.
    pub total: u64,
    /// Today.
    pub today: u64,
    /// This week, from Monday on.
    pub week: u64,
    /// This month.
    pub month: u64,
    /// In so many days as were asked for, today being the last.
    pub last_days: u64,
}

/// The answer of `GET /api/servers/{guild_id}/{name}/players/{player}/sessions`: newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionsReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::guild_id")]
    pub guild_id: GuildId,
    /// The server.
    pub server: ServerName,
    /// Whose sessions these are.
    pub player: PlayerName,
    /// Some of them.
    pub sessions: Vec<SessionLine>,
    /// To be given as `before` for the next page; `null` when there is none.
    pub next: Option<String>,
    /// Until when an open session is known to have lasted.
    pub known_until: UnixSeconds,
}

/// One session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionLine {
    /// Its first second.
    pub joined_at: UnixSeconds,
    /// Its end; `null` while it lasts.
    pub left_at: Option<UnixSeconds>,
    /// How the end is known: left, `server_stopped`, disconnected, `missing_from_sync`, stale.
    #[serde(with = "end_word")]
    pub ended: Option<SessionEnd>,
}

impl From<&Regulars> for PlayersReport {
    fn from(regulars: &Regulars) -> PlayersReport {
        PlayersReport {
            players: regulars.page.iter().map(PlayerLine::from).collect(),
            next: regulars.next.clone(),
            total: regulars.total,
        }
    }
}

impl From<&Regular> for PlayerLine {
    fn from(regular: &Regular) -> PlayerLine {
        PlayerLine {
            player: regular.player.clone(),
            playtime_secs: regular.playtime.as_secs(),
            sessions: regular.sessions,
            last_seen: regular.last_seen,
            imported_secs: regular.imported.as_secs(),
        }
    }
}

impl PlayerReport {
    pub(crate) fn new(
        guild: GuildId,
        server: ServerName,
        profile: Profile,
        zone: TimeZone,
    ) -> PlayerReport {
        PlayerReport {
            guild_id: guild,
            server,
            player: profile.player,
            online_since: profile.online_since,
            first_seen: profile.first_seen,
            last_seen: profile.last_seen,
            sessions: profile.sessions,
            longest_secs: profile.longest.as_secs(),
            average_secs: profile.average.as_secs(),
            playtime_secs: PlaytimeReport::from(&profile.playtime),
            days: profile.playtime.last_days.0,
            time_zone: zone.to_string(),
            imported_secs: profile.imported.as_secs(),
        }
    }
}

impl From<&Playtime> for PlaytimeReport {
    fn from(playtime: &Playtime) -> PlaytimeReport {
        PlaytimeReport {
            total: playtime.total.as_secs(),
            today: playtime.today.as_secs(),
            week: playtime.week.as_secs(),
            month: playtime.month.as_secs(),
            last_days: playtime.last_days.1.as_secs(),
        }
    }
}

impl SessionsReport {
    pub(crate) fn new(
        guild: GuildId,
        server: ServerName,
        player: PlayerName,
        visits: &Visits,
    ) -> SessionsReport {
        SessionsReport {
            guild_id: guild,
            server,
            player,
            sessions: visits.page.iter().map(SessionLine::from).collect(),
            next: visits.next.map(|place| place.to_string()),
            known_until: visits.known_until,
        }
    }
}

impl From<&Visit> for SessionLine {
    fn from(visit: &Visit) -> SessionLine {
        SessionLine {
            joined_at: visit.place.joined_at,
            left_at: visit.end.map(|(at, _)| at),
            ended: visit.end.map(|(_, end)| end),
        }
    }
}

/// How an end is known, as the store writes it.
mod end_word {
    use oxeye_db::SessionEnd;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[expect(clippy::ref_option, reason = "serde hands over the field like that")]
    pub(super) fn serialize<S: Serializer>(
        end: &Option<SessionEnd>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        end.map(SessionEnd::as_str).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<SessionEnd>, D::Error> {
        let word = Option::<String>::deserialize(deserializer)?;
        let end = |word: String| {
            SessionEnd::from_word(&word)
                .ok_or_else(|| D::Error::custom(format_args!("{word:?} is no end of a session")))
        };
        word.map(end).transpose()
    }
}
