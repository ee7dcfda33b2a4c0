//! `oxeye remove SERVER`: a server goes with its history.

use std::io::{IsTerminal, Write, stdin, stdout};

use anyhow::bail;
use clap::Args;
use oxeye_db::GuildId;
use oxeye_plugin_proto::ServerName;
use oxeye_text::neutralise;

use super::backend::Backend;
use crate::api_messages::servers::RemoveAnswer;
use crate::config::Config;
use crate::terminal::say;

/// `oxeye remove`.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// The server's name
    pub server: String,
    /// The Discord guild it belongs to; without it, the server is local
    #[arg(long, value_name = "ID", default_value_t = GuildId::LOCAL)]
    pub guild: GuildId,
    /// Do not ask whether that is meant
    #[arg(long)]
    pub yes: bool,
}

/// Asks first: it cannot be taken back.
pub async fn run(config: &Config, args: RemoveArgs) -> anyhow::Result<()> {
    let name = ServerName::try_from(args.server)?;
    let shown = neutralise(name.as_str()).to_string();
    if !args.yes && !is_meant(&shown)? {
        bail!("nothing was removed");
    }
    let guild = args.guild.to_string();
    let removed: RemoveAnswer = Backend::of(config)?
        .post_unhurried(&["api", "servers", &guild, name.as_str(), "remove"])
        .await?
        .json()
        .await?;
    let sessions = counted(removed.session_count, "session");
    let players = counted(removed.player_count, "player");
    say(&format!(
        "{} is removed: {sessions}, and {players} who had been nowhere else. Backups and exports made before still know them.",
        neutralise(removed.server.as_str())
    ))?;
    if !removed.wiped {
        say(
            "The names leave the store's files as soon as the backup or export that runs now has ended.",
        )?;
    }
    Ok(())
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

fn is_meant(server: &str) -> anyhow::Result<bool> {
    if !stdin().is_terminal() {
        bail!("this cannot be taken back; say that it is meant with --yes");
    }
    write!(
        stdout(),
        "Remove {server} with its whole history, its key and its skins? It cannot be taken back. [y/N] "
    )?;
    stdout().flush()?;
    let mut said = String::new();
    stdin().read_line(&mut said)?;
    Ok(matches!(said.trim(), "y" | "Y" | "yes"))
}
