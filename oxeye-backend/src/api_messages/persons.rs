//! The JSON of one person on all servers of a guild together.

use std::time::Duration;

use oxeye_db::record::person_figures::{DAYS, Did, PersonFigures};
use oxeye_db::{GuildId, TimeZone};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

/// The response of `GET /api/guilds/{guild_id}/persons/{player}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PersonReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The newest name.
    pub(crate) player: PlayerName,
    /// The other names of the same account, the newest first.
    pub(crate) former_names: Vec<PlayerName>,
    /// Until when the player was there, if another account has the name now.
    pub(crate) until_at: Option<UnixSeconds>,
    /// The servers that the player is on; the one joined first at the beginning.
    pub(crate) servers: Vec<PersonOnServer>,
    /// The server with the latest evidence of the player.
    pub(crate) server: Option<ServerName>,
    /// The latest evidence of the player.
    pub(crate) last_seen_at: Option<UnixSeconds>,
    /// When the first session began.
    pub(crate) first_seen_at: Option<UnixSeconds>,
    /// The playtime in several periods.
    pub(crate) playtime: PersonPlaytime,
    /// The last 14 days, today at the end.
    pub(crate) days: Vec<PersonDay>,
    /// The place by playtime in total; `null` for whoever has no session or hides.
    pub(crate) place: Option<usize>,
    /// How many have a place.
    pub(crate) player_count: Option<usize>,
    /// The number of sessions, including open ones.
    pub(crate) session_count: usize,
    /// The length of the longest session.
    pub(crate) longest_session_secs: u64,
    /// Imported seconds from before Oxeye, which are part of no other figure.
    pub(crate) imported_secs: u64,
    /// Deaths in the last 30 UTC days; `null` if no activity is kept.
    pub(crate) death_count: Option<f64>,
    /// Advancements in the last 30 UTC days; `null` if no activity is kept.
    pub(crate) advancement_count: Option<f64>,
    /// The time zone whose midnight ends a day.
    pub(crate) time_zone: String,
}

/// A server that a player is on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PersonOnServer {
    pub(crate) server: ServerName,
    pub(crate) joined_at: UnixSeconds,
}

/// The playtime of a player in several periods.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct PersonPlaytime {
    /// Today.
    pub(crate) today_secs: u64,
    /// This week, from Monday on.
    pub(crate) week_secs: u64,
    /// In total.
    pub(crate) total_secs: u64,
}

/// A day.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct PersonDay {
    /// When the day begins. It ends where the next begins.
    pub(crate) from_at: UnixSeconds,
    /// Seconds played on it.
    pub(crate) playtime_secs: u64,
}

/// The report does not come from this version of Oxeye.
#[derive(Debug, thiserror::Error)]
#[error("the answer names a time zone that this version of Oxeye does not know")]
pub(crate) struct StrangeZone;

impl PersonReport {
    pub(crate) fn new(guild: GuildId, figures: PersonFigures) -> PersonReport {
        let [today, week, total] = figures.playtime.map(|played| played.as_secs());
        let (server, last_seen_at) = figures.last_seen.unzip();
        let days = figures.days.iter().map(|(day, played)| PersonDay {
            from_at: day.from,
            playtime_secs: played.as_secs(),
        });
        let on = figures.on.into_iter();
        PersonReport {
            guild_id: guild,
            player: figures.player,
            former_names: figures.former_names,
            until_at: figures.until,
            servers: on
                .map(|(server, joined_at)| PersonOnServer { server, joined_at })
                .collect(),
            server,
            last_seen_at,
            first_seen_at: figures.first_seen,
            playtime: PersonPlaytime {
                today_secs: today,
                week_secs: week,
                total_secs: total,
            },
            days: days.collect(),
            place: figures.place.map(|(place, _)| place),
            player_count: figures.place.map(|(_, count)| count),
            session_count: figures.visits,
            longest_session_secs: figures.longest.as_secs(),
            imported_secs: figures.imported.as_secs(),
            death_count: figures.did.map(|did| did.deaths),
            advancement_count: figures.did.map(|did| did.advancements),
            time_zone: figures.zone.to_string(),
        }
    }

    /// Returns what the report says.
    pub(crate) fn into_figures(self) -> Result<PersonFigures, StrangeZone> {
        let zone: TimeZone = self.time_zone.parse().map_err(|_| StrangeZone)?;
        let secs = Duration::from_secs;
        let on = self.servers.into_iter();
        let days = self.days.into_iter().take(DAYS.into());
        let PersonPlaytime {
            today_secs,
            week_secs,
            total_secs,
        } = self.playtime;
        let did = self.death_count.zip(self.advancement_count);
        Ok(PersonFigures {
            player: self.player,
            former_names: self.former_names,
            until: self.until_at,
            on: on.map(|on| (on.server, on.joined_at)).collect(),
            last_seen: self.server.zip(self.last_seen_at),
            first_seen: self.first_seen_at,
            playtime: [today_secs, week_secs, total_secs].map(secs),
            days: days
                .map(|day| (zone.day(day.from_at), secs(day.playtime_secs)))
                .collect(),
            place: self.place.zip(self.player_count),
            visits: self.session_count,
            longest: secs(self.longest_session_secs),
            imported: secs(self.imported_secs),
            did: did.map(|(deaths, advancements)| Did {
                deaths,
                advancements,
            }),
            zone,
        })
    }
}
