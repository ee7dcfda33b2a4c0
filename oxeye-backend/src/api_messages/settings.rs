//! The JSON of what a guild has set.

use std::time::Duration;

use oxeye_db::{GuildId, GuildSettings};
use oxeye_text::{Setting, SettingError, SettingLimits, ShownPart};
use serde::{Deserialize, Deserializer, Serialize};

/// Seconds of an hour.
const HOUR_SECS: u64 = 3_600;

/// What a guild has set. `null` is what it leaves to the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WrittenSettings {
    pub(crate) time_zone: Option<String>,
    /// The tag of a language, such as `de`.
    pub(crate) language: Option<String>,
    pub(crate) last_seen_hours: Option<u64>,
    pub(crate) retention_days: Option<u64>,
    /// What members are shown, of `heads`, `playtime`, `rankings` and `history`.
    pub(crate) shown: Vec<String>,
}

/// The response of `GET /api/guilds/{guild_id}/settings`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SettingsReport {
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    #[serde(flatten)]
    pub(crate) settings: WrittenSettings,
    /// The time zone of guilds that have set none.
    pub(crate) default_time_zone: String,
    pub(crate) last_seen_hours_limit: u64,
    /// `null`: sessions are kept for ever.
    pub(crate) retention_days_limit: Option<u16>,
}

/// The body of `PATCH /api/guilds/{guild_id}/settings`. What it does not name stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsOrder {
    #[serde(default)]
    pub(crate) time_zone: Ordered<String>,
    #[serde(default)]
    pub(crate) language: Ordered<String>,
    #[serde(default)]
    pub(crate) last_seen_hours: Ordered<u64>,
    #[serde(default)]
    pub(crate) retention_days: Ordered<u64>,
    #[serde(default)]
    pub(crate) shown: Ordered<Vec<String>>,
    /// Whether sessions may be deleted, if fewer days of them are kept.
    #[serde(default)]
    pub(crate) delete_sessions: bool,
}

/// What is to become of a setting.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Ordered<T> {
    /// It is not named and stays as it is.
    #[default]
    Keep,
    /// It is `null`: the operator decides again.
    Reset,
    Set(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::deserialize(deserializer)? {
            Some(value) => Self::Set(value),
            None => Self::Reset,
        })
    }
}

impl From<&GuildSettings> for WrittenSettings {
    fn from(settings: &GuildSettings) -> WrittenSettings {
        let shown = ShownPart::ALL.into_iter();
        let shown = shown.filter(|part| part.is_in(settings.shown));
        WrittenSettings {
            time_zone: settings.time_zone.map(|zone| zone.to_string()),
            language: settings.language.clone(),
            last_seen_hours: settings
                .last_seen
                .map(|window| window.as_secs() / HOUR_SECS),
            retention_days: settings.retention_days.map(u64::from),
            shown: shown.map(|part| part.key().to_owned()).collect(),
        }
    }
}

impl WrittenSettings {
    /// Returns the settings, as far as this version knows them.
    pub(crate) fn to_settings(&self) -> GuildSettings {
        let parts = self.shown.iter().map(String::as_str);
        let days = self.retention_days;
        GuildSettings {
            time_zone: self.time_zone.as_ref().and_then(|zone| zone.parse().ok()),
            language: self.language.clone(),
            last_seen: self
                .last_seen_hours
                .map(|hours| Duration::from_secs(hours * HOUR_SECS)),
            retention_days: days.and_then(|days| u16::try_from(days).ok()),
            shown: ShownPart::of_keys(parts).unwrap_or_default(),
        }
    }

    /// Returns the settings if a guild can have all of them.
    pub(crate) fn checked(&self, limits: SettingLimits) -> Result<GuildSettings, SettingError> {
        let mut settings = GuildSettings::default();
        let texts = [
            (Setting::TimeZone, &self.time_zone),
            (Setting::Language, &self.language),
        ];
        for (setting, text) in texts {
            if let Some(text) = text {
                settings.take(limits.read(setting, text)?);
            }
        }
        let (hours, days) = (self.last_seen_hours, self.retention_days);
        settings.last_seen = hours.map(|hours| limits.window(hours)).transpose()?;
        settings.retention_days = days.map(|days| limits.days(days)).transpose()?;
        settings.shown = ShownPart::of_keys(self.shown.iter().map(String::as_str))?;
        Ok(settings)
    }
}

impl SettingsReport {
    pub(crate) fn new(
        guild_id: GuildId,
        settings: &GuildSettings,
        limits: SettingLimits,
    ) -> SettingsReport {
        SettingsReport {
            guild_id,
            settings: WrittenSettings::from(settings),
            default_time_zone: limits.time_zone.to_string(),
            last_seen_hours_limit: limits.last_seen_hours(),
            retention_days_limit: limits.retention_days,
        }
    }

    /// Returns what the operator allows.
    pub(crate) fn limits(&self) -> SettingLimits {
        SettingLimits {
            time_zone: self
                .default_time_zone
                .parse()
                .unwrap_or(oxeye_db::TimeZone::UTC),
            last_seen: Duration::from_secs(self.last_seen_hours_limit * HOUR_SECS),
            retention_days: self.retention_days_limit,
        }
    }
}
