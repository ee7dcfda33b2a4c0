//! A file that gets its name only when it is complete, and that never replaces another file unless told to.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use oxeye_process::private_file;
use oxeye_text::Text;
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt;

use super::backend::Download;

/// A file that is being written. Dropping it before it is complete deletes it.
pub(super) struct OutputFile {
    text: Text,
    path: PathBuf,
    part: PathBuf,
    file: File,
    may_replace: bool,
    is_complete: bool,
}

/// Writes a whole response to a file and returns the number of bytes.
pub(super) async fn save(
    text: Text,
    mut answer: Download,
    path: &Path,
    may_replace: bool,
) -> anyhow::Result<u64> {
    let mut file = OutputFile::begin(text, path, may_replace).await?;
    let mut bytes = 0;
    while let Some(piece) = answer.piece().await? {
        bytes += piece.len() as u64;
        let written = file.file.write_all(&piece).await;
        written.with_context(|| cannot_write(text, &file.part))?;
    }
    file.complete().await?;
    Ok(bytes)
}

/// Fails if the file exists and may not be replaced. Commands check this before they ask the backend for anything.
pub(super) fn check_absent(text: Text, path: &Path, may_replace: bool) -> anyhow::Result<()> {
    if !may_replace && path.symlink_metadata().is_ok() {
        bail!(text.file_exists(&path.display().to_string()));
    }
    Ok(())
}

impl OutputFile {
    async fn begin(text: Text, path: &Path, may_replace: bool) -> anyhow::Result<OutputFile> {
        check_absent(text, path, may_replace)?;
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        // A partial file was left by a command that was killed.
        match tokio::fs::remove_file(&part).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| cannot_write(text, &part));
            }
            _ => {}
        }
        let file = create_private(&part).await;
        Ok(OutputFile {
            text,
            file: file.with_context(|| cannot_write(text, &part))?,
            path: path.to_owned(),
            part,
            may_replace,
            is_complete: false,
        })
    }

    /// Gives the file its name once all of it is on disk.
    async fn complete(mut self) -> anyhow::Result<()> {
        let synced = self.file.sync_all().await;
        synced.with_context(|| cannot_write(self.text, &self.part))?;
        check_absent(self.text, &self.path, self.may_replace)?;
        let renamed = tokio::fs::rename(&self.part, &self.path).await;
        renamed.with_context(|| cannot_write(self.text, &self.path))?;
        self.is_complete = true;
        sync_folder(&self.path).await;
        Ok(())
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        if !self.is_complete {
            // If it cannot be removed, its name still shows that it is incomplete.
            let _ = std::fs::remove_file(&self.part);
        }
    }
}

fn cannot_write(text: Text, path: &Path) -> String {
    text.cannot_write(&path.display().to_string())
}

/// Creates a file that only its owner can read: it contains players' names and the hashes of keys.
async fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::from(private_file::options());
    options.write(true).create_new(true).open(path).await
}

/// Makes sure that the name, too, survives a power failure. Not every system supports this.
async fn sync_folder(path: &Path) {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if let Ok(folder) = File::open(folder).await {
        let _ = folder.sync_all().await;
    }
}
