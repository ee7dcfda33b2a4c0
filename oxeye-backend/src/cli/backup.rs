//! `oxeye backup` and `oxeye export`: what a running backend knows, written to a file.

use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use clap::Args;
use oxeye_db::{activity, presence};
use oxeye_text::Text;

use super::backend::{Backend, Download};
use super::backup_stream::stream;
use super::output_file::Output;
use crate::config::Config;
use crate::terminal::print_line;

/// The arguments of `oxeye backup`.
#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// Where to write the copy; - for standard output, as a tar archive
    file: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

/// The arguments of `oxeye export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Where to write the lines; by default, standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

/// Downloads a copy of the store, and of the files of activity and presence if there are any. Each file gets its name
/// only when it is complete.
pub(crate) async fn backup(config: &Config, text: Text, args: BackupArgs) -> anyhow::Result<()> {
    if args.file.as_os_str() == "-" {
        return stream(config, text).await;
    }
    let of_activity = activity::path_beside(&args.file);
    let of_presence = presence::path_beside(&args.file);
    let output = Output::new(config, text, args.force);
    for path in [&args.file, &of_activity, &of_presence] {
        output.check(path)?;
    }
    let backend = Backend::of(config, text)?;
    let copy = backend.download(&["api", "backup"]).await?;
    let bytes = output.save(copy, &args.file).await?;
    let path = args.file.display().to_string();
    print_line(&text.backup_written(&path, bytes))?;
    let copy = backend.download(&["api", "backup", "activity"]).await?;
    if !copy.is_empty() {
        let bytes = output.save(copy, &of_activity).await?;
        let path = of_activity.display().to_string();
        print_line(&text.backup_of_activity_written(&path, bytes))?;
    }
    let copy = backend.download(&["api", "backup", "presence"]).await?;
    if !copy.is_empty() {
        let bytes = output.save(copy, &of_presence).await?;
        let path = of_presence.display().to_string();
        print_line(&text.backup_of_presence_written(&path, bytes))?;
    }
    Ok(())
}

/// Downloads an export, or prints it. A file gets its name only when it is complete.
pub(crate) async fn export(config: &Config, text: Text, args: ExportArgs) -> anyhow::Result<()> {
    let output = Output::new(config, text, args.force);
    if let Some(path) = &args.output {
        output.check(path)?;
    }
    let lines = Backend::of(config, text)?
        .download(&["api", "export"])
        .await?;
    match &args.output {
        None => print(lines).await,
        Some(path) => {
            let bytes = output.save(lines, path).await?;
            Ok(print_line(
                &text.file_written(&path.display().to_string(), bytes),
            )?)
        }
    }
}

/// Prints what arrives. It is not an error if the reader, such as `head`, closes the pipe early.
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
