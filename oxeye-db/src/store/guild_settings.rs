//! The settings of guilds: changing some of them, or taking over those of another Oxeye, in one transaction.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use super::rows::{guild_settings, guilds};
use super::{Store, StoreError, WriterThread};
use crate::guild_settings::{GuildSettings, SettingChange};
use crate::ids::GuildId;

/// The outcome of changing settings.
pub(crate) enum Changed {
    /// They are these now.
    To(GuildSettings),
    BotRemoved,
}

/// Changes settings of a guild that has not removed the bot.
pub(crate) async fn change<R: Send + 'static>(
    store: &Store,
    guild: GuildId,
    changes: Vec<SettingChange>,
    now: UnixSeconds,
    committed: impl FnOnce(Changed, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let change = move |file: &Connection| {
        if guilds::has_removed_bot(file, guild)? {
            return Ok(Changed::BotRemoved);
        }
        let mut settings = guild_settings::of(file, guild)?.unwrap_or_default();
        for change in changes {
            settings.take(change);
        }
        guilds::ensure(file, guild, now)?;
        guild_settings::set(file, guild, &settings)?;
        Ok(Changed::To(settings))
    };
    store.write(change, committed).await
}

/// Gives a guild settings that it had elsewhere, as far as it leaves them to the operator here, unless it has removed
/// the bot. Returns its new settings if that changes any.
pub(crate) async fn complete<R: Send + 'static>(
    store: &Store,
    guild: GuildId,
    elsewhere: GuildSettings,
    now: UnixSeconds,
    committed: impl FnOnce(Option<GuildSettings>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let complete = move |file: &Connection| {
        if guilds::has_removed_bot(file, guild)? {
            return Ok(None);
        }
        let settings = guild_settings::of(file, guild)?.unwrap_or_default();
        let completed = settings.completed_by(elsewhere);
        if completed == settings {
            return Ok(None);
        }
        guilds::ensure(file, guild, now)?;
        guild_settings::set(file, guild, &completed)?;
        Ok(Some(completed))
    };
    store.write(complete, committed).await
}
