//! The panel of `/oxeye settings`, its menus, and the question before sessions are deleted.

use oxeye_db::GuildSettings;
use oxeye_text::{Locale, Setting, SettingLimits, ShownPart, Text, escape_markdown};
use serenity::all::{ButtonStyle, InputTextStyle};
use serenity::builder::{
    CreateActionRow, CreateInputText, CreateModal, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption,
};

use super::message::Message;
use super::rows;
use crate::custom_id::CustomId;

/// The value of the option that leaves a setting to the operator.
pub(crate) const DEFAULT: &str = "-";
/// The value of the option that asks for another value.
pub(crate) const OTHER: &str = "?";
/// The id of the only field of a modal.
pub(crate) const FIELD: &str = "value";
/// The most letters that may be typed.
const LONGEST_VALUE: u16 = 64;

/// The time zones in the menu.
const USUAL_ZONES: [&str; 22] = [
    "UTC",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Madrid",
    "Europe/Athens",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
];
/// The windows of last seen in the menu, in hours.
const USUAL_HOURS: [u64; 10] = [1, 3, 6, 12, 24, 48, 72, 168, 336, 720];
/// The numbers of days in the menu.
const USUAL_DAYS: [u16; 7] = [7, 14, 30, 90, 180, 365, 730];

/// What a guild has set, and what it may.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Panel<'a> {
    pub(crate) settings: &'a GuildSettings,
    pub(crate) limits: SettingLimits,
}

/// Shows the settings of a guild, with a menu for each.
pub(crate) fn panel_message(text: Text, panel: Panel<'_>) -> Message {
    let lines = Setting::ALL.map(|setting| {
        let value = text.setting_value(setting, panel.settings, panel.limits);
        let value = escape_markdown(&value);
        format!("{}: **{value}**", text.setting_name(setting))
    });
    let content = format!(
        "{}\n{}\n\n{}",
        text.settings_title(),
        lines.join("\n"),
        text.settings_hint()
    );
    let mut message = Message::private(content);
    message.rows = Setting::ALL
        .map(|setting| menu(text, setting, panel))
        .to_vec();
    message
}

fn menu(text: Text, setting: Setting, panel: Panel<'_>) -> CreateActionRow {
    let mut choices = choices(text, setting, panel);
    let is_several = setting == Setting::Shown;
    let count = u8::try_from(choices.len()).unwrap_or(u8::MAX);
    let options = choices.drain(..).map(|choice| {
        CreateSelectMenuOption::new(choice.label, choice.value).default_selection(choice.is_chosen)
    });
    let kind = CreateSelectMenuKind::String {
        options: options.collect(),
    };
    let menu = CreateSelectMenu::new(CustomId::Setting(setting).to_string(), kind);
    let menu = menu.placeholder(text.setting_name(setting));
    CreateActionRow::SelectMenu(match is_several {
        true => menu.min_values(0).max_values(count),
        false => menu,
    })
}

/// An option of a menu.
struct Choice {
    label: String,
    value: String,
    is_chosen: bool,
}

fn choices(text: Text, setting: Setting, panel: Panel<'_>) -> Vec<Choice> {
    let Panel { settings, limits } = panel;
    let open = GuildSettings::default();
    let by_default = text.setting_value(setting, &open, limits);
    match setting {
        Setting::TimeZone => {
            let own = settings.time_zone.map(|zone| zone.to_string());
            let usual = USUAL_ZONES.map(|zone| (zone.to_owned(), zone.to_owned()));
            let labelled = |zone: &String| (zone.clone(), zone.clone());
            let own = own.as_ref().map(labelled);
            of_values(
                by_default,
                own.as_ref(),
                usual.to_vec(),
                Some(text.option_other()),
            )
        }
        Setting::Language => {
            let named = |tag: &str| (text.language_name(tag), tag.to_owned());
            let own = settings.language.as_deref().map(named);
            let usual = Locale::ALL.map(|locale| named(locale.tag()));
            of_values(by_default, own.as_ref(), usual.to_vec(), None)
        }
        Setting::LastSeen => {
            let most = limits.last_seen_hours();
            let labelled = |hours: u64| (text.hours_long(hours), hours.to_string());
            let own = settings.last_seen.map(|window| window.as_secs() / 3_600);
            let own = own.map(|hours| labelled(hours.min(most)));
            let usual = USUAL_HOURS.into_iter().filter(|hours| *hours < most);
            of_values(
                by_default,
                own.as_ref(),
                usual.map(labelled).collect(),
                None,
            )
        }
        Setting::RetentionDays => {
            let most = limits.most_days();
            let labelled = |days: u16| (text.days_long(days), days.to_string());
            let own = settings.retention_days.map(|days| labelled(days.min(most)));
            let usual = USUAL_DAYS.into_iter().filter(|days| *days < most);
            let usual = usual.map(labelled).collect();
            of_values(by_default, own.as_ref(), usual, Some(text.option_other()))
        }
        Setting::Shown => ShownPart::ALL
            .map(|part| Choice {
                label: text.shown_part(part),
                value: part.key().to_owned(),
                is_chosen: part.is_in(settings.shown),
            })
            .into(),
    }
}

