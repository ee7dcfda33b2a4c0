//! What a guild can set: the names of the settings, their values as people write them, and how both are shown.

use std::time::Duration;

use oxeye_db::{GuildSettings, SettingChange, ShownToMembers, TimeZone};

use crate::{Facts, Locale, Text, cut};

/// Seconds of an hour.
const HOUR_SECS: u64 = 3_600;
/// The most days that a guild can have sessions kept.
pub const MOST_RETENTION_DAYS: u16 = 3_660;
/// What is typed to show members nothing of what they can be shown.
const NOTHING: &str = "none";
/// The longest part of a value that we repeat, in UTF-16 units.
const TYPED_LIMIT: usize = 64;

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

impl Text {
    /// Returns the name of a setting.
    #[must_use]
    pub fn setting_name(self, setting: Setting) -> String {
        match setting {
            Setting::TimeZone => self.setting_time_zone(),
            Setting::Language => self.setting_language(),
            Setting::LastSeen => self.setting_last_seen(),
            Setting::RetentionDays => self.setting_retention(),
            Setting::Shown => self.setting_shown(),
        }
    }

    /// Returns the name of a part of what members are shown.
    #[must_use]
    pub fn shown_part(self, part: ShownPart) -> String {
        match part {
            ShownPart::Heads => self.shown_heads(),
            ShownPart::Playtime => self.shown_playtime(),
            ShownPart::Rankings => self.shown_rankings(),
            ShownPart::History => self.shown_history(),
        }
    }

    /// Returns the name of a language in this one.
    #[must_use]
    pub fn language_name(self, tag: &str) -> String {
        match Locale::of_tag(tag) {
            Locale::English => self.language_english(),
            Locale::German => self.language_german(),
        }
    }

    /// Returns the value of a setting in words.
    #[must_use]
    pub fn setting_value(
        self,
        setting: Setting,
        settings: &GuildSettings,
        limits: SettingLimits,
    ) -> String {
        match setting {
            Setting::TimeZone => match settings.time_zone {
                Some(zone) => zone.to_string(),
                None => self.setting_default(&limits.time_zone.to_string()),
            },
            Setting::Language => match &settings.language {
                Some(tag) => self.language_name(tag),
                None => self.language_of_discord(),
            },
            Setting::LastSeen => {
                let most = limits.last_seen_hours();
                let window = settings
                    .last_seen
                    .map(|window| window.as_secs() / HOUR_SECS);
                match window {
                    Some(hours) => self.hours_of_most(hours.min(most), most),
                    None => self.hours_long(most),
                }
            }
            Setting::RetentionDays => match (settings.retention_days, limits.retention_days) {
                (Some(days), Some(most)) => self.days_of_most(days.min(most), most),
                (Some(days), None) => self.days_long(days),
                (None, Some(most)) => self.days_long(most),
                (None, None) => self.kept_for_ever(),
            },
            Setting::Shown => {
                let parts = ShownPart::ALL.into_iter();
                let shown = parts.filter(|part| part.is_in(settings.shown));
                let names: Vec<_> = shown.map(|part| self.shown_part(part)).collect();
                match names.is_empty() {
                    true => self.shown_nothing(),
                    false => self.list(&names),
                }
            }
        }
    }
}

