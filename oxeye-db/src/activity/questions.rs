//! Answers questions about what players did: counters from the file, sessions and playtime from memory.

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;
use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::day::UtcDay;
use super::feed::ActivityChanges;
use super::figures::{
    ActivityPlayer, CounterRanking, CounterStanding, Counters, DayFigures, PlayerEvent,
    RankingError, SessionFigures, SummaryFigures,
};
use super::kinds::SECTORS;
use super::lifetimes::{EVENT_LIFETIME, SUMMARY_DAYS};
use super::play::{PlaySession, on_days, sessions};
use super::store::FileToRead;
use super::store::rows::players::{GuildPlayer, GuildPlayerId};
use super::store::rows::{collected, day_counters, events, players, session_counters, words};
use crate::database::Database;
use crate::ids::GuildId;
use crate::server_state::ServerState;
use crate::store::StoreError;

/// Sectors of a session that are listed.
pub(super) const MAX_SESSION_SECTORS: usize = 100;

/// What the file says of one player.
#[derive(Default)]
struct InFile {
    player: Option<GuildPlayer>,
    counters: Vec<(String, f64)>,
    sectors: Vec<String>,
    events: Vec<events::StoredEvent>,
}

impl Database {
    /// Returns what a player has done in the session that is going on, or zeros.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_session(
        &self,
        guild: GuildId,
        player: PlayerName,
        now: UnixSeconds,
    ) -> Result<SessionFigures, StoreError> {
        let sessions = self.play_sessions(guild, &player, now).await?;
        let open = sessions.last().filter(|session| session.is_open);
        let login_at = open.map(|session| session.begin);
        let from = login_at.unwrap_or(UnixSeconds(i64::MAX));
        let name = player.clone();
        let found = self.in_file().read(move |file| {
            let Some(player) = players::find(file, guild, &name)? else {
                return Ok(InFile::default());
            };
            let days = (UtcDay::of(from), UtcDay::of(now));
            let mut sectors = sectors(file, player.id, days, from)?;
            sectors.drain(..sectors.len().saturating_sub(MAX_SESSION_SECTORS));
            Ok(InFile {
                counters: session_counters::of_player_from(file, player.id, from)?,
                sectors,
                player: Some(player),
                events: Vec::new(),
            })
        });
        let found = found.await?;
        let last_event = found.player.as_ref().map(|player| player.last_event_at);
        Ok(SessionFigures {
            login_at,
            last_activity_at: login_at
                .max(last_event.filter(|at| login_at.is_some_and(|from| *at >= from))),
            counters: self.all_counters(found.counters),
            sectors: found.sectors,
            player: activity_player(player, found.player.as_ref()),
        })
    }

    /// Returns what a player did on the 30 UTC days that end today.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_summary(
        &self,
        guild: GuildId,
        player: PlayerName,
        now: UnixSeconds,
    ) -> Result<SummaryFigures, StoreError> {
        let days = UtcDay::of(now).and_before(SUMMARY_DAYS);
        let sessions = self.play_sessions(guild, &player, now).await?;
        let found = self.on_days(guild, player.clone(), days).await?;
        let play = on_days(&sessions, days.0, days.1);
        let span = UtcDay::span_of(days.0, days.1);
        let left = sessions.last().map(|session| session.end);
        let did = found.player.as_ref().map(|player| player.last_event_at);
        Ok(SummaryFigures {
            sessions: play.sessions,
            playtime: play.playtime,
            counters: self.all_counters(found.counters),
            sectors: found.sectors,
            last_updated: left.max(did).filter(|at| span.contains(*at)),
            player: activity_player(player, found.player.as_ref()),
        })
    }

    /// Returns what a player did on a UTC day.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_day(
        &self,
        guild: GuildId,
        player: PlayerName,
        day: UtcDay,
        now: UnixSeconds,
    ) -> Result<DayFigures, StoreError> {
        let sessions = self.play_sessions(guild, &player, now).await?;
        let found = self.on_days(guild, player.clone(), (day, day)).await?;
        let play = on_days(&sessions, day, day);
        Ok(DayFigures {
            day,
            sessions: play.sessions,
            playtime: play.playtime,
            counters: self.all_counters(found.counters),
            player: activity_player(player, found.player.as_ref()),
        })
    }

    /// Returns a player's newest events of the last 7 days, newest first, at most `limit` and at most 500.
    /// Logins and logouts are among them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_events(
        &self,
        guild: GuildId,
        player: PlayerName,
        limit: usize,
        now: UnixSeconds,
    ) -> Result<Vec<PlayerEvent>, StoreError> {
        let edge = now.minus(EVENT_LIFETIME);
        let limit = limit.min(usize::try_from(events::KEPT).unwrap_or(usize::MAX));
        let sessions = self.play_sessions(guild, &player, now).await?;
        let found = self.in_file().read(move |file| {
            let Some(player) = players::find(file, guild, &player)? else {
                return Ok(InFile::default());
            };
            Ok(InFile {
                events: events::newest(file, player.id, edge, limit)?,
                ..InFile::default()
            })
        });
        Ok(newest_first(found.await?.events, &sessions, now, limit))
    }

    /// Returns the names of the players who are on any of a guild's servers, sorted.
    #[must_use]
    pub fn activity_online(&self, guild: GuildId) -> BTreeSet<PlayerName> {
        let cache = &self.inner.memory.cache;
        let servers = cache.ids(Some(guild)).into_iter();
        let names = |state: &ServerState| state.players().keys().cloned().collect::<Vec<_>>();
        servers
            .filter_map(|server| cache.read(server, names))
            .flatten()
            .collect()
    }

    /// Returns who of a guild has the largest amounts of a counter over some UTC days, of which today is the last.
    ///
    /// # Errors
    /// When there is no such counter, or the store cannot be read.
    pub async fn activity_ranking(
        &self,
        guild: GuildId,
        counter: &str,
        days: u16,
        limit: usize,
        now: UnixSeconds,
    ) -> Result<CounterRanking, RankingError> {
        let known = self.counter_names();
        if !known.iter().any(|name| name == counter) {
            let name = counter.to_owned();
            return Err(RankingError::UnknownCounter { name, known });
        }
        let days = UtcDay::of(now).and_before(days);
        let counter = counter.to_owned();
        let nobody = CounterRanking {
            days,
            standings: Vec::new(),
            players: 0,
        };
        let read = move |file: &_| ranking(file, guild, &counter, days, limit);
        Ok(self.in_file().read_or(nobody, read).await?)
    }

    /// Returns a listener for players whose activity changes, from now on. Playtime that merely passes is no change.
    #[must_use]
    pub fn activity_changes(&self) -> ActivityChanges {
        self.inner.memory.activity_feed.listen()
    }

    /// Whether activity is kept.
    #[must_use]
    pub fn keeps_activity(&self) -> bool {
        self.inner.activity.is_some()
    }

    /// Whether there is anything that players did.
    #[must_use]
    pub fn has_activity(&self) -> bool {
        let activity = self.inner.activity.as_ref();
        activity.is_some_and(|activity| activity.file.existing().is_some())
    }

    /// Returns the names of all counters, sorted.
    #[must_use]
    pub fn counter_names(&self) -> Vec<String> {
        let kinds = self.inner.activity.as_ref().map(|activity| &activity.kinds);
        let names = kinds.map(|kinds| kinds.counters().into_iter().map(str::to_owned).collect());
        names.unwrap_or_default()
    }

    async fn on_days(
        &self,
        guild: GuildId,
        player: PlayerName,
        days: (UtcDay, UtcDay),
    ) -> Result<InFile, StoreError> {
        let found = self.in_file().read(move |file| {
            let Some(player) = players::find(file, guild, &player)? else {
                return Ok(InFile::default());
            };
            Ok(InFile {
                counters: day_counters::of_player(file, guild, player.id, days)?,
                sectors: sectors(file, player.id, days, UnixSeconds(i64::MIN))?,
                player: Some(player),
                events: Vec::new(),
            })
        });
        found.await
    }

    /// Returns a player's sessions of the last 30 days and the one before them that reaches into them.
    async fn play_sessions(
        &self,
        guild: GuildId,
        player: &PlayerName,
        now: UnixSeconds,
    ) -> Result<Vec<PlaySession>, StoreError> {
        let Some(player) = self.inner.memory.players.id(player) else {
            return Ok(Vec::new());
        };
        self.compute(move |database| {
            let mut stays = Vec::new();
            database.each_stay(guild, now, |of, stay| {
                if of == player {
                    stays.push(stay);
                }
            });
            sessions(stays)
        })
        .await
    }

    /// Returns the file of activity as far as there is one.
    pub(super) fn in_file(&self) -> FileToRead<'_> {
        let activity = self.inner.activity.as_ref();
        FileToRead(activity.and_then(|activity| activity.file.existing()))
    }

    /// Adds the counters that are 0.
    fn all_counters(&self, found: Vec<(String, f64)>) -> Counters {
        let zeros = self.counter_names().into_iter().map(|name| (name, 0.0));
        zeros.chain(found).collect()
    }
}

