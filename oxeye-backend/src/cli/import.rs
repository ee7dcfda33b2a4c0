//! `oxeye import FILE`: adds what an export holds. `oxeye import minecraft DIR`: adds what a world has counted.

mod minecraft;
mod world;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use oxeye_db::GuildId;
use oxeye_text::Text;
use tokio::fs::File;

use super::backend::Backend;
use crate::api_messages::stored_data::ImportAnswer;
use crate::config::Config;
use crate::terminal::print_line;

/// `oxeye import`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct ImportArgs {
    /// A file that `oxeye export` has written
    #[arg(required = true)]
    pub(crate) file: Option<PathBuf>,
    /// Take all servers in it as servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub(crate) guild: Option<GuildId>,
    /// Where else from
    #[command(subcommand)]
    pub(crate) from: Option<ImportFrom>,
}

/// What can be imported besides an export.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportFrom {
    /// Add the playtime that a Minecraft world has counted, beside the sessions that Oxeye knows
    #[command(
        after_help = "Example:\n  oxeye import minecraft /srv/minecraft/world --server survival\n\nIt takes the place of what was imported before. The world goes on counting, so import it when Oxeye begins: what is imported later holds the time that Oxeye has counted itself."
    )]
    Minecraft(minecraft::MinecraftArgs),
}

/// From a file or from a world.
pub(crate) async fn run(config: &Config, text: Text, args: ImportArgs) -> anyhow::Result<()> {
    match (args.from, args.file) {
        (Some(ImportFrom::Minecraft(args)), _) => minecraft::run(config, text, args).await,
        (None, Some(file)) => import_file(config, text, &file, args.guild).await,
        (None, None) => anyhow::bail!(text.which_file()),
    }
}

/// The whole file, or up to a line that cannot be used.
async fn import_file(
    config: &Config,
    text: Text,
    path: &Path,
    guild: Option<GuildId>,
) -> anyhow::Result<()> {
    let file = File::open(path).await;
    let file = file.with_context(|| text.cannot_read(&path.display().to_string()))?;
    let guild = guild.map(|guild| guild.to_string());
    let query: Vec<_> = guild.iter().map(|id| ("guild_id", id.as_str())).collect();
    let answer = Backend::of(config, text)?
        .upload(&["api", "import"], &query, file)
        .await?;
    let ImportAnswer {
        added_count,
        skipped_count,
        server_count,
    } = answer.json().await?;
    Ok(print_line(&text.file_imported(
        added_count,
        skipped_count,
        server_count,
    ))?)
}
