//! `oxeye watch` and `oxeye unwatch`: servers that are shown by their address, with nothing installed on them.

use clap::Args;
use oxeye_db::GuildId;
use oxeye_plugin_proto::ServerName;
use oxeye_process::clock;
use oxeye_text::{Facts, Text};

use super::backend::Backend;
use crate::api_messages::watching::{UnwatchAnswer, WatchAnswer, WatchOrder, WatchedLine};
use crate::config::Config;
use crate::terminal::print_line;

/// The arguments of `oxeye watch`.
#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// The address as players type it, such as mc.example.org or 203.0.113.7:25566; without it, all watched addresses
    /// are listed
    address: Option<String>,
    /// What to call the new server; without it, the name is the host
    #[arg(long, requires = "address")]
    name: Option<ServerName>,
    /// The linked server that has this address, in place of a new one
    #[arg(long, requires = "address", conflicts_with = "name")]
    server: Option<ServerName>,
    /// The Discord guild; without it, a new server is local, and the list has all guilds
    #[arg(long, value_name = "ID")]
    guild: Option<GuildId>,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

/// The arguments of `oxeye unwatch`.
#[derive(Debug, Args)]
pub(crate) struct UnwatchArgs {
    /// The name of the server
    name: ServerName,
    /// The Discord guild it belongs to; without it, the server is local
    #[arg(long, value_name = "ID", default_value_t = GuildId::LOCAL)]
    guild: GuildId,
}

/// Asks the running backend to watch an address, or prints which ones it watches.
pub(crate) async fn watch(config: &Config, text: Text, args: WatchArgs) -> anyhow::Result<()> {
    let backend = Backend::of(config, text)?;
    let Some(address) = args.address else {
        return list(&backend, text, args.guild, args.json).await;
    };
    let order = WatchOrder {
        address,
        name: args.name,
        server: args.server,
    };
    let guild = args.guild.unwrap_or(GuildId::LOCAL).to_string();
    let path = ["api", "guilds", &guild, "watched"];
    let answer: WatchAnswer = backend.post_patiently(&path, &order).await?.json().await?;
    if args.json {
        print_line(&serde_json::to_string_pretty(&answer)?)?;
    } else {
        print_line(&Facts::in_terminal(text).watched(&answer.into_watched()))?;
    }
    Ok(())
}

async fn list(
    backend: &Backend,
    text: Text,
    guild: Option<GuildId>,
    json: bool,
) -> anyhow::Result<()> {
    let answer = backend.get(&["api", "watched"]).await?;
    let mut lines: Vec<WatchedLine> = answer.json().await?;
    lines.retain(|line| guild.is_none_or(|guild| line.server.guild_id == guild));
    let now = clock::now();
    if json {
        print_line(&serde_json::to_string_pretty(&lines)?)?;
    } else if lines.is_empty() {
        print_line(&text.watch_list_empty())?;
    } else {
        for line in lines {
            print_line(&text.watched_entry(&line.into_entry(), now))?;
        }
    }
    Ok(())
}

/// Asks the running backend to stop watching the address of a server.
pub(crate) async fn unwatch(config: &Config, text: Text, args: UnwatchArgs) -> anyhow::Result<()> {
    let guild = args.guild.to_string();
    let answer = Backend::of(config, text)?
        .delete(&["api", "guilds", &guild, "watched", args.name.as_str()])
        .await?;
    let answer: UnwatchAnswer = answer.json().await?;
    let facts = Facts::in_terminal(text);
    print_line(&facts.unwatched(&answer.server, answer.has_plugin))?;
    Ok(())
}
