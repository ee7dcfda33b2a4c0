//! `oxeye import FILE` adds the contents of an export; `oxeye import minecraft DIR` adds the playtime recorded in a
//! world.

mod minecraft;
mod world;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use oxeye_db::GuildId;
use oxeye_text::{Text, neutralise};
use tokio::fs::File;

use super::backend::Backend;
use super::near_commands::source_near;
use crate::api_messages::stored_data::{ImportAnswer, RetentionLine};
use crate::config::Config;
use crate::terminal::print_line;

/// The arguments of `oxeye import`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct ImportArgs {
    /// A file written by `oxeye export`
    #[arg(required = true)]
    pub(crate) file: Option<PathBuf>,
    /// Import all servers in it into this Discord guild; 0 for local servers
    #[arg(long, value_name = "ID")]
    pub(crate) guild: Option<GuildId>,
    /// Another source
    #[command(subcommand)]
    pub(crate) from: Option<ImportFrom>,
}

/// The sources other than an export.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportFrom {
    /// Add the playtime that a Minecraft world has recorded, separate from the sessions that Oxeye knows
    #[command(
        after_help = "Example:\n  oxeye import minecraft /srv/minecraft/world --server survival\n\nIt replaces what was imported before. The world keeps counting, so import it when you start using Oxeye: a later import also contains the time that Oxeye has recorded itself."
    )]
    Minecraft(minecraft::MinecraftArgs),
}

/// Imports a file or a world.
pub(crate) async fn run(config: &Config, text: Text, args: ImportArgs) -> anyhow::Result<()> {
    match (args.from, args.file) {
        (Some(ImportFrom::Minecraft(args)), _) => minecraft::run(config, text, args).await,
        (None, Some(file)) => import_file(config, text, &file, args.guild).await,
        (None, None) => bail!(text.which_file()),
    }
}

/// Opens a file, and fails if the path leads to a folder, which can be opened but not read. If there is no file of that
/// name, it may be a misspelt source.
async fn open(text: Text, path: &Path) -> anyhow::Result<File> {
    let shown = path.display().to_string();
    let file = File::open(path).await;
    let is_missing = matches!(&file, Err(error) if error.kind() == ErrorKind::NotFound);
    let misspelt = path.to_str().filter(|_| is_missing).and_then(source_near);
    if let Some(meant) = misspelt {
        let typed = neutralise(&format!("import {shown}"));
        bail!(text.no_such_command(&typed, &format!("import {meant}")));
    }
    let file = file.with_context(|| text.cannot_read(&shown))?;
    if file.metadata().await.is_ok_and(|found| found.is_dir()) {
        bail!(text.import_of_folder(&shown));
    }
    Ok(file)
}

/// Uploads a file. The backend stops at the first line that it cannot use.
async fn import_file(
    config: &Config,
    text: Text,
    path: &Path,
    guild: Option<GuildId>,
) -> anyhow::Result<()> {
    let file = open(text, path).await?;
    let guild = guild.map(|guild| guild.to_string());
    let query: Vec<_> = guild.iter().map(|id| ("guild_id", id.as_str())).collect();
    let answer = Backend::of(config, text)?
        .upload(&["api", "import"], &query, file)
        .await?;
    let ImportAnswer {
        added_count,
        skipped_count,
        server_count,
        uuid_left_out_count,
        ambiguous_member_count,
        activity_left_out_count,
        retentions_left_out,
    } = answer.json().await?;
    print_line(&text.file_imported(added_count, skipped_count, server_count))?;
    if uuid_left_out_count > 0 {
        print_line(&text.uuids_left_out(uuid_left_out_count))?;
    }
    if ambiguous_member_count > 0 {
        print_line(&text.members_ambiguous(ambiguous_member_count))?;
    }
    if activity_left_out_count > 0 {
        print_line(&text.activity_left_out(activity_left_out_count))?;
    }
    for left_out in retentions_left_out {
        let RetentionLine {
            guild_id,
            retention_days: days,
        } = left_out;
        let command = format!("oxeye settings --guild {guild_id} retention_days={days}");
        print_line(&text.retention_left_out(&guild_id.to_string(), days, &command))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;

    use super::*;

    #[tokio::test]
    async fn a_folder_is_refused_as_one_before_anybody_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();

        let refused = open(Text::of(Locale::English), folder.path()).await;
        let why = refused.unwrap_err().to_string();
        assert!(why.starts_with(&format!("{path} is a folder; ")), "{why}");

        let refused = open(Text::of(Locale::German), folder.path()).await;
        let why = refused.unwrap_err().to_string();
        assert!(
            why.starts_with(&format!("{path} ist ein Ordner; ")),
            "{why}"
        );
    }

    #[tokio::test]
    async fn a_misspelt_source_is_no_file_that_is_missing() {
        let text = Text::of(Locale::English);
        let why = async |path: &str| open(text, Path::new(path)).await.unwrap_err().to_string();

        let misspelt = why("mincraft").await;
        assert_eq!(
            misspelt,
            text.no_such_command("import mincraft", "import minecraft")
        );
        let missing = why("export.ndjson").await;
        assert_eq!(missing, text.cannot_read("export.ndjson"));
    }
}
