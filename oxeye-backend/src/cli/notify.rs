//! `oxeye notify`: which members are told when a player comes on; ends one of these notices.

use clap::Args;
use oxeye_db::GuildId;
use oxeye_process::clock;
use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use crate::api_messages::notices::NoticeLine;
use crate::config::Config;
use crate::terminal::print_line;

/// The arguments of `oxeye notify`.
#[derive(Debug, Args)]
pub(crate) struct NotifyArgs {
    /// The Discord guild
    #[arg(long, value_name = "ID")]
    guild: GuildId,
    /// End the notice of this number, which the list shows
    #[arg(long, value_name = "NUMBER")]
    remove: Option<i64>,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

/// Asks the running backend for the notices of a guild, or to end one.
pub(crate) async fn run(config: &Config, text: Text, args: NotifyArgs) -> anyhow::Result<()> {
    let backend = Backend::of(config, text)?;
    let guild = args.guild.to_string();
    let path = ["api", "guilds", &guild, "notices"];
    if let Some(number) = args.remove {
        let number = number.to_string();
        let path = [&path[..], &[&number]].concat();
        let ended: NoticeLine = backend.delete(&path).await?.json().await?;
        return Ok(match args.json {
            true => print_line(&serde_json::to_string_pretty(&ended)?),
            false => print_line(&text.notice_ended_by_operator(&number)),
        }?);
    }
    let lines: Vec<NoticeLine> = backend.get(&path).await?.json().await?;
    if args.json {
        print_line(&serde_json::to_string_pretty(&lines)?)?;
    } else if lines.is_empty() {
        print_line(&text.no_notices())?;
    }
    for line in lines.iter().filter(|_| !args.json) {
        print_line(&entry(text, line))?;
    }
    Ok(())
}

fn entry(text: Text, line: &NoticeLine) -> String {
    text.notice_line(
        &line.notice_id.to_string(),
        &line.user_id.to_string(),
        &neutralise(line.player.as_str()),
        &text.time_since(line.added_at, clock::now()),
    )
}
