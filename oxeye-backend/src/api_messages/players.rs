//! The JSON of the players of a server: playtime and sessions.

use std::iter;

use oxeye_db::record::known_players::{KnownPlayer, KnownPlayers};
use oxeye_db::record::player_sessions::{PlayerSession, SessionPage};
use oxeye_db::record::profile::{Playtime, Profile};
use oxeye_db::{GuildId, ReportedUuid, SessionEnd, TimeZone, Uuid};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

/// The response of `GET /api/servers/{guild_id}/{server}/players`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PlayersReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    pub(crate) server: ServerName,
    /// One page of the players who have been on the server, sorted by name.
    pub(crate) players: Vec<PlayerLine>,
    /// The `after` of the next page; `null` on the last page.
    pub(crate) next: Option<PlayerName>,
    /// The number of players without the limit.
    pub(crate) player_count: usize,
}

/// A player who has been on the server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PlayerLine {
    /// The player, by their newest name.
    pub(crate) player: PlayerName,
    /// The other names of the same account, the newest first.
    #[serde(default)]
    pub(crate) former_names: Vec<PlayerName>,
    /// If another account has the name now: until when this one was there.
    #[serde(default)]
    pub(crate) until_at: Option<UnixSeconds>,
    /// Seconds played in total.
    pub(crate) playtime_secs: u64,
    /// The number of sessions, including an open one.
    pub(crate) session_count: u32,
    /// The latest evidence of the player in a session.
    pub(crate) last_seen_at: Option<UnixSeconds>,
    /// Imported seconds from before Oxeye, which are part of no other figure.
    pub(crate) imported_secs: u64,
}

impl PlayerLine {
    /// Returns all names of the account, the newest first.
    pub(crate) fn names(self) -> impl Iterator<Item = PlayerName> {
        iter::once(self.player).chain(self.former_names)
    }
}

/// The response of `GET /api/servers/{guild_id}/{server}/players/{player}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PlayerReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    pub(crate) server: ServerName,
    /// The newest name.
    pub(crate) player: PlayerName,
    /// The other names of the same account, the newest first.
    #[serde(default)]
    pub(crate) former_names: Vec<PlayerName>,
    /// Until when the player was there, if another account has the name now.
    #[serde(default)]
    pub(crate) until_at: Option<UnixSeconds>,
    /// When they joined; `null` if they are not online.
    pub(crate) joined_at: Option<UnixSeconds>,
    /// When their first session began.
    pub(crate) first_seen_at: Option<UnixSeconds>,
    /// The latest evidence of the player.
    pub(crate) last_seen_at: Option<UnixSeconds>,
    /// The number of sessions, including an open one.
    pub(crate) session_count: usize,
    /// The length of the longest session.
    pub(crate) longest_session_secs: u64,
    /// The average length of a session.
    pub(crate) average_session_secs: u64,
    /// The playtime in several periods.
    pub(crate) playtime: PlaytimeReport,
    /// The number of days that `last_days_secs` covers.
    pub(crate) day_count: u16,
    /// The time zone whose midnight ends a day.
    pub(crate) time_zone: String,
    /// Imported seconds from before Oxeye, which are part of no other figure.
    pub(crate) imported_secs: u64,
    /// The accounts that were reported under this name on the guild's servers, the latest first.
    pub(crate) uuids: Vec<UuidLine>,
}

/// An account that was reported under a name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UuidLine {
    /// The UUID of the account.
    pub(crate) uuid: Uuid,
    /// What the UUID proves: `online` (Mojang has authenticated the account), `offline` (it is derived from the
    /// name), `floodgate` (a Bedrock account) or `other`.
    pub(crate) kind: String,
    /// The earliest report of the account.
    pub(crate) first_reported_at: UnixSeconds,
    /// The latest report of the account, to the day.
    pub(crate) last_reported_at: UnixSeconds,
}

/// The playtime of a player in several periods.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PlaytimeReport {
    /// In total.
    pub(crate) total_secs: u64,
    /// Today.
    pub(crate) today_secs: u64,
    /// This week, from Monday on.
    pub(crate) week_secs: u64,
    /// This month.
    pub(crate) month_secs: u64,
    /// In the last `day_count` days, including today.
    pub(crate) last_days_secs: u64,
}

