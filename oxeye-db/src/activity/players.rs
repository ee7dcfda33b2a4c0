//! Whole players: whom a guild has, and everything that is known of what some of them did. Programs that copy
//! activity elsewhere, or offer it under other names, read it this way.
//!
//! A player's id is the UUID if it is known, else the name. If an account was reported under several names, its id
//! stands for the name with the newest event.

use hashbrown::{HashMap, HashSet};
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::day::UtcDay;
use super::figures::{
    ActivityPlayer, Counters, DayFigures, PlayerEvent, SessionFigures, SummaryFigures,
};
use super::lifetimes::{EVENT_LIFETIME, SUMMARY_DAYS};
use super::play::{GuildStay, Play, PlaySession, on_days, sessions};
use super::questions::{MAX_SESSION_SECTORS, activity_player, newest_first, sectors};
use super::store::rows::players::{self as player_rows, GuildPlayer};
use super::store::rows::{day_counters, events, session_counters};
use crate::database::Database;
use crate::ids::GuildId;
use crate::players::PlayerId;
use crate::record::Record;
use crate::record::span::Span;
use crate::store::StoreError;

/// How many days are listed one by one, today included.
pub const LISTED_DAYS: u16 = 14;

/// Everything that is known of what a player did.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayerActivity {
    /// The player.
    pub player: ActivityPlayer,
    /// The session that is going on, or zeros.
    pub session: SessionFigures,
    /// The last 30 UTC days.
    pub summary: SummaryFigures,
    /// Those of the last 14 UTC days on which there is anything, the latest first.
    pub days: Vec<DayFigures>,
    /// The newest events of the last 7 days, newest first.
    pub events: Vec<PlayerEvent>,
}

/// What the file says of one player.
#[derive(Default)]
struct Stored {
    player: Option<GuildPlayer>,
    /// Another name of the same account has a newer event.
    is_former_name: bool,
    session_counters: Vec<(String, f64)>,
    session_sectors: Vec<String>,
    counters: Vec<(String, f64)>,
    sectors: Vec<String>,
    by_day: BTreeMap<UtcDay, Vec<(String, f64)>>,
    events: Vec<events::StoredEvent>,
}

/// A player, and when they were on.
struct Played {
    name: PlayerName,
    sessions: Vec<PlaySession>,
}

