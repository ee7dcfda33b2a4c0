//! `oxeye alerts`: which channels of a guild say that a server is down; sets one, turns one off, or has one say that
//! it works.

use anyhow::bail;
use clap::Args;
use oxeye_db::GuildId;
use oxeye_plugin_proto::ServerName;
use oxeye_process::clock;
use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use super::wrong_use::discord_id;
use crate::api_messages::alerts::{AlertAnswer, AlertLine, AlertOrder, Topic};
use crate::config::Config;
use crate::http::health::DISCORD_OFF;
use crate::terminal::print_line;

/// The arguments of `oxeye alerts`.
#[derive(Debug, Args)]
pub(crate) struct AlertsArgs {
    /// The Discord guild
    #[arg(long, value_name = "ID")]
    guild: GuildId,
    /// Set an alert in this channel, by its id, instead of listing alerts
    #[arg(long, value_name = "CHANNEL", value_parser = discord_id, conflicts_with_all = ["off", "test"])]
    set: Option<u64>,
    /// The only server of the alert that is set
    #[arg(long, requires = "set")]
    server: Option<ServerName>,
    /// The role that the alert notifies, by its id
    #[arg(long, value_name = "ID", value_parser = discord_id, requires = "set")]
    role: Option<u64>,
    /// The language of the alert: en or de
    #[arg(long, value_name = "TAG", requires = "set")]
    language: Option<String>,
    /// What the alert says beside outages, separated by commas
    #[arg(long, value_name = "TOPICS", value_delimiter = ',', requires = "set")]
    topics: Vec<Topic>,
    /// Turn off the alert of this number, which the list shows
    #[arg(long, value_name = "NUMBER", conflicts_with = "test")]
    off: Option<i64>,
    /// Post a test in the channel of the alert of this number
    #[arg(long, value_name = "NUMBER")]
    test: Option<i64>,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

/// Asks the running backend for the alerts of a guild, or to change one.
pub(crate) async fn run(config: &Config, text: Text, args: AlertsArgs) -> anyhow::Result<()> {
    let backend = Backend::of(config, text)?;
    let guild = args.guild.to_string();
    let path = ["api", "guilds", &guild, "alerts"];
    if let Some(channel_id) = args.set {
        if args.guild == GuildId::LOCAL {
            bail!(text.local_guild_has_no_channels());
        }
        if args.role == Some(args.guild.0) {
            bail!(text.alert_not_everyone());
        }
        let order = AlertOrder {
            channel_id,
            server: args.server,
            role_id: args.role,
            language: args.language,
            topics: args.topics,
        };
        let set: AlertLine = backend.put(&path, &order).await?.json().await?;
        return print(args.json, &set, |set| entry(text, set));
    }
    if let Some(number) = args.off {
        let number = number.to_string();
        let path = [&path[..], &[&number]].concat();
        let off: AlertAnswer = backend.delete(&path).await?.json().await?;
        return print(args.json, &off, |_| text.alert_removed(&number));
    }
    if let Some(number) = args.test {
        let number = number.to_string();
        let path = [&path[..], &[&number, "test"]].concat();
        let tested: AlertAnswer = backend.post(&path, &()).await?.json().await?;
        let is_bot_off = backend.health().await?.discord == DISCORD_OFF;
        return print(args.json, &tested, |_| match is_bot_off {
            true => text.alert_test_without_bot(&number),
            false => text.alert_test_queued(&number),
        });
    }
    let lines: Vec<AlertLine> = backend.get(&path).await?.json().await?;
    print(args.json, &lines, |lines| match lines.as_slice() {
        [] => text.no_alerts(),
        lines => {
            let entries: Vec<_> = lines.iter().map(|line| entry(text, line)).collect();
            entries.join("\n")
        }
    })
}

fn print<T: serde::Serialize>(
    json: bool,
    answer: &T,
    words: impl FnOnce(&T) -> String,
) -> anyhow::Result<()> {
    let printed = match json {
        true => serde_json::to_string_pretty(answer)?,
        false => words(answer),
    };
    Ok(print_line(&printed)?)
}

fn entry(text: Text, line: &AlertLine) -> String {
    let (number, channel) = (line.alert_id.to_string(), line.channel_id.to_string());
    let since = text.time_since(line.set_at, clock::now());
    let entry = match &line.server {
        Some(server) => text.alert_entry(&number, &channel, &neutralise(server.as_str()), &since),
        None => text.alert_entry_all(&number, &channel, &since),
    };
    let topics = text.alert_topics(Topic::together(&line.topics));
    let entry = format!("{entry}: {topics}");
    match line.state.as_str() {
        "stopped" => text.alert_entry_stopped(&entry),
        "blocked" => text.alert_entry_blocked(&entry),
        _ => entry,
    }
}
