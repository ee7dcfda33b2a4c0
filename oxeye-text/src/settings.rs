//! What a guild can set: the names of the settings, their values as people write them, and how both are shown.
//!
//! | module   | subject                                                       |
//! |----------|---------------------------------------------------------------|
//! | `limits` | what the operator allows, and values as people write them     |
//! | `words`  | settings and their values in words, and why one is not accepted |

mod limits;
mod words;

use oxeye_db::{ShownToMembers, TimeZone};

pub use limits::{MOST_RETENTION_DAYS, SettingLimits};

/// Seconds of an hour.
const HOUR_SECS: u64 = 3_600;

/// A setting of a guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// The time zone of days and hours.
    TimeZone,
    /// The language of what everybody sees.
    Language,
    /// The window of last seen.
    LastSeen,
    /// How many days sessions are kept.
    RetentionDays,
    /// What members are shown.
    Shown,
}

/// A part of what members are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownPart {
    /// The heads of players.
    Heads,
    /// How long somebody played.
    Playtime,
    /// Who played most.
    Rankings,
    /// Who was on at a moment of the past.
    History,
}

/// Why a value was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingError {
    /// There is no such setting.
    NoSuchSetting(String),
    /// No time zone has this name; these are near.
    UnknownZone(String, Vec<TimeZone>),
    /// Oxeye does not speak this language.
    UnknownLanguage(String),
    /// The window is no whole number of hours from 1 to this.
    LastSeen(u64),
    /// It is no whole number of days from 1 to this.
    RetentionDays(u16),
    /// Members are not shown such a thing.
    UnknownPart(String),
}

impl Setting {
    /// All settings, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::TimeZone,
        Self::Language,
        Self::LastSeen,
        Self::Shown,
        Self::RetentionDays,
    ];

    /// Returns the name that is typed on the command line and stands in the API.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::TimeZone => "time_zone",
            Self::Language => "language",
            Self::LastSeen => "last_seen_hours",
            Self::RetentionDays => "retention_days",
            Self::Shown => "shown",
        }
    }

    /// Returns the setting of a name.
    ///
    /// # Errors
    /// When there is none.
    pub fn of_key(key: &str) -> Result<Self, SettingError> {
        let mut all = Self::ALL.into_iter();
        let found = all.find(|setting| setting.key() == key);
        found.ok_or_else(|| SettingError::NoSuchSetting(key.to_owned()))
    }
}

impl ShownPart {
    /// All parts.
    pub const ALL: [Self; 4] = [Self::Heads, Self::Playtime, Self::Rankings, Self::History];

    /// Returns the name that is typed on the command line and stands in the API.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Heads => "heads",
            Self::Playtime => "playtime",
            Self::Rankings => "rankings",
            Self::History => "history",
        }
    }

    /// Whether members are shown this part.
    #[must_use]
    pub fn is_in(self, shown: ShownToMembers) -> bool {
        match self {
            Self::Heads => shown.heads,
            Self::Playtime => shown.playtime,
            Self::Rankings => shown.rankings,
            Self::History => shown.history,
        }
    }

    /// Returns what members are shown if it is these parts.
    ///
    /// # Errors
    /// When a name is not one of a part.
    pub fn of_keys<'a>(
        keys: impl IntoIterator<Item = &'a str>,
    ) -> Result<ShownToMembers, SettingError> {
        let mut shown = ShownToMembers {
            heads: false,
            playtime: false,
            rankings: false,
            history: false,
        };
        for key in keys {
            let part = Self::ALL.into_iter().find(|part| part.key() == key);
            match part.ok_or_else(|| SettingError::UnknownPart(key.to_owned()))? {
                Self::Heads => shown.heads = true,
                Self::Playtime => shown.playtime = true,
                Self::Rankings => shown.rankings = true,
                Self::History => shown.history = true,
            }
        }
        Ok(shown)
    }
}

#[cfg(test)]
mod tests;
