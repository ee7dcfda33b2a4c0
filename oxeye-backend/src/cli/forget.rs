//! `oxeye forget PLAYER`: a player who is to be forgotten.

use anyhow::bail;
use clap::Args;
use oxeye_plugin_proto::PlayerName;
use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use crate::api_messages::keeping::ForgetAnswer;
use crate::config::Config;
use crate::terminal::{is_meant, say};

/// `oxeye forget`.
#[derive(Debug, Args)]
pub struct ForgetArgs {
    /// The player's name, with the same capital letters
    pub player: PlayerName,
    /// Do not ask for confirmation
    #[arg(long)]
    pub yes: bool,
}

/// Asks first: it cannot be taken back.
pub async fn run(config: &Config, text: Text, args: ForgetArgs) -> anyhow::Result<()> {
    let player = args.player;
    let shown = neutralise(player.as_str());
    if !args.yes && !is_meant(text, &text.ask_forget(&shown))? {
        bail!(text.nothing_forgotten());
    }
    let answer = Backend::of(config, text)?
        .delete(&["api", "players", player.as_str()])
        .await?;
    let ForgetAnswer {
        session_count,
        server_count,
        wiped,
        ..
    } = answer.json().await?;
    say(&text.player_forgotten(&shown, session_count, server_count))?;
    if !wiped {
        say(&text.name_leaves_later())?;
    }
    Ok(())
}
