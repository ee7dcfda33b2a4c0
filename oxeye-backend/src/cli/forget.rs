//! `oxeye forget PLAYER`: deletes everything known about a player.

use anyhow::bail;
use clap::Args;
use oxeye_plugin_proto::PlayerName;
use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use crate::api_messages::stored_data::ForgetAnswer;
use crate::config::Config;
use crate::terminal::{confirm, print_line};

/// The arguments of `oxeye forget`.
#[derive(Debug, Args)]
pub(crate) struct ForgetArgs {
    /// The name of the player, in exactly this spelling
    pub(crate) player: PlayerName,
    /// Do not ask for confirmation
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Asks the running backend to forget a player, after confirmation: it cannot be undone.
pub(crate) async fn run(config: &Config, text: Text, args: ForgetArgs) -> anyhow::Result<()> {
    let player = args.player;
    let shown = neutralise(player.as_str());
    if !args.yes && !confirm(text, &text.ask_forget(&shown))? {
        bail!(text.nothing_forgotten());
    }
    let answer = Backend::of(config, text)?
        .delete(&["api", "players", player.as_str()])
        .await?;
    let ForgetAnswer {
        other_names,
        session_count,
        server_count,
        wiped,
        ..
    } = answer.json().await?;
    print_line(&text.player_forgotten(&shown, session_count, server_count))?;
    if !other_names.is_empty() {
        let names: Vec<_> = other_names
            .iter()
            .map(|name| neutralise(name.as_str()))
            .collect();
        print_line(&text.other_names_forgotten(&names.join(", ")))?;
    }
    if !wiped {
        print_line(&text.name_leaves_later())?;
    }
    Ok(())
}
