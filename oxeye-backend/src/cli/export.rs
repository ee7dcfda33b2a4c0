//! `oxeye export [--output FILE]`: servers and sessions as lines of JSON.

use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use clap::Args;
use oxeye_text::Text;

use super::backend::{Backend, Download};
use super::kept_file::{check_free, keep};
use crate::config::Config;
use crate::terminal::say;

/// `oxeye export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Where to write the lines; to standard output when it is not given
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long)]
    pub force: bool,
}

/// A file appears when it is complete.
pub async fn run(config: &Config, text: Text, args: ExportArgs) -> anyhow::Result<()> {
    if let Some(path) = &args.output {
        check_free(text, path, args.force)?;
    }
    let lines = Backend::of(config, text)?
        .download(&["api", "export"])
        .await?;
    match &args.output {
        None => print(lines).await,
        Some(path) => {
            let bytes = keep(text, lines, path, args.force).await?;
            Ok(say(
                &text.export_written(&path.display().to_string(), bytes)
            )?)
        }
    }
}

/// A reader that has gone, such as `head`, is no failure.
async fn print(mut lines: Download) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    while let Some(piece) = lines.piece().await? {
        match out.write_all(&piece) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
    }
    Ok(out.flush()?)
}