pub(super) fn activity_player(name: PlayerName, found: Option<&GuildPlayer>) -> ActivityPlayer {
    let uuid = found.and_then(|player| player.uuid);
    ActivityPlayer { name, uuid }
}

pub(super) fn sectors(
    file: &Connection,
    player: GuildPlayerId,
    days: (UtcDay, UtcDay),
    from: UnixSeconds,
) -> rusqlite::Result<Vec<String>> {
    match words::find(file, SECTORS)? {
        Some(collection) => collected::of_player(file, player, collection, days, from),
        None => Ok(Vec::new()),
    }
}

/// Returns the newest events of the last 7 days, reported and derived, newest first.
pub(super) fn newest_first(
    reported: Vec<events::StoredEvent>,
    sessions: &[PlaySession],
    now: UnixSeconds,
    limit: usize,
) -> Vec<PlayerEvent> {
    let edge = now.minus(EVENT_LIFETIME);
    let reported = reported.into_iter().map(|event| PlayerEvent {
        event_type: event.event_type,
        at: event.at,
        details: if event.details.is_empty() {
            "{}".to_owned()
        } else {
            event.details
        },
    });
    let derived = sessions.iter().flat_map(derived_events);
    let mut all: Vec<_> = reported
        .chain(derived.filter(|event| event.at >= edge))
        .collect();
    // Within one second a login comes before and a logout after everything else; the newest comes first.
    let place = |event: &PlayerEvent| match event.event_type.as_str() {
        "login" => 0,
        "logout" => 2,
        _ => 1,
    };
    all.sort_by_key(|event| Reverse((event.at, place(event))));
    all.truncate(limit);
    all
}

