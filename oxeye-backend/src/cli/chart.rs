//! `oxeye chart [SERVER]`: prints how many players were on over time.

use anyhow::Context;
use clap::Args;
use oxeye_db::{GuildId, Range, TimeZone};
use oxeye_text::{Facts, Text};

use super::backend::Backend;
use super::picture_file::PictureArgs;
use super::server_choice::{chosen, common_place, guild_of};
use crate::api_messages::chart::ChartReport;
use crate::config::Config;
use crate::terminal::print_line;

/// The arguments of `oxeye chart`.
#[derive(Debug, Args)]
pub(crate) struct ChartArgs {
    /// The name of the server; without it, all servers of the guild together
    pub(crate) server: Option<String>,
    /// today, week, month, all, or a number of days such as 30d
    #[arg(long, default_value = "7d")]
    pub(crate) range: Range,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub(crate) guild: Option<GuildId>,
    /// The time zone of days and hours; the default is that of the guild
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<TimeZone>,
    #[command(flatten)]
    pub(crate) picture: PictureArgs,
    /// Print JSON instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints what a chart says.
pub(crate) async fn run(config: &Config, text: Text, args: ChartArgs) -> anyhow::Result<()> {
    let picture = args.picture.file(config, text)?;
    let backend = Backend::of(config, text)?;
    let servers = chosen(&backend, text, args.server.as_deref(), args.guild).await?;
    let guild = guild_of(&servers);
    let mut path = common_place(&guild, &servers);
    let range = [("range", args.range.to_string())];
    let zone = args.tz.map(|zone| ("tz", zone.to_string()));
    let question: Vec<_> = range.into_iter().chain(zone).collect();
    path.push("chart");
    let answer = backend.find(&path, &question).await?;
    let answer = answer.with_context(|| text.server_vanished())?;
    let report: ChartReport = answer.json().await?;
    let server = report.server.as_ref().map(|server| server.as_str());
    let said = Facts::in_terminal(text).chart(server, &report.to_chart()?);
    if let Some(picture) = picture {
        path.pop();
        path.push("chart.png");
        picture
            .save(&backend, &path, &question, &said.title)
            .await?;
    }
    if args.json {
        return Ok(print_line(&serde_json::to_string_pretty(&report)?)?);
    }
    let lines = [said.title].into_iter().chain(said.lines);
    Ok(print_line(&lines.collect::<Vec<_>>().join("\n"))?)
}
