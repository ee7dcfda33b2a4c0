//! `oxeye import FILE`: adds what an export holds.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use tokio::fs::File;

use super::backend::Backend;
use super::say;
use crate::config::Config;
use crate::operator_messages::ImportAnswer;

/// `oxeye import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// A file that `oxeye export` has written
    pub file: PathBuf,
    /// Take all servers in it as servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub guild: Option<u64>,
}

/// The whole file, or up to a line that cannot be used.
pub async fn run(config: &Config, args: ImportArgs) -> anyhow::Result<()> {
    let file = open(&args.file).await?;
    let guild = args.guild.map(|guild| guild.to_string());
    let query: Vec<_> = guild.iter().map(|id| ("guild_id", id.as_str())).collect();
    let answer = Backend::of(config)?
        .upload(&["api", "import"], &query, file)
        .await?;
    let ImportAnswer {
        added,
        skipped,
        servers,
    } = answer.json().await?;
    Ok(say(&format!(
        "added {added}, skipped {skipped} that were known or overlap what is known; {servers} new servers"
    ))?)
}

async fn open(path: &Path) -> anyhow::Result<File> {
    File::open(path)
        .await
        .with_context(|| format!("cannot read {}", path.display()))
}
