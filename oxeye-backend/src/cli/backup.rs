//! `oxeye backup FILE`: a copy of the store of a running backend.

use std::path::PathBuf;

use clap::Args;
use oxeye_text::Text;

use super::backend::Backend;
use super::kept_file::{check_free, keep};
use crate::config::Config;
use crate::terminal::say;

/// `oxeye backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Where to write the copy
    pub file: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    pub force: bool,
}

/// The file appears when it is complete.
pub async fn run(config: &Config, text: Text, args: BackupArgs) -> anyhow::Result<()> {
    check_free(text, &args.file, args.force)?;
    let copy = Backend::of(config, text)?
        .download(&["api", "backup"])
        .await?;
    let bytes = keep(text, copy, &args.file, args.force).await?;
    let path = args.file.display().to_string();
    Ok(say(&text.backup_written(&path, bytes))?)
}