/// The response of `GET /api/servers/{guild_id}/{server}/players/{player}/sessions`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SessionsReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    pub(crate) server: ServerName,
    pub(crate) player: PlayerName,
    /// One page of the player's sessions, newest first.
    pub(crate) sessions: Vec<SessionLine>,
    /// The `before` of the next page; `null` on the last page.
    pub(crate) next: Option<String>,
    /// The latest time at which an open session is known to have lasted.
    pub(crate) known_until_at: UnixSeconds,
}

/// One session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SessionLine {
    pub(crate) joined_at: UnixSeconds,
    /// When it ended; `null` while it is open.
    pub(crate) left_at: Option<UnixSeconds>,
    /// How the end is known: `left`, `server_stopped`, `disconnected`, `missing_from_sync` or `stale`.
    #[serde(with = "end_word")]
    pub(crate) ended: Option<SessionEnd>,
}

impl PlayersReport {
    pub(crate) fn new(guild: GuildId, server: ServerName, known: &KnownPlayers) -> PlayersReport {
        PlayersReport {
            guild_id: guild,
            server,
            players: known.page.iter().map(PlayerLine::from).collect(),
            next: known.next.clone(),
            player_count: known.total,
        }
    }
}

impl From<&KnownPlayer> for PlayerLine {
    fn from(player: &KnownPlayer) -> PlayerLine {
        PlayerLine {
            player: player.player.clone(),
            former_names: player.former_names.clone(),
            until_at: player.until,
            playtime_secs: player.playtime.as_secs(),
            session_count: player.sessions,
            last_seen_at: player.last_seen,
            imported_secs: player.imported.as_secs(),
        }
    }
}

impl PlayerReport {
    pub(crate) fn new(
        guild: GuildId,
        server: ServerName,
        profile: Profile,
        uuids: &[ReportedUuid],
        zone: TimeZone,
    ) -> PlayerReport {
        PlayerReport {
            guild_id: guild,
            server,
            until_at: profile.last_seen.filter(|_| profile.is_succeeded),
            player: profile.player,
            former_names: profile.former_names,
            joined_at: profile.online_since,
            first_seen_at: profile.first_seen,
            last_seen_at: profile.last_seen,
            session_count: profile.sessions,
            longest_session_secs: profile.longest.as_secs(),
            average_session_secs: profile.average.as_secs(),
            playtime: PlaytimeReport::from(&profile.playtime),
            day_count: profile.playtime.last_days.0,
            time_zone: zone.to_string(),
            imported_secs: profile.imported.as_secs(),
            uuids: uuids.iter().map(UuidLine::from).collect(),
        }
    }
}

impl From<&ReportedUuid> for UuidLine {
    fn from(reported: &ReportedUuid) -> UuidLine {
        UuidLine {
            uuid: reported.uuid,
            kind: reported.kind().as_str().to_owned(),
            first_reported_at: reported.first_reported_at,
            last_reported_at: reported.last_reported_at,
        }
    }
}

impl From<&Playtime> for PlaytimeReport {
    fn from(playtime: &Playtime) -> PlaytimeReport {
        PlaytimeReport {
            total_secs: playtime.total.as_secs(),
            today_secs: playtime.today.as_secs(),
            week_secs: playtime.week.as_secs(),
            month_secs: playtime.month.as_secs(),
            last_days_secs: playtime.last_days.1.as_secs(),
        }
    }
}

impl SessionsReport {
    pub(crate) fn new(
        guild: GuildId,
        server: ServerName,
        player: PlayerName,
        page: &SessionPage,
    ) -> SessionsReport {
        SessionsReport {
            guild_id: guild,
            server,
            player,
            sessions: page.page.iter().map(SessionLine::from).collect(),
            next: page.next.map(|cursor| cursor.to_string()),
            known_until_at: page.known_until,
        }
    }
}

impl From<&PlayerSession> for SessionLine {
    fn from(session: &PlayerSession) -> SessionLine {
        SessionLine {
            joined_at: session.cursor.joined_at,
            left_at: session.end.map(|(at, _)| at),
            ended: session.end.map(|(_, end)| end),
        }
    }
}

/// Writes how an end is known as the store's word for it.
mod end_word {
    use oxeye_db::SessionEnd;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
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
