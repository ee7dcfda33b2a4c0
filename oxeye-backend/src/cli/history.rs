//! `oxeye history TIME`: prints who was on at a moment of the past.

use anyhow::{Context, anyhow, bail};
use clap::Args;
use oxeye_db::{GuildId, TimeZone};
use oxeye_process::clock;
use oxeye_text::{Facts, Text, parse_moment};

use super::backend::Backend;
use super::server_choice::{chosen, guild_of, zone_of};
use crate::api_messages::headcount::PastReport;
use crate::config::Config;
use crate::terminal::print_line;

/// The arguments of `oxeye history`.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// The moment, such as 2026-11-29 20:15, yesterday 20:15, 20:15 or 2h ago
    #[arg(required = true, num_args = 1..)]
    pub(crate) time: Vec<String>,
    /// Only this server
    #[arg(long)]
    pub(crate) server: Option<String>,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub(crate) guild: Option<GuildId>,
    /// The time zone of the moment; the default is that of the guild
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<TimeZone>,
    /// Print JSON instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints who was on.
pub(crate) async fn run(config: &Config, text: Text, args: HistoryArgs) -> anyhow::Result<()> {
    let backend = Backend::of(config, text)?;
    let servers = chosen(&backend, text, args.server.as_deref(), args.guild).await?;
    let zone = zone_of(&backend, &servers, args.tz).await?;
    let now = clock::now();
    let at = parse_moment(&args.time.join(" "), zone, now);
    let at = at.map_err(|_| anyhow!(text.no_moment()))?;
    if at > now {
        bail!(text.moment_in_future());
    }
    let guild = guild_of(&servers);
    let path = ["api", "guilds", &guild, "online"];
    let answer = backend.find(&path, &[("at", at.0.to_string())]).await?;
    let answer = answer.with_context(|| text.server_vanished())?;
    let mut report: PastReport = answer.json().await?;
    let is_chosen = |name: &_| servers.iter().any(|server| server.server == *name);
    report.servers.retain(|line| is_chosen(&line.server));
    if args.json {
        return Ok(print_line(&serde_json::to_string_pretty(&report)?)?);
    }
    let said = Facts::in_terminal(text).past(&report.into_past(), zone, usize::MAX);
    Ok(print_line(&format!("{}\n{}", said.title, said.lines))?)
}