impl Facts {
    /// Explains why a value was not accepted.
    #[must_use]
    pub fn setting_error(self, error: &SettingError) -> String {
        let typed = |typed: &str| self.emphasised(&cut(typed, TYPED_LIMIT));
        let text = self.text();
        let either = |choices: &[String]| text.list(choices);
        match error {
            SettingError::NoSuchSetting(key) => {
                let keys = Setting::ALL.map(|setting| setting.key().to_owned());
                text.setting_unknown(&typed(key), &either(&keys))
            }
            SettingError::UnknownZone(zone, near) if near.is_empty() => {
                text.zone_unknown(&typed(zone))
            }
            SettingError::UnknownZone(zone, near) => {
                let near: Vec<_> = near
                    .iter()
                    .map(|zone| self.name(&zone.to_string()))
                    .collect();
                text.zone_unknown_but(&typed(zone), &text.either(&near))
            }
            SettingError::UnknownLanguage(tag) => {
                let tags = Locale::ALL.map(|locale| locale.tag().to_owned());
                text.language_unknown(&typed(tag), &either(&tags))
            }
            SettingError::LastSeen(most) => text.last_seen_out_of_range(*most),
            SettingError::RetentionDays(most) => text.retention_out_of_range(*most),
            SettingError::UnknownPart(part) => {
                let parts = ShownPart::ALL.map(|part| part.key().to_owned());
                text.shown_unknown(&typed(part), &either(&parts))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: SettingLimits = SettingLimits {
        time_zone: TimeZone::UTC,
        last_seen: Duration::from_secs(24 * HOUR_SECS),
        retention_days: None,
    };

    #[track_caller]
    fn refused(setting: Setting, value: &str, english: &str, german: &str) {
        let error = LIMITS.read(setting, value).unwrap_err();
        let said = |locale| Facts::in_terminal(Text::of(locale)).setting_error(&error);
        assert_eq!(said(Locale::English), english);
        assert_eq!(said(Locale::German), german);
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        let zone = SettingChange::TimeZone("Europe/Berlin".parse().ok());
        let read = |setting, value| LIMITS.read(setting, value).unwrap();
        assert_eq!(read(Setting::TimeZone, " europe/berlin "), zone);
        assert_eq!(read(Setting::TimeZone, ""), SettingChange::TimeZone(None));
        let german = SettingChange::Language(Some("de".to_owned()));
        assert_eq!(read(Setting::Language, "DE"), german);
        let hours = |hours: u64| SettingChange::LastSeen(Some(Duration::from_secs(hours * 3_600)));
        assert_eq!(read(Setting::LastSeen, "24h"), hours(24));
        assert_eq!(read(Setting::LastSeen, "1"), hours(1));
        let days = SettingChange::RetentionDays(Some(3_660));
        assert_eq!(read(Setting::RetentionDays, "3660d"), days);
        let shown = ShownToMembers {
            playtime: false,
            rankings: false,
            ..ShownToMembers::default()
        };
        assert_eq!(
            read(Setting::Shown, "history, heads"),
            SettingChange::Shown(shown)
        );
        let all = SettingChange::Shown(ShownToMembers::default());
        assert_eq!(read(Setting::Shown, ""), all);
        let nothing = SettingChange::Shown(ShownPart::of_keys([]).unwrap());
        assert_eq!(read(Setting::Shown, "none"), nothing);
    }

    #[test]
    fn fewer_days_are_fewer_than_those_that_count_now() {
        let check = |operator, before, after, expected| {
            let limits = SettingLimits {
                retention_days: operator,
                ..LIMITS
            };
            let settings = GuildSettings {
                retention_days: before,
                ..GuildSettings::default()
            };
            let less = limits.keeps_less(&settings, after);
            assert_eq!(less, expected, "{operator:?} {before:?} {after:?}");
        };
        check(None, None, Some(3_660), true);
        check(None, Some(90), Some(90), false);
        check(None, Some(90), Some(30), true);
        check(None, Some(90), None, false);
        check(Some(365), None, Some(365), false);
        check(Some(365), None, Some(90), true);
        // The operator keeps less than the guild once set.
        check(Some(30), Some(90), Some(60), false);
        check(Some(30), Some(7), None, false);
    }

    #[test]
    fn what_cannot_be_set_is_explained() {
        refused(
            Setting::TimeZone,
            "Europe/Berln",
            "There is no time zone Europe/Berln. Did you mean Europe/Berlin?",
            "Es gibt keine Zeitzone Europe/Berln. Meintest du Europe/Berlin?",
        );
        refused(
            Setting::TimeZone,
            "@everyone",
            "There is no time zone @everyone. Time zones are written like Europe/Berlin or UTC.",
            "Es gibt keine Zeitzone @everyone. Zeitzonen schreibt man wie Europe/Berlin oder UTC.",
        );
        for value in ["0", "10000", "-1", "many", "99999999999999999999"] {
            let error = LIMITS.read(Setting::RetentionDays, value);
            assert_eq!(error, Err(SettingError::RetentionDays(3_660)), "{value}");
        }
        for value in ["0", "25", "1d"] {
            let error = LIMITS.read(Setting::LastSeen, value);
            assert_eq!(error, Err(SettingError::LastSeen(24)), "{value}");
        }
        assert!(LIMITS.read(Setting::Language, "fr").is_err());
        assert!(LIMITS.read(Setting::Shown, "heads,hats").is_err());
        let shorter = SettingLimits {
            retention_days: Some(90),
            ..LIMITS
        };
        let error = shorter.read(Setting::RetentionDays, "91");
        assert_eq!(error, Err(SettingError::RetentionDays(90)));
    }

    #[test]
    fn a_mention_in_a_value_is_shown_and_mentions_nobody() {
        let error = LIMITS
            .read(Setting::TimeZone, "<@1> @everyone")
            .unwrap_err();
        let said = Facts::in_discord(Text::of(Locale::English)).setting_error(&error);
        assert!(said.contains(r"\<\@1\> \@everyone"), "{said}");
    }

    #[test]
    fn a_guild_never_has_more_than_the_operator_allows() {
        let settings = GuildSettings {
            last_seen: Some(Duration::from_secs(48 * HOUR_SECS)),
            retention_days: Some(400),
            ..GuildSettings::default()
        };
        let limits = SettingLimits {
            retention_days: Some(90),
            ..LIMITS
        };
        let text = Text::of(Locale::English);
        let shown = |setting| text.setting_value(setting, &settings, limits);
        assert_eq!(shown(Setting::LastSeen), "24 hours (at most 24)");
        assert_eq!(shown(Setting::RetentionDays), "90 days (at most 90)");
        assert_eq!(shown(Setting::TimeZone), "UTC (Oxeye's default)");
        assert_eq!(
            shown(Setting::Shown),
            "heads, playtime, rankings and history"
        );
    }
}
