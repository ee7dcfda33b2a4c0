//! The line about what a guild has set for itself.

use std::time::Duration;

use oxeye_db::{GuildId, GuildSettings, PortableRecord, TimeZone};
use oxeye_text::{Facts, Locale, SettingError, SettingLimits, Text};
use serde::{Deserialize, Serialize};

use super::{BadLine, ReadContext};
use crate::api_messages::guild_id::WrittenGuildId;
use crate::api_messages::settings::WrittenSettings;

/// What any operator may allow. What the one of this Oxeye allows counts wherever settings are used.
const LIMITS: SettingLimits = SettingLimits {
    time_zone: TimeZone::UTC,
    last_seen: Duration::from_secs(u32::MAX as u64),
    retention_days: None,
};

/// What a guild has set for itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SettingsLine {
    guild_id: WrittenGuildId,
    #[serde(flatten)]
    settings: WrittenSettings,
}

impl SettingsLine {
    pub(super) fn new(guild: GuildId, settings: &GuildSettings) -> SettingsLine {
        SettingsLine {
            guild_id: WrittenGuildId::Digits(guild),
            settings: WrittenSettings::from(settings),
        }
    }

    pub(super) fn into_record(self, reading: &ReadContext) -> Result<PortableRecord, BadLine> {
        let guild = reading.guild(self.guild_id)?;
        let settings = self
            .settings
            .checked(LIMITS)
            .map_err(|error| in_english(&error))?;
        Ok(PortableRecord::GuildSettings(guild, settings))
    }
}

fn in_english(error: &SettingError) -> BadLine {
    let english = Facts::in_terminal(Text::of(Locale::English));
    english.setting_error(error).into()
}
