//! A file that gets its name only when it is complete, that never replaces another file unless told to, and that never
//! replaces a file of the store.

use std::fs::{self, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use oxeye_process::private_file;
use oxeye_text::Text;
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt;

use super::backend::Download;
use super::store_files::StoreFiles;
use crate::config::Config;

/// How a command writes its files.
pub(super) struct Output {
    text: Text,
    store_files: StoreFiles,
    may_replace: bool,
}

impl Output {
    pub(super) fn new(config: &Config, text: Text, may_replace: bool) -> Output {
        Output {
            text,
            store_files: StoreFiles::of(config),
            may_replace,
        }
    }

    /// Fails if the file must not be written: it exists and may not be replaced, or is one of Oxeye's own. Commands
    /// check this before they ask the backend for anything.
    pub(super) fn check(&self, path: &Path) -> anyhow::Result<()> {
        let shown = path.display().to_string();
        for path in [path, &part_of(path)] {
            if self.store_files.contain(path) {
                bail!(self.text.file_is_of_store(&path.display().to_string()));
            }
        }
        if path.symlink_metadata().is_err() {
            return Ok(());
        }
        if !self.may_replace {
            bail!(self.text.file_exists(&shown));
        }
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            bail!(self.text.file_is_special(&shown));
        }
        if is_in_use(path) {
            bail!(self.text.file_in_use(&shown));
        }
        Ok(())
    }

    /// Writes a whole response to a file that only its owner can read, because it contains players' names and the
    /// hashes of keys. Returns the number of bytes.
    pub(super) async fn save(&self, mut answer: Download, path: &Path) -> anyhow::Result<u64> {
        let mut file = self.begin(path, private_file::options()).await?;
        let mut bytes = 0;
        while let Some(piece) = answer.piece().await? {
            bytes += piece.len() as u64;
            file.write(&piece).await?;
        }
        file.complete().await?;
        Ok(bytes)
    }

    /// Writes a picture to a file, which others may read if the system lets them.
    pub(super) async fn save_picture(&self, png: &[u8], path: &Path) -> anyhow::Result<()> {
        let mut file = self.begin(path, fs::OpenOptions::new()).await?;
        file.write(png).await?;
        file.complete().await
    }

    async fn begin(&self, path: &Path, options: fs::OpenOptions) -> anyhow::Result<OutputFile<'_>> {
        self.check(path)?;
        let part = part_of(path);
        // A partial file was left by a command that was killed.
        match tokio::fs::remove_file(&part).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| self.cannot_write(&part));
            }
            _ => {}
        }
        let mut options = OpenOptions::from(options);
        let file = options.write(true).create_new(true).open(&part).await;
        Ok(OutputFile {
            output: self,
            file: file.with_context(|| self.cannot_write(path))?,
            path: path.to_owned(),
            part,
            is_complete: false,
        })
    }

    fn cannot_write(&self, path: &Path) -> String {
        self.text.cannot_write(&path.display().to_string())
    }
}

/// A file that is being written. Dropping it before it is complete deletes it.
struct OutputFile<'a> {
    output: &'a Output,
    path: PathBuf,
    part: PathBuf,
    file: File,
    is_complete: bool,
}

impl OutputFile<'_> {
    async fn write(&mut self, piece: &[u8]) -> anyhow::Result<()> {
        let written = self.file.write_all(piece).await;
        written.with_context(|| self.output.cannot_write(&self.path))
    }

    /// Gives the file its name once all of it is on disk.
    async fn complete(mut self) -> anyhow::Result<()> {
        // Only a flush returns the error of the last write; a sync drops it.
        let flushed = self.file.flush().await;
        flushed.with_context(|| self.output.cannot_write(&self.path))?;
        let synced = self.file.sync_all().await;
        synced.with_context(|| self.output.cannot_write(&self.path))?;
        self.output.check(&self.path)?;
        let renamed = tokio::fs::rename(&self.part, &self.path).await;
        renamed.with_context(|| self.output.cannot_write(&self.path))?;
        self.is_complete = true;
        sync_folder(&self.path).await;
        Ok(())
    }
}

impl Drop for OutputFile<'_> {
    fn drop(&mut self) {
        if !self.is_complete {
            // If it cannot be removed, its name still shows that it is incomplete.
            let _ = fs::remove_file(&self.part);
        }
    }
}

/// Returns the name of a file until it is complete.
fn part_of(path: &Path) -> PathBuf {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    part.into()
}

/// Whether another program has locked the file, as an Oxeye that has other settings locks its store.
fn is_in_use(path: &Path) -> bool {
    let file = fs::File::open(path);
    file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
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

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;

    use super::*;

    #[tokio::test]
    async fn a_file_whose_last_write_fails_does_not_get_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let path = at("status.png");
        let part = part_of(&path);
        fs::write(&part, "").unwrap();
        let output = Output {
            text: Text::of(Locale::English),
            store_files: StoreFiles::at(&at("oxeye.db"), at("operator.token")),
            may_replace: false,
        };
        let mut file = OutputFile {
            output: &output,
            path: path.clone(),
            part: part.clone(),
            // Writing to it fails, as on a full disk.
            file: File::open(&part).await.unwrap(),
            is_complete: false,
        };

        file.write(b"a picture").await.unwrap();
        let why = file.complete().await.unwrap_err().to_string();

        assert_eq!(why, format!("cannot write {}", path.display()));
        assert!(!path.exists() && !part.exists());
    }
}
