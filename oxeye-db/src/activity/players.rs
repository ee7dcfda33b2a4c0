//! Whole players: everything that is known of what some players did. Programs that copy activity elsewhere, or offer
//! it under other names, read it this way.

use std::collections::BTreeMap;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;

use super::day::UtcDay;
use super::figures::{
    ActivityPlayer, Counters, DayFigures, PlayerEvent, SessionFigures, SummaryFigures,
};
use super::kinds::SECTORS;
use super::lifetimes::{EVENT_LIFETIME, SUMMARY_DAYS};
use super::newest_events::newest_first;
use super::play::{Play, PlaySession, on_days, sessions};
use super::questions::MAX_SESSION_SECTORS;
use super::recent::of_player::StoredPlayer;
use super::recent::places::RecentEvents;
use super::seen::Seen;
use super::stays::counted;
use super::store::rows::events;
use super::store::rows::players::GuildPlayer;
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::StoreError;

/// How many days are listed one by one, today included: the record of a day lives for 14 days after its end.
pub const LISTED_DAYS: u16 = 15;

/// Everything that is known of what a player did.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayerActivity {
    /// The player.
    pub player: ActivityPlayer,
    /// The session that is going on, or zeros.
    pub session: SessionFigures,
    /// The last 30 UTC days.
    pub summary: SummaryFigures,
    /// Those of today and the 14 UTC days before on which there is anything, the latest first.
    pub days: Vec<DayFigures>,
    /// The newest events of the last 7 days, newest first.
    pub events: Vec<PlayerEvent>,
    /// Whether the player hides from the members of the guild.
    pub is_hidden: bool,
}

/// What the file says of one player.
#[derive(Default)]
struct Stored {
    player: Option<GuildPlayer>,
    session_counters: Vec<(String, f64)>,
    session_sectors: Vec<String>,
    counters: Vec<(String, f64)>,
    sectors: Vec<String>,
    by_day: BTreeMap<UtcDay, Vec<(String, f64)>>,
    events: Vec<events::StoredEvent>,
}

/// A player, and when they were on.
struct Played {
    player: ActivityPlayer,
    sessions: Vec<PlaySession>,
}

impl Database {
    /// Returns everything that is known of what some players of a guild did, without stays of those who hide and had
    /// the same name. A player whose id stands for another name is left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_of_players(
        &self,
        guild: GuildId,
        players: Vec<PlayerName>,
        now: UnixSeconds,
    ) -> Result<Vec<PlayerActivity>, StoreError> {
        let players = self.players_that_stand(guild, players).await?;
        let played = self.played(guild, players, now).await?;
        let begins: Vec<_> = played
            .iter()
            .map(|played| (played.player.name.clone(), played.login_at()))
            .collect();
        let nothing = played.iter().map(|_| Stored::default()).collect();
        let read = move |file: &_, recent: &_| {
            let stored = begins.iter();
            stored
                .map(|(name, login_at)| stored_of(file, recent, guild, name, *login_at, now))
                .collect()
        };
        let stored: Vec<Stored> = self.in_file().read_or(nothing, read).await?;
        let zeros: Counters = self
            .counter_names()
            .into_iter()
            .map(|name| (name, 0.0))
            .collect();
        let seen = self.seen_in(guild);
        Ok(played
            .into_iter()
            .zip(stored)
            .map(|(played, stored)| whole(played, stored, &zeros, (&seen, now)))
            .collect())
    }

    /// Returns when some players were on within the last 30 days.
    async fn played(
        &self,
        guild: GuildId,
        players: Vec<ActivityPlayer>,
        now: UnixSeconds,
    ) -> Result<Vec<Played>, StoreError> {
        self.compute(move |database| {
            let seen = database.seen_in(guild);
            let counted = (counted(now), now);
            let played = players.into_iter().map(|player| {
                let is_seen = |account| seen.shows_stay(&player.name, account);
                Played {
                    sessions: sessions(database.stays_of(guild, &player.name, counted, is_seen)),
                    player,
                }
            });
            played.collect()
        })
        .await
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
    recent: &RecentEvents,
    guild: GuildId,
    name: &PlayerName,
    login_at: Option<UnixSeconds>,
    now: UnixSeconds,
) -> rusqlite::Result<Stored> {
    let Some(player) = StoredPlayer::find(file, recent, guild, name)? else {
        return Ok(Stored::default());
    };
    let today = UtcDay::of(now);
    let days = today.and_before(SUMMARY_DAYS);
    let limit = usize::try_from(events::KEPT).unwrap_or(usize::MAX);
    let mut stored = Stored {
        counters: player.counters(days)?,
        sectors: player.collected(SECTORS, days, UnixSeconds(i64::MIN))?,
        by_day: player.by_day(today.and_before(LISTED_DAYS))?,
        events: player.newest_events(now.minus(EVENT_LIFETIME), limit)?,
        ..Stored::default()
    };
    if let Some(from) = login_at {
        let days = (UtcDay::of(from), today);
        let mut sectors = player.collected(SECTORS, days, from)?;
        sectors.drain(..sectors.len().saturating_sub(MAX_SESSION_SECTORS));
        stored.session_sectors = sectors;
        stored.session_counters = player.session_counters(from)?;
    }
    stored.player = Some(player.player().clone());
    Ok(stored)
}

fn whole(
    played: Played,
    stored: Stored,
    zeros: &Counters,
    (seen, now): (&Seen, UnixSeconds),
) -> PlayerActivity {
    let login_at = played.login_at();
    let Played { player, sessions } = played;
    let is_hidden = match &stored.player {
        Some(row) => !seen.shows(&ActivityPlayer {
            name: player.name.clone(),
            uuid: row.uuid,
        }),
        // Nothing but stays, of those who may be seen; but the name may stand for an account that hides.
        None => !seen.shows(&player),
    };
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
        is_hidden,
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
