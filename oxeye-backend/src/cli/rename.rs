//! `oxeye rename OLD NEW`: a server gets another name.

use clap::Args;
use oxeye_db::GuildId;
use oxeye_plugin_proto::ServerName;
use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use crate::api_messages::servers::{RenameAnswer, RenameOrder};
use crate::config::Config;
use crate::terminal::say;

/// `oxeye rename`.
#[derive(Debug, Args)]
pub struct RenameArgs {
    /// The server's present name
    pub old: ServerName,
    /// The name it gets
    pub new: ServerName,
    /// The Discord guild it belongs to; without it, the server is local
    #[arg(long, value_name = "ID", default_value_t = GuildId::LOCAL)]
    pub guild: GuildId,
}

/// Asks the running backend to do it.
pub async fn run(config: &Config, text: Text, args: RenameArgs) -> anyhow::Result<()> {
    let order = RenameOrder { server: args.new };
    let guild = args.guild.to_string();
    let renamed: RenameAnswer = Backend::of(config, text)?
        .post(
            &["api", "servers", &guild, args.old.as_str(), "rename"],
            &order,
        )
        .await?
        .json()
        .await?;
    say(&text.server_renamed(
        &neutralise(renamed.previous_server.as_str()),
        &neutralise(renamed.server.as_str()),
    ))?;
    Ok(())
}