fn derived_events(session: &PlaySession) -> impl Iterator<Item = PlayerEvent> {
    let login = PlayerEvent {
        event_type: "login".to_owned(),
        at: session.begin,
        details: "{}".to_owned(),
    };
    let logout = (!session.is_open).then(|| PlayerEvent {
        event_type: "logout".to_owned(),
        at: session.end,
        details: format!("{{\"duration_seconds\":{}.0}}", session.playtime()),
    });
    [Some(login), logout].into_iter().flatten()
}

fn ranking(
    file: &Connection,
    guild: GuildId,
    counter: &str,
    days: (UtcDay, UtcDay),
    limit: usize,
) -> rusqlite::Result<CounterRanking> {
    let mut amounts: HashMap<GuildPlayerId, f64> = HashMap::new();
    if let Some(counter) = words::find(file, counter)? {
        day_counters::each_of_guild(file, guild, counter, days, |player, _, amount| {
            *amounts.entry(player).or_default() += amount;
        })?;
    }
    amounts.retain(|_, amount| *amount > 0.0);
    let players = amounts.len();
    let mut ranked: Vec<_> = amounts.into_iter().collect();
    ranked.sort_unstable_by(|(_, one), (_, other)| other.total_cmp(one));
    // All who have as much as the last one in the ranking may be in it: names decide.
    if let Some((_, least)) = limit
        .checked_sub(1)
        .and_then(|last| ranked.get(last))
        .copied()
    {
        ranked.retain(|(_, amount)| *amount >= least);
    }
    let mut standings = Vec::new();
    for (player, amount) in ranked {
        if let Some(player) = players::name(file, player)? {
            standings.push(CounterStanding { player, amount });
        }
    }
    standings.sort_by(|one, other| {
        let by_amount = other.amount.total_cmp(&one.amount);
        by_amount.then_with(|| one.player.cmp(&other.player))
    });
    standings.truncate(limit);
    Ok(CounterRanking {
        days,
        standings,
        players,
    })
}
