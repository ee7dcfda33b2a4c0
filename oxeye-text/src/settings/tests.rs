use std::time::Duration;

use oxeye_db::{GuildSettings, SettingChange};

use super::*;
use crate::{Facts, Locale, Text};

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