/// Returns the options for one value: the default, the guild's own if it is unusual, the usual ones, and perhaps
/// another.
fn of_values(
    by_default: String,
    own: Option<&(String, String)>,
    usual: Vec<(String, String)>,
    other: Option<String>,
) -> Vec<Choice> {
    let is_own = |value: &str| own.is_some_and(|(_, own)| own == value);
    let unusual = own.filter(|own| !usual.contains(own)).cloned();
    let first = [(by_default, DEFAULT.to_owned())].into_iter();
    let last = other.map(|label| (label, OTHER.to_owned()));
    let all = first.chain(unusual).chain(usual).chain(last);
    all.map(|(label, value)| Choice {
        is_chosen: is_own(&value) || own.is_none() && value == DEFAULT,
        label,
        value,
    })
    .collect()
}

/// Asks for a value that is not in the menu.
pub(crate) fn modal(text: Text, setting: Setting, panel: Panel<'_>) -> CreateModal {
    let (label, value) = match setting {
        Setting::RetentionDays => {
            let days = panel.settings.retention_days;
            let label = text.modal_days(panel.limits.most_days());
            (label, days.map(|days| days.to_string()))
        }
        _ => {
            let zone = panel.settings.time_zone;
            (text.modal_zone(), zone.map(|zone| zone.to_string()))
        }
    };
    let field = CreateInputText::new(InputTextStyle::Short, label, FIELD)
        .max_length(LONGEST_VALUE)
        .required(false)
        .value(value.unwrap_or_default());
    let id = CustomId::AskedSetting(setting).to_string();
    CreateModal::new(id, text.setting_name(setting))
        .components(vec![CreateActionRow::InputText(field)])
}

/// Asks before fewer days of sessions are kept.
pub(crate) fn ask_fewer_days(text: Text, days: u16, sessions: usize) -> Message {
    let mut message = Message::private(text.ask_fewer_days(days, sessions));
    let keep = CustomId::KeepDays(days);
    message.rows = vec![CreateActionRow::Buttons(vec![
        rows::button(&keep, text.button_fewer_days(), ButtonStyle::Danger),
        rows::button(
            &CustomId::ShowSettings,
            text.button_back(),
            ButtonStyle::Secondary,
        ),
    ])];
    message
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use oxeye_db::{ShownToMembers, TimeZone};
    use serde_json::Value;

    use super::*;

    fn limits(hours: u64, retention_days: Option<u16>) -> SettingLimits {
        SettingLimits {
            time_zone: TimeZone::UTC,
            last_seen: Duration::from_secs(hours * 3_600),
            retention_days,
        }
    }

    fn menus(message: &Message) -> Vec<Value> {
        let rows = serde_json::to_value(&message.rows).unwrap();
        let rows = rows.as_array().unwrap();
        rows.iter()
            .map(|row| row["components"][0].clone())
            .collect()
    }

    #[test]
    fn every_menu_stays_within_discords_limits_and_shows_what_is_chosen() {
        let unusual = GuildSettings {
            time_zone: TimeZone::named("America/Argentina/ComodRivadavia"),
            language: Some("de".to_owned()),
            last_seen: Some(Duration::from_secs(5 * 3_600)),
            retention_days: Some(3_659),
            shown: ShownToMembers {
                heads: false,
                ..ShownToMembers::default()
            },
        };
        for locale in Locale::ALL {
            for settings in [&GuildSettings::default(), &unusual] {
                for limits in [limits(1, Some(1)), limits(8_760, None)] {
                    let panel = Panel { settings, limits };
                    let message = panel_message(Text::of(locale), panel);
                    assert!(message.ephemeral);
                    assert!(oxeye_text::width(&message.content) <= 2_000);
                    let menus = menus(&message);
                    assert_eq!(menus.len(), 5);
                    for menu in menus {
                        let options = menu["options"].as_array().unwrap();
                        assert!((1..=25).contains(&options.len()), "{menu}");
                        let chosen = options.iter().filter(|one| one["default"] == true).count();
                        let most = menu["max_values"].as_u64().unwrap_or(1);
                        assert!(chosen as u64 <= most, "{menu}");
                        assert!(chosen == 1 || most == 4, "{menu}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_modal_asks_within_discords_limits() {
        let settings = GuildSettings::default();
        for locale in Locale::ALL {
            for setting in [Setting::TimeZone, Setting::RetentionDays] {
                let panel = Panel {
                    settings: &settings,
                    limits: limits(24, None),
                };
                let modal = serde_json::to_value(modal(Text::of(locale), setting, panel)).unwrap();
                let width = |text: &Value| text.as_str().unwrap().chars().count();
                assert!(width(&modal["title"]) <= 45, "{modal}");
                let field = &modal["components"][0]["components"][0];
                assert!(width(&field["label"]) <= 45, "{modal}");
                assert_eq!(field["max_length"], 64);
            }
        }
    }
}
