//! `oxeye link`, `unlink`, `rotate-key`, `rename` and `remove`: manage the servers.

use anyhow::bail;
use clap::Args;
use oxeye_db::GuildId;
use oxeye_plugin_proto::ServerName;
use oxeye_process::clock;
use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use crate::api_messages::servers::{
    LinkAnswer, LinkOrder, RemoveAnswer, RenameAnswer, RenameOrder, UnlinkAnswer,
};
use crate::config::Config;
use crate::terminal::{confirm, print_line};

/// The arguments of `oxeye link`, `oxeye unlink` and `oxeye rotate-key`.
#[derive(Debug, Args)]
pub(crate) struct LinkArgs {
    /// The name of the server
    name: ServerName,
    /// The Discord guild it belongs to; without it, the server is local
    #[arg(long, value_name = "ID", default_value_t = GuildId::LOCAL)]
    guild: GuildId,
}

/// The arguments of `oxeye rename`.
#[derive(Debug, Args)]
pub(crate) struct RenameArgs {
    /// The current name of the server
    old: ServerName,
    /// The new name
    new: ServerName,
    /// The Discord guild it belongs to; without it, the server is local
    #[arg(long, value_name = "ID", default_value_t = GuildId::LOCAL)]
    guild: GuildId,
}

/// The arguments of `oxeye remove`.
#[derive(Debug, Args)]
pub(crate) struct RemoveArgs {
    /// The name of the server
    server: ServerName,
    /// The Discord guild it belongs to; without it, the server is local
    #[arg(long, value_name = "ID", default_value_t = GuildId::LOCAL)]
    guild: GuildId,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
}

/// Asks the running backend for a link code and prints it on a line of its own, so that a script can read it.
pub(crate) async fn link(config: &Config, text: Text, args: LinkArgs) -> anyhow::Result<()> {
    let order = LinkOrder {
        server: args.name,
        guild_id: args.guild,
    };
    let answer: LinkAnswer = Backend::of(config, text)?
        .post(&["api", "links"], &order)
        .await?
        .json()
        .await?;
    print_line(&answer.code)?;
    let minutes = minutes_left(&answer);
    print_line(&text.link_instructions(minutes, &answer.code, &config.local_url()))?;
    Ok(())
}

/// Asks the running backend for a code for a new key of a server, and prints it like a link code.
pub(crate) async fn rotate_key(config: &Config, text: Text, args: LinkArgs) -> anyhow::Result<()> {
    let guild = args.guild.to_string();
    let path = ["api", "servers", &guild, args.name.as_str(), "rotate-key"];
    let answer: LinkAnswer = Backend::of(config, text)?
        .post(&path, &serde_json::Value::Null)
        .await?
        .json()
        .await?;
    print_line(&answer.code)?;
    print_line(&text.rotation_instructions(minutes_left(&answer), &answer.code))?;
    Ok(())
}

fn minutes_left(issued: &LinkAnswer) -> u64 {
    let left = issued.expires_at.saturating_since(clock::now());
    left.as_secs().div_ceil(60)
}

/// Asks the running backend to unlink a server.
pub(crate) async fn unlink(config: &Config, text: Text, args: LinkArgs) -> anyhow::Result<()> {
    let guild = args.guild.to_string();
    let answer = Backend::of(config, text)?
        .delete(&["api", "servers", &guild, args.name.as_str()])
        .await?;
    let UnlinkAnswer { server, .. } = answer.json().await?;
    print_line(&text.server_unlinked(&neutralise(server.as_str())))?;
    Ok(())
}

/// Asks the running backend to rename a server.
pub(crate) async fn rename(config: &Config, text: Text, args: RenameArgs) -> anyhow::Result<()> {
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
    let (before, now) = (&renamed.previous_server, &renamed.server);
    let shown = neutralise(now.as_str());
    print_line(&match before == now {
        true => text.server_named_already(&shown),
        false => text.server_renamed(&neutralise(before.as_str()), &shown),
    })?;
    Ok(())
}

/// Asks the running backend to remove a server, after confirmation: it cannot be undone.
pub(crate) async fn remove(config: &Config, text: Text, args: RemoveArgs) -> anyhow::Result<()> {
    let name = args.server;
    let backend = Backend::of(config, text)?;
    let guild = args.guild.to_string();
    if !args.yes {
        // Nobody is asked about a server that does not exist.
        let path = ["api", "servers", &guild, name.as_str(), "status"];
        backend.get(&path).await?;
        if !confirm(text, &text.ask_remove(&neutralise(name.as_str())))? {
            bail!(text.nothing_removed());
        }
    }
    let removed: RemoveAnswer = backend
        .post_slow(&["api", "servers", &guild, name.as_str(), "remove"])
        .await?
        .json()
        .await?;
    print_line(&text.server_removed(
        &neutralise(removed.server.as_str()),
        removed.session_count,
        removed.player_count,
    ))?;
    if !removed.wiped {
        print_line(&text.names_leave_later())?;
    }
    Ok(())
}