impl Database {
    /// Returns everything that is known of what some players of a guild did. A player whose id stands for another
    /// name is left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_of_players(
        &self,
        guild: GuildId,
        players: Vec<PlayerName>,
        now: UnixSeconds,
    ) -> Result<Vec<PlayerActivity>, StoreError> {
        let played = self.played(guild, players, now).await?;
        let begins: Vec<_> = played
            .iter()
            .map(|player| (player.name.clone(), player.login_at()))
            .collect();
        let nothing = played.iter().map(|_| Stored::default()).collect();
        let read = move |file: &_| {
            let stored = begins.iter();
            stored
                .map(|(name, login_at)| stored_of(file, guild, name, *login_at, now))
                .collect()
        };
        let stored: Vec<Stored> = self.in_file().read_or(nothing, read).await?;
        let zeros: Counters = self
            .counter_names()
            .into_iter()
            .map(|name| (name, 0.0))
            .collect();
        let known = played
            .into_iter()
            .zip(stored)
            .filter(|(_, stored)| !stored.is_former_name);
        Ok(known
            .map(|(played, stored)| whole(played, stored, &zeros, now))
            .collect())
    }

    /// Returns the players of a guild of whom anything may be known, each id once, sorted by id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_players(
        &self,
        guild: GuildId,
        now: UnixSeconds,
    ) -> Result<Vec<ActivityPlayer>, StoreError> {
        let who_played = self.who_played(guild, now).await?;
        let read = move |file: &_| player_rows::of_guild(file, guild);
        let stored = self.in_file().read_or(Vec::new(), read).await?;
        let names: HashSet<_> = stored
            .iter()
            .map(|(_, player, _)| player.name.clone())
            .collect();
        let only_played = who_played
            .into_iter()
            .filter(|name| !names.contains(name))
            .map(|name| ActivityPlayer { name, uuid: None });
        // The last one of those with the same id stays.
        let in_file = stored.iter().map(|(_, player, _)| player.clone());
        let by_id: BTreeMap<_, _> = in_file
            .chain(only_played)
            .map(|player| (player.id(), player))
            .collect();
        Ok(by_id.into_values().collect())
    }

    /// Returns the player of a guild for whom an id stands. An id that is a name stands for that player, known or
    /// not, unless the player's UUID is known.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_player(
        &self,
        guild: GuildId,
        id: &str,
    ) -> Result<Option<ActivityPlayer>, StoreError> {
        // Other notations of the same UUID are not its id.
        let uuid = Uuid::try_parse(id)
            .ok()
            .filter(|uuid| uuid.to_string() == id);
        if let Some(uuid) = uuid {
            let read = move |file: &_| player_rows::of_uuid(file, guild, uuid);
            let name = self.in_file().read_or(None, read).await?;
            return Ok(name.map(|name| ActivityPlayer {
                name,
                uuid: Some(uuid),
            }));
        }
        let Ok(name) = PlayerName::try_from(id) else {
            return Ok(None);
        };
        let read = {
            let name = name.clone();
            move |file: &_| player_rows::find(file, guild, &name)
        };
        let found = self.in_file().read_or(None, read).await?;
        let player = activity_player(name, found.as_ref());
        Ok(player.uuid.is_none().then_some(player))
    }

    /// Returns the ids of the players who are on any of a guild's servers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_online_ids(
        &self,
        guild: GuildId,
    ) -> Result<BTreeSet<String>, StoreError> {
        let names = self.activity_online(guild);
        let without_file = names.iter().map(ToString::to_string).collect();
        let read = move |file: &_| {
            let ids = names.into_iter().map(|name| {
                let found = player_rows::find(file, guild, &name)?;
                Ok(activity_player(name, found.as_ref()).id())
            });
            ids.collect()
        };
        self.in_file().read_or(without_file, read).await
    }

    /// Returns the guilds that have servers, linked or not.
    #[must_use]
    pub fn activity_guilds(&self) -> BTreeSet<GuildId> {
        let servers = self.inner.memory.cache.names();
        servers.into_iter().map(|(guild, _, _)| guild).collect()
    }

    /// Returns when some players were on within the last 30 days.
    async fn played(
        &self,
        guild: GuildId,
        players: Vec<PlayerName>,
        now: UnixSeconds,
    ) -> Result<Vec<Played>, StoreError> {
        self.compute(move |database| {
            let known = &database.inner.memory.players;
            let ids: Vec<_> = players.iter().map(|name| known.id(name)).collect();
            let wanted: HashSet<PlayerId> = ids.iter().flatten().copied().collect();
            let mut stays = HashMap::<PlayerId, Vec<GuildStay>>::new();
            database.each_stay(guild, now, |player, stay| {
                if wanted.contains(&player) {
                    stays.entry(player).or_default().push(stay);
                }
            });
            let played = players.into_iter().zip(ids).map(|(name, id)| Played {
                name,
                sessions: sessions(id.and_then(|id| stays.remove(&id)).unwrap_or_default()),
            });
            played.collect()
        })
        .await
    }

    /// Returns the names of the players who were on within the last 30 days.
    async fn who_played(
        &self,
        guild: GuildId,
        now: UnixSeconds,
    ) -> Result<Vec<PlayerName>, StoreError> {
        self.compute(move |database| {
            let mut players = HashSet::new();
            database.each_stay(guild, now, |player, _| {
                players.insert(player);
            });
            let names = players
                .into_iter()
                .filter_map(|player| database.name_of(player));
            names.collect()
        })
        .await
    }

    /// Calls `take` with each stay in a guild that counts in a summary of today. Blocks.
    pub(super) fn each_stay(
        &self,
        guild: GuildId,
        now: UnixSeconds,
        mut take: impl FnMut(PlayerId, GuildStay),
    ) {
        let (first, _) = UtcDay::of(now).and_before(SUMMARY_DAYS + 1);
        let span = Span {
            from: first.begin(),
            to: UnixSeconds(i64::MAX),
        };
        let cache = &self.inner.memory.cache;
        for server in cache.ids(Some(guild)) {
            let record = cache.read(server, |state| Record::of(state, now));
            for (player, span, is_open) in record.iter().flat_map(|record| record.each_in(span)) {
                let stay = GuildStay {
                    server,
                    span,
                    is_open,
                };
                take(player, stay);
            }
        }
    }
}

