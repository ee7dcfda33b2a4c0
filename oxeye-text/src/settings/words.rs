//! Settings and their values in words, and why a value is not accepted.

use oxeye_db::GuildSettings;

use super::{HOUR_SECS, Setting, SettingError, SettingLimits, ShownPart};
use crate::{Facts, Locale, Text, cut};

/// The longest part of a value that we repeat, in UTF-16 units.
const TYPED_LIMIT: usize = 64;

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
