//! `oxeye backup FILE`: a copy of the store of a running backend.

use std::path::PathBuf;

use crate::cli::words::counted;
use clap::Args;

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
pub async fn run(config: &Config, args: BackupArgs) -> anyhow::Result<()> {
    check_free(&args.file, args.force)?;
    let copy = Backend::of(config)?.download(&["api", "backup"]).await?;
    let bytes = keep(copy, &args.file, args.force).await?;
    Ok(say(&format!(
        "{}: {}. To restore it, stop Oxeye, put it in the place of the file that DATABASE_PATH names, and remove the -wal and -shm files beside that.",
        args.file.display(),
        counted(bytes, "byte", "bytes")
    ))?)
}