impl Played {
    /// Returns when the session that is going on began.
    fn login_at(&self) -> Option<UnixSeconds> {
        let last = self.sessions.last().filter(|session| session.is_open);
        last.map(|session| session.begin)
    }
}

fn stored_of(
    file: &Connection,
    guild: GuildId,
    name: &PlayerName,
    login_at: Option<UnixSeconds>,
    now: UnixSeconds,
) -> rusqlite::Result<Stored> {
    let Some(player) = player_rows::find(file, guild, name)? else {
        return Ok(Stored::default());
    };
    if player_rows::is_former_name(file, guild, &player)? {
        return Ok(Stored {
            is_former_name: true,
            ..Stored::default()
        });
    }
    let today = UtcDay::of(now);
    let days = today.and_before(SUMMARY_DAYS);
    let limit = usize::try_from(events::KEPT).unwrap_or(usize::MAX);
    let mut stored = Stored {
        counters: day_counters::of_player(file, guild, player.id, days)?,
        sectors: sectors(file, player.id, days, UnixSeconds(i64::MIN))?,
        by_day: day_counters::by_day(file, guild, player.id, today.and_before(LISTED_DAYS))?,
        events: events::newest(file, player.id, now.minus(EVENT_LIFETIME), limit)?,
        ..Stored::default()
    };
    if let Some(from) = login_at {
        let days = (UtcDay::of(from), today);
        let mut sectors = sectors(file, player.id, days, from)?;
        sectors.drain(..sectors.len().saturating_sub(MAX_SESSION_SECTORS));
        stored.session_sectors = sectors;
        stored.session_counters = session_counters::of_player_from(file, player.id, from)?;
    }
    stored.player = Some(player);
    Ok(stored)
}

fn whole(played: Played, stored: Stored, zeros: &Counters, now: UnixSeconds) -> PlayerActivity {
    let login_at = played.login_at();
    let Played { name, sessions } = played;
    let player = activity_player(name, stored.player.as_ref());
    let did = stored.player.as_ref().map(|player| player.last_event_at);
    let all = |found: Vec<(String, f64)>| zeros.clone().into_iter().chain(found).collect();
    let today = UtcDay::of(now);
    let (first, last) = today.and_before(SUMMARY_DAYS);
    let play = on_days(&sessions, first, last);
    let left = sessions.last().map(|session| session.end);
    let span = UtcDay::span_of(first, last);
    let mut by_day = stored.by_day;
    let days = (0..i32::from(LISTED_DAYS)).filter_map(|ago| {
        let day = UtcDay(today.0 - ago);
        let play = on_days(&sessions, day, day);
        let counters = by_day.remove(&day);
        (play != Play::default() || counters.is_some()).then(|| DayFigures {
            player: player.clone(),
            day,
            sessions: play.sessions,
            playtime: play.playtime,
            counters: all(counters.unwrap_or_default()),
        })
    });
    PlayerActivity {
        session: SessionFigures {
            player: player.clone(),
            login_at,
            last_activity_at: login_at
                .max(did.filter(|at| login_at.is_some_and(|from| *at >= from))),
            counters: all(stored.session_counters),
            sectors: stored.session_sectors,
        },
        summary: SummaryFigures {
            player: player.clone(),
            sessions: play.sessions,
            playtime: play.playtime,
            counters: all(stored.counters),
            sectors: stored.sectors,
            last_updated: left.max(did).filter(|at| span.contains(*at)),
        },
        days: days.collect(),
        events: newest_first(
            stored.events,
            &sessions,
            now,
            usize::try_from(events::KEPT).unwrap_or(usize::MAX),
        ),
        player,
    }
}
