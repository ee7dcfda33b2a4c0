//! `oxeye link NAME`: a link code for a new server.

use clap::Args;
use oxeye_db::GuildId;
use oxeye_plugin_proto::ServerName;
use oxeye_process::clock;
use oxeye_text::Text;

use super::backend::Backend;
use crate::api_messages::servers::{LinkAnswer, LinkOrder};
use crate::config::Config;
use crate::terminal::say;

/// `oxeye link` and `oxeye unlink`.
#[derive(Debug, Args)]
pub struct LinkArgs {
    /// The name of the server
    pub name: ServerName,
    /// The Discord guild it belongs to; without it, the server is local
    #[arg(long, value_name = "ID", default_value_t = GuildId::LOCAL)]
    pub guild: GuildId,
}

/// Asks the running backend for a code. The code stands on a line of its own, so that a script can take it.
pub async fn run(config: &Config, text: Text, args: LinkArgs) -> anyhow::Result<()> {
    let order = LinkOrder {
        server: args.name,
        guild_id: args.guild,
    };
    let answer: LinkAnswer = Backend::of(config, text)?
        .post(&["api", "links"], &order)
        .await?
        .json()
        .await?;
    let minutes = answer
        .expires_at
        .saturating_since(clock::now())
        .as_secs()
        .div_ceil(60);
    say(&answer.code)?;
    say(&text.link_instructions(minutes, &answer.code))?;
    Ok(())
}
