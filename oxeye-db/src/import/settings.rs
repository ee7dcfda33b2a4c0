//! Imports what guilds have set for themselves.

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use super::Imported;
use crate::database::Database;
use crate::guild_settings::GuildSettings;
use crate::ids::GuildId;
use crate::portable::PortableRecord;
use crate::store::{StoreError, WriterThread, guild_settings as store};

/// A guild whose retention was not imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionLeftOut {
    /// The guild.
    pub guild: GuildId,
    /// For how many days it keeps sessions where the records are from.
    pub days: u16,
}

impl Database {
    /// Takes over the settings of guilds that have a server.
    pub(super) async fn add_settings(
        &self,
        settings: Vec<(GuildId, GuildSettings)>,
        imported: &mut Imported,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        for (guild, mut settings) in settings {
            if self.any_server_of(guild).is_none() {
                imported.skipped += 1;
                continue;
            }
            if let Some(days) = settings.retention_days
                && self.guild_settings(guild).retention_days.is_none()
                && self.has_older_than(guild, days, now).await?
            {
                settings.retention_days = None;
                let left_out = RetentionLeftOut { guild, days };
                imported.retentions_left_out.push(left_out);
            }
            let is_new = self.complete_settings(guild, settings, now).await?;
            imported.added += u64::from(is_new);
            imported.skipped += u64::from(!is_new);
        }
        Ok(())
    }

    /// Gives a guild settings that it had elsewhere, as far as it has none here. Returns whether that changes any.
    async fn complete_settings(
        &self,
        guild: GuildId,
        elsewhere: GuildSettings,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let memory = Arc::clone(&self.inner.memory);
        let remember = move |completed: Option<GuildSettings>, writer: &WriterThread| {
            let is_new = completed.is_some();
            if let Some(settings) = completed {
                memory.set_settings(writer, guild, settings);
            }
            is_new
        };
        store::complete(&self.inner.store, guild, elsewhere, now, remember).await
    }
}

/// Separates the settings of guilds from the other records.
pub(super) fn split_off(
    records: Vec<PortableRecord>,
) -> (Vec<(GuildId, GuildSettings)>, Vec<PortableRecord>) {
    let mut settings = Vec::new();
    let mut others = Vec::with_capacity(records.len());
    for record in records {
        match record {
            PortableRecord::GuildSettings(guild, of_guild) => settings.push((guild, of_guild)),
            other => others.push(other),
        }
    }
    (settings, others)
}
