//! Answers questions about what a player did: counters from the file, sessions and playtime from memory.

use super::day::UtcDay;
use super::figures::{
    ActivityPlayer, Counters, DayFigures, PlayerEvent, SessionFigures, SummaryFigures,
};
use super::kinds::SECTORS;
use super::lifetimes::{EVENT_LIFETIME, SUMMARY_DAYS};
use super::newest_events::newest_first;
use super::play::on_days;
use super::recent::of_player::StoredPlayer;
use super::store::rows::events;
use super::store::rows::players::GuildPlayer;
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::StoreError;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

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
        let found = self.in_file().read(move |file, recent| {
            let Some(player) = StoredPlayer::find(file, recent, guild, &name)? else {
                return Ok(InFile::default());
            };
            let days = (UtcDay::of(from), UtcDay::of(now));
            let mut sectors = player.collected(SECTORS, days, from)?;
            sectors.drain(..sectors.len().saturating_sub(MAX_SESSION_SECTORS));
            Ok(InFile {
                counters: player.session_counters(from)?,
                sectors,
                player: Some(player.player().clone()),
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
            player: self.player_in(guild, player, found.player).await?,
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
            player: self.player_in(guild, player, found.player).await?,
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
        let sessions = self.play_sessions_on(guild, &player, day, now);
        let sessions = sessions.await?;
        let found = self.on_days(guild, player.clone(), (day, day)).await?;
        let play = on_days(&sessions, day, day);
        Ok(DayFigures {
            day,
            sessions: play.sessions,
            playtime: play.playtime,
            counters: self.all_counters(found.counters),
            player: self.player_in(guild, player, found.player).await?,
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
        let found = self.in_file().read(move |file, recent| {
            let Some(player) = StoredPlayer::find(file, recent, guild, &player)? else {
                return Ok(InFile::default());
            };
            Ok(InFile {
                events: player.newest_events(edge, limit)?,
                ..InFile::default()
            })
        });
        Ok(newest_first(found.await?.events, &sessions, now, limit))
    }

    async fn on_days(
        &self,
        guild: GuildId,
        player: PlayerName,
        days: (UtcDay, UtcDay),
    ) -> Result<InFile, StoreError> {
        let found = self.in_file().read(move |file, recent| {
            let Some(player) = StoredPlayer::find(file, recent, guild, &player)? else {
                return Ok(InFile::default());
            };
            Ok(InFile {
                counters: player.counters(days)?,
                sectors: player.collected(SECTORS, days, UnixSeconds(i64::MIN))?,
                player: Some(player.player().clone()),
                events: Vec::new(),
            })
        });
        found.await
    }

    /// Returns a player of a guild, given what the file says of them.
    pub(super) async fn player_in(
        &self,
        guild: GuildId,
        name: PlayerName,
        found: Option<GuildPlayer>,
    ) -> Result<ActivityPlayer, StoreError> {
        let sent = found.and_then(|found| found.uuid);
        self.player_with_account(guild, name, sent).await
    }

    /// Adds the counters that are 0.
    fn all_counters(&self, found: Vec<(String, f64)>) -> Counters {
        let zeros = self.counter_names().into_iter().map(|name| (name, 0.0));
        zeros.chain(found).collect()
    }
}
