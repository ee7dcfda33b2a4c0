//! What the operator allows a guild to set, and values as people write them.

use std::time::Duration;

use oxeye_db::{GuildSettings, SettingChange, ShownToMembers, TimeZone};

use super::{HOUR_SECS, Setting, SettingError, ShownPart};
use crate::Locale;

/// The most days that a guild can have sessions kept.
pub const MOST_RETENTION_DAYS: u16 = 3_660;
/// What is typed to show members nothing of what they can be shown.
const NOTHING: &str = "none";

/// What the operator allows a guild to set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingLimits {
    /// The time zone of guilds that have set none.
    pub time_zone: TimeZone,
    /// The longest window of last seen.
    pub last_seen: Duration,
    /// The most days that sessions are kept; `None`: for ever.
    pub retention_days: Option<u16>,
}

impl SettingLimits {
    /// Returns the hours that a window of last seen may have at most.
    #[must_use]
    pub fn last_seen_hours(self) -> u64 {
        self.last_seen.as_secs() / HOUR_SECS
    }

    /// Returns the days that a guild can have its sessions kept at most.
    #[must_use]
    pub fn most_days(self) -> u16 {
        let days = self.retention_days.unwrap_or(MOST_RETENTION_DAYS);
        days.min(MOST_RETENTION_DAYS)
    }

    /// Whether sessions are kept for fewer days with a new number of days than as they are set now.
    #[must_use]
    pub fn keeps_less(self, settings: &GuildSettings, days: Option<u16>) -> bool {
        let kept = |own: Option<u16>| match (own, self.retention_days) {
            (Some(own), Some(most)) => Some(own.min(most)),
            (own, most) => own.or(most),
        };
        // For ever is longer than anything.
        let length = |days: Option<u16>| days.map_or(u32::MAX, u32::from);
        length(kept(days)) < length(kept(settings.retention_days))
    }

    /// Reads a value as people write it. An empty one leaves the setting to the operator.
    ///
    /// # Errors
    /// When the setting cannot have the value.
    pub fn read(self, setting: Setting, value: &str) -> Result<SettingChange, SettingError> {
        let value = value.trim();
        let given = (!value.is_empty()).then_some(value);
        Ok(match setting {
            Setting::TimeZone => SettingChange::TimeZone(given.map(zone).transpose()?),
            Setting::Language => SettingChange::Language(given.map(language).transpose()?),
            Setting::LastSeen => {
                let hours = given.map(|given| number(given, 'h').unwrap_or_default());
                SettingChange::LastSeen(hours.map(|hours| self.window(hours)).transpose()?)
            }
            Setting::RetentionDays => {
                let days = given.map(|given| number(given, 'd').unwrap_or_default());
                SettingChange::RetentionDays(days.map(|days| self.days(days)).transpose()?)
            }
            Setting::Shown => SettingChange::Shown(match given {
                None => ShownToMembers::default(),
                Some(NOTHING) => ShownPart::of_keys([])?,
                Some(parts) => ShownPart::of_keys(parts.split(',').map(str::trim))?,
            }),
        })
    }

    /// Returns a window of this many hours.
    ///
    /// # Errors
    /// When it is longer than the operator allows.
    pub fn window(self, hours: u64) -> Result<Duration, SettingError> {
        let most = self.last_seen_hours();
        match (1..=most).contains(&hours) {
            true => Ok(Duration::from_secs(hours * HOUR_SECS)),
            false => Err(SettingError::LastSeen(most)),
        }
    }

    /// Returns a number of days that sessions can be kept.
    ///
    /// # Errors
    /// When it is more than the operator allows.
    pub fn days(self, days: u64) -> Result<u16, SettingError> {
        let most = self.most_days();
        let days = u16::try_from(days).ok();
        let fits = days.filter(|days| (1..=most).contains(days));
        fits.ok_or(SettingError::RetentionDays(most))
    }
}

/// Finds a time zone by its name.
///
/// # Errors
/// When there is none.
fn zone(text: &str) -> Result<TimeZone, SettingError> {
    TimeZone::named(text)
        .ok_or_else(|| SettingError::UnknownZone(text.to_owned(), TimeZone::near(text)))
}

/// Returns the tag of a language that Oxeye speaks.
fn language(tag: &str) -> Result<String, SettingError> {
    let mut spoken = Locale::ALL.into_iter().map(Locale::tag);
    let found = spoken.find(|spoken| spoken.eq_ignore_ascii_case(tag));
    found
        .map(str::to_owned)
        .ok_or_else(|| SettingError::UnknownLanguage(tag.to_owned()))
}

/// Reads a number with or without its unit.
fn number(text: &str, unit: char) -> Option<u64> {
    text.strip_suffix(unit).unwrap_or(text).trim().parse().ok()
}
