//! `oxeye remove SERVER`: a server goes with its history.

use anyhow::bail;
use clap::Args;
use oxeye_db::GuildId;
use oxeye_plugin_proto::ServerName;
use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use crate::api_messages::servers::RemoveAnswer;
use crate::config::Config;
use crate::terminal::{is_meant, say};

/// `oxeye remove`.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// The server's name
    pub server: ServerName,
    /// The Discord guild it belongs to; without it, the server is local
    #[arg(long, value_name = "ID", default_value_t = GuildId::LOCAL)]
    pub guild: GuildId,
    /// Do not ask whether that is meant
    #[arg(long)]
    pub yes: bool,
}

/// Asks first: it cannot be taken back.
pub async fn run(config: &Config, text: Text, args: RemoveArgs) -> anyhow::Result<()> {
    let name = args.server;
    let shown = neutralise(name.as_str());
    if !args.yes && !is_meant(text, &text.ask_remove(&shown))? {
        bail!(text.nothing_removed());
    }
    let guild = args.guild.to_string();
    let removed: RemoveAnswer = Backend::of(config, text)?
        .post_unhurried(&["api", "servers", &guild, name.as_str(), "remove"])
        .await?
        .json()
        .await?;
    say(&text.server_removed(
        &neutralise(removed.server.as_str()),
        removed.session_count,
        removed.player_count,
    ))?;
    if !removed.wiped {
        say(&text.names_leave_later())?;
    }
    Ok(())
}
