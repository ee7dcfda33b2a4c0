//! What a guild has set for itself: its time zone, its language, how long somebody is listed as last seen, what members
//! are shown, and how long sessions are kept. What it leaves open is as the operator has set it, and no guild can have
//! more than the operator allows.

use std::sync::Arc;
use std::time::Duration;

use hashbrown::HashMap;
use oxeye_plugin_proto::UnixSeconds;
use parking_lot::RwLock;

use crate::database::Database;
use crate::ids::GuildId;
use crate::memory::Memory;
use crate::record::calendar::TimeZone;
use crate::server_state::ServerState;
use crate::store::guild_settings::{self as store, Changed};
use crate::store::{StoreError, WriterThread};

/// Seconds of a day.
const DAY_SECS: u64 = 24 * 3600;

/// The settings of a guild.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuildSettings {
    /// The time zone of days and hours; `None`: the operator's.
    pub time_zone: Option<TimeZone>,
    /// The tag of the language of what everybody sees, such as `de`; `None`: the one that the guild has in Discord.
    pub language: Option<String>,
    /// How long a player who left stays in "last seen"; `None`: as long as the operator allows.
    pub last_seen: Option<Duration>,
    /// How many days ended sessions are kept; `None`: as long as the operator keeps them.
    pub retention_days: Option<u16>,
    /// What members are shown.
    pub shown: ShownToMembers,
}

/// What members are shown of players.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct ShownToMembers {
    /// The heads of players.
    pub heads: bool,
    /// How long somebody played.
    pub playtime: bool,
    /// Who played most.
    pub rankings: bool,
    /// Who was on at a moment of the past.
    pub history: bool,
}

impl Default for ShownToMembers {
    fn default() -> Self {
        Self {
            heads: true,
            playtime: true,
            rankings: true,
            history: true,
        }
    }
}

/// One setting with its new value; `None`: as the operator has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingChange {
    /// The time zone.
    TimeZone(Option<TimeZone>),
    /// The language.
    Language(Option<String>),
    /// The window of last seen.
    LastSeen(Option<Duration>),
    /// How many days sessions are kept.
    RetentionDays(Option<u16>),
    /// What members are shown.
    Shown(ShownToMembers),
}

/// Why settings were not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeSettingsError {
    /// The guild has removed the bot.
    #[error("the guild has removed the bot")]
    BotRemoved,
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl GuildSettings {
    /// Whether a setting has this value already.
    #[must_use]
    pub fn has(&self, change: &SettingChange) -> bool {
        let mut changed = self.clone();
        changed.take(change.clone());
        changed == *self
    }

    /// Takes a new value.
    pub fn take(&mut self, change: SettingChange) {
        match change {
            SettingChange::TimeZone(zone) => self.time_zone = zone,
            SettingChange::Language(tag) => self.language = tag,
            SettingChange::LastSeen(window) => self.last_seen = window,
            SettingChange::RetentionDays(days) => self.retention_days = days,
            SettingChange::Shown(shown) => self.shown = shown,
        }
    }

    /// Returns these settings with those of another Oxeye in place of what is left to the operator here.
    pub(crate) fn completed_by(&self, other: Self) -> Self {
        let shows_everything = self.shown == ShownToMembers::default();
        Self {
            time_zone: self.time_zone.or(other.time_zone),
            language: self.language.clone().or(other.language),
            last_seen: self.last_seen.or(other.last_seen),
            retention_days: self.retention_days.or(other.retention_days),
            shown: if shows_everything {
                other.shown
            } else {
                self.shown
            },
        }
    }

    /// Returns the window of last seen, which is at most the operator's.
    fn window(&self, of_operator: Duration) -> Duration {
        self.last_seen
            .map_or(of_operator, |window| window.min(of_operator))
    }

    /// Returns the time before which ended sessions are deleted, if the guild has set one.
    fn retention_edge(&self, now: UnixSeconds) -> Option<UnixSeconds> {
        self.retention_days.map(|days| edge(days, now))
    }
}

/// Returns the time before which ended sessions are deleted that are kept for this many days.
fn edge(days: u16, now: UnixSeconds) -> UnixSeconds {
    now.minus(Duration::from_secs(u64::from(days) * DAY_SECS))
}

/// The settings of all guilds that have any.
#[derive(Debug, Default)]
pub(crate) struct AllSettings(RwLock<HashMap<GuildId, Arc<GuildSettings>>>);

impl AllSettings {
    /// Returns the settings of a guild.
    pub(crate) fn of(&self, guild: GuildId) -> Arc<GuildSettings> {
        self.0.read().get(&guild).cloned().unwrap_or_default()
    }

    /// Replaces the settings of a guild.
    pub(crate) fn put(&self, _: &WriterThread, guild: GuildId, settings: GuildSettings) {
        self.0.write().insert(guild, Arc::new(settings));
    }

    /// Forgets the settings of a guild that is deleted.
    pub(crate) fn remove(&self, _: &WriterThread, guild: GuildId) {
        self.0.write().remove(&guild);
    }

