//! `oxeye settings [KEY=VALUE ...]`: shows and changes what a guild has set.

use anyhow::{anyhow, bail};
use clap::Args;
use oxeye_db::{GuildId, SettingChange};
use oxeye_text::{Facts, Setting, ShownPart, Text};
use serde_json::{Map, Value, json};

use super::backend::Backend;
use crate::api_messages::refusal::Refusal;
use crate::api_messages::settings::SettingsReport;
use crate::config::Config;
use crate::terminal::{confirm, print_line};

/// The arguments of `oxeye settings`.
#[derive(Debug, Args)]
pub(crate) struct SettingsArgs {
    /// What to change, such as time_zone=Europe/Berlin; an empty value leaves it to Oxeye's own settings
    #[arg(value_name = "KEY=VALUE")]
    changes: Vec<String>,
    /// The Discord guild; without it, the local servers
    #[arg(long, value_name = "ID", default_value_t = GuildId::LOCAL)]
    guild: GuildId,
    /// Do not ask before sessions are deleted
    #[arg(long)]
    yes: bool,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

/// Changes what is to be changed, and prints the settings.
pub(crate) async fn run(config: &Config, text: Text, args: SettingsArgs) -> anyhow::Result<()> {
    let backend = Backend::of(config, text)?;
    let guild = args.guild.to_string();
    let path = ["api", "guilds", &guild, "settings"];
    let mut report: SettingsReport = backend.get(&path).await?.json().await?;
    if !args.changes.is_empty() {
        let mut order = order(text, &report, &args.changes)?;
        if args.yes {
            order.insert("delete_sessions".to_owned(), json!(true));
        }
        report = match backend.patch(&path, &order).await {
            Ok(answer) => answer.json().await?,
            Err(error) => {
                let (Some(count), Some(days)) = (deletes(&error), days_of(&order)) else {
                    return Err(error);
                };
                if !confirm(text, &text.ask_shorter_retention(count, days))? {
                    bail!(text.settings_unchanged());
                }
                order.insert("delete_sessions".to_owned(), json!(true));
                backend.patch(&path, &order).await?.json().await?
            }
        };
    }
    if args.json {
        return Ok(print_line(&serde_json::to_string_pretty(&report)?)?);
    }
    Ok(print_line(&in_words(text, &report))?)
}

/// Returns the number of sessions that a change would delete, if it was refused because of that.
fn deletes(error: &anyhow::Error) -> Option<usize> {
    match super::backend::refusal_of(error)? {
        Refusal::DeletesSessions { session_count } => Some(*session_count),
        _ => None,
    }
}

fn days_of(order: &Map<String, Value>) -> Option<u16> {
    let days = order.get("retention_days")?.as_u64()?;
    u16::try_from(days).ok()
}

/// Returns the body that orders these changes.
fn order(
    text: Text,
    report: &SettingsReport,
    changes: &[String],
) -> anyhow::Result<Map<String, Value>> {
    let facts = Facts::in_terminal(text);
    let mut order = Map::new();
    for change in changes {
        let Some((key, value)) = change.split_once('=') else {
            bail!(text.setting_needs_value("time_zone=Europe/Berlin"));
        };
        let read = Setting::of_key(key).and_then(|setting| report.limits().read(setting, value));
        let read = read.map_err(|error| anyhow!(facts.setting_error(&error)))?;
        order.insert(key.to_owned(), in_json(read));
    }
    Ok(order)
}

fn in_json(change: SettingChange) -> Value {
    match change {
        SettingChange::TimeZone(zone) => json!(zone.map(|zone| zone.to_string())),
        SettingChange::Language(tag) => json!(tag),
        SettingChange::LastSeen(window) => json!(window.map(|window| window.as_secs() / 3_600)),
        SettingChange::RetentionDays(days) => json!(days),
        SettingChange::Shown(shown) => {
            let parts = ShownPart::ALL.into_iter().filter(|part| part.is_in(shown));
            json!(parts.map(ShownPart::key).collect::<Vec<_>>())
        }
    }
}

fn in_words(text: Text, report: &SettingsReport) -> String {
    let heading = match report.guild_id {
        GuildId::LOCAL => text.settings_local(),
        guild => text.settings_of_guild(&guild.to_string()),
    };
    let (settings, limits) = (report.settings.to_settings(), report.limits());
    let lines = Setting::ALL.map(|setting| {
        let value = text.setting_value(setting, &settings, limits);
        format!("  {:<16} {value}", setting.key())
    });
    [&[heading][..], &lines].concat().join("\n")
}
