//! `oxeye forget PLAYER`: a player who is to be forgotten.

use std::io::{IsTerminal, Write, stdin, stdout};

use crate::cli::words::counted;
use anyhow::bail;
use clap::Args;
use oxeye_plugin_proto::PlayerName;
use oxeye_text::neutralise;

use super::backend::Backend;
use crate::api_messages::keeping::ForgetAnswer;
use crate::config::Config;
use crate::terminal::say;

/// `oxeye forget`.
#[derive(Debug, Args)]
pub struct ForgetArgs {
    /// The player's name, with the same capital letters
    pub player: String,
    /// Do not ask for confirmation
    #[arg(long)]
    pub yes: bool,
}

/// Asks first: it cannot be taken back.
pub async fn run(config: &Config, args: ForgetArgs) -> anyhow::Result<()> {
    let player = PlayerName::try_from(args.player.as_str())?;
    let shown = neutralise(player.as_str());
    if !args.yes && !is_meant(&shown.to_string())? {
        bail!("nothing was forgotten");
    }
    let answer = Backend::of(config)?
        .delete(&["api", "players", player.as_str()])
        .await?;
    let ForgetAnswer {
        session_count,
        server_count,
        wiped,
        ..
    } = answer.json().await?;
    say(&format!(
        "{shown} is forgotten: {} on {}. Backups and exports made before still know them.",
        counted(session_count, "session", "sessions"),
        counted(server_count, "server", "servers")
    ))?;
    if !wiped {
        say(
            "The name leaves the store's files as soon as the backup or export that runs now has ended.",
        )?;
    }
    Ok(())
}

fn is_meant(player: &str) -> anyhow::Result<bool> {
    if !stdin().is_terminal() {
        bail!("this cannot be undone; repeat it with --yes if you mean it");
    }
    write!(
        stdout(),
        "Forget {player} on all servers of all guilds? This cannot be undone. [y/N] "
    )?;
    stdout().flush()?;
    let mut said = String::new();
    stdin().read_line(&mut said)?;
    Ok(matches!(said.trim(), "y" | "Y" | "yes"))
}