    /// Returns the guilds that delete ended sessions by themselves, and the time before which each does.
    pub(crate) fn retention_edges(&self, now: UnixSeconds) -> Vec<(GuildId, UnixSeconds)> {
        let all = self.0.read();
        let edges = all.iter();
        edges
            .filter_map(|(guild, set)| Some((*guild, set.retention_edge(now)?)))
            .collect()
    }

    fn delete_sessions(&self) -> bool {
        let all = self.0.read();
        all.values().any(|set| set.retention_days.is_some())
    }
}

impl Memory {
    /// Returns how long a player who left is listed for the members of a guild.
    pub(crate) fn window_of(&self, guild: GuildId) -> Duration {
        self.settings.of(guild).window(self.recent_window())
    }

    /// Replaces the settings of a guild, and publishes its servers, which may look different now.
    pub(crate) fn set_settings(
        &self,
        writer: &WriterThread,
        guild: GuildId,
        settings: GuildSettings,
    ) {
        self.settings.put(writer, guild, settings);
        self.kept_figures.drop_of(Some(guild));
        let window = self.window_of(guild);
        // After the settings are replaced, so that whoever sees the new revision of a server sees these.
        for server in self.cache.ids(Some(guild)) {
            let note = |state: &mut ServerState| state.note_settings(window);
            self.cache.change(writer, server, note);
        }
        self.board_changes.send_replace(());
    }
}

impl Memory {
    /// Returns the time before which ended sessions of a guild are deleted: the later one of the operator's and its own.
    pub(crate) fn retention_edge(
        &self,
        guild: GuildId,
        of_operator: UnixSeconds,
        now: UnixSeconds,
    ) -> UnixSeconds {
        let own = self.settings.of(guild).retention_edge(now);
        own.map_or(of_operator, |own| own.max(of_operator))
    }
}

impl Database {
    /// Returns the settings of a guild. Looks only in memory.
    #[must_use]
    pub fn guild_settings(&self, guild: GuildId) -> Arc<GuildSettings> {
        self.inner.memory.settings.of(guild)
    }

    /// Returns the time zone of a guild, or that of the operator.
    #[must_use]
    pub fn time_zone_of(&self, guild: GuildId, of_operator: TimeZone) -> TimeZone {
        self.guild_settings(guild).time_zone.unwrap_or(of_operator)
    }

    /// Changes settings of a guild, all of them or none, and returns the new ones.
    ///
    /// # Errors
    /// When the guild has removed the bot, or the store cannot be written.
    pub async fn change_guild_settings(
        &self,
        guild: GuildId,
        changes: Vec<SettingChange>,
        now: UnixSeconds,
    ) -> Result<Arc<GuildSettings>, ChangeSettingsError> {
        let memory = Arc::clone(&self.inner.memory);
        let remember = move |changed: Changed, writer: &WriterThread| match changed {
            Changed::To(settings) => {
                memory.set_settings(writer, guild, settings);
                Ok(memory.settings.of(guild))
            }
            Changed::BotRemoved => Err(ChangeSettingsError::BotRemoved),
        };
        store::change(&self.inner.store, guild, changes, now, remember).await?
    }

    /// Returns the number of ended sessions of a guild that would be deleted now if sessions were kept for this many days.
    ///
    /// # Errors
    /// When the answer could not be computed.
    pub async fn sessions_older_than(
        &self,
        guild: GuildId,
        days: u16,
        now: UnixSeconds,
    ) -> Result<usize, StoreError> {
        let edge = edge(days, now);
        self.compute(move |database| {
            let cache = &database.inner.memory.cache;
            // The sessions are counted while the server is not locked.
            let history = |state: &ServerState| state.history().clone();
            let servers = cache.ids(Some(guild)).into_iter();
            let histories = servers.filter_map(|server| cache.read(server, history));
            histories
                .map(|history| history.count_ended_before(edge))
                .sum()
        })
        .await
    }

    /// Whether sessions of a guild, or records of when its servers were up, would be deleted now if they were kept for
    /// this many days.
    pub(crate) async fn has_older_than(
        &self,
        guild: GuildId,
        days: u16,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let edge = edge(days, now);
        self.compute(move |database| {
            let cache = &database.inner.memory.cache;
            let has_older = |state: &ServerState| state.has_ended_before(edge);
            let mut servers = cache.ids(Some(guild)).into_iter();
            servers.any(|server| cache.read(server, has_older) == Some(true))
        })
        .await
    }

    /// Replaces the language of something that everybody in a guild sees by the one that the guild has set, if any.
    pub(crate) fn put_into_own_language(&self, guild: GuildId, locale: &mut String) {
        if let Some(language) = &self.guild_settings(guild).language {
            locale.clone_from(language);
        }
    }

    /// Whether any guild has its older sessions deleted.
    #[must_use]
    pub fn any_guild_deletes_sessions(&self) -> bool {
        self.inner.memory.settings.delete_sessions()
    }
}
