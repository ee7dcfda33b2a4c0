//! `oxeye backup -`: the store, and the files of activity and presence if there are any, as one tar archive on standard
//! output.

use std::fs::metadata;
use std::io::{IsTerminal, Stdout, Write, stdout};
use std::path::Path;

use anyhow::{Context, bail};
use oxeye_db::{activity, presence};
use oxeye_process::clock;
use oxeye_process::tar::{self, Owner};
use oxeye_text::Text;

use super::backend::{Backend, Download};
use crate::config::Config;
use crate::terminal::print_beside;

/// The name of the store in the archive if its own does not fit there.
const STORE: &str = "oxeye.db";

/// Writes the archive. The files have the names that they need beside each other, and belong to whoever owns the store,
/// so that unpacking them in its folder restores it. What there is to say goes to standard error.
pub(super) async fn stream(config: &Config, text: Text) -> anyhow::Result<()> {
    if stdout().is_terminal() {
        bail!(text.backup_to_terminal());
    }
    let backend = Backend::of(config, text)?;
    let mut archive = Archive {
        text,
        out: stdout(),
        owner: owner(&config.store.path),
        names: Vec::new(),
        bytes: 0,
    };
    let store = backend.download(&["api", "backup"]).await?;
    let name = config.store.path.file_name().and_then(|name| name.to_str());
    let name = name.filter(|name| fits(name)).unwrap_or(STORE);
    archive.add(name, store).await?;
    let of_activity = backend.download(&["api", "backup", "activity"]).await?;
    if !of_activity.is_empty() {
        let name = activity::path_beside(Path::new(name));
        archive.add(&name.to_string_lossy(), of_activity).await?;
    }
    let of_presence = backend.download(&["api", "backup", "presence"]).await?;
    if !of_presence.is_empty() {
        let name = presence::path_beside(Path::new(name));
        archive.add(&name.to_string_lossy(), of_presence).await?;
    }
    archive.write(&tar::END)?;
    archive.out.flush().with_context(|| text.cannot_print())?;
    let names = text.list(&archive.names);
    Ok(print_beside(&text.backup_streamed(&names, archive.bytes))?)
}

/// Returns whether the archive has room for the name of the store and for the longer ones of the files beside it.
fn fits(name: &str) -> bool {
    let name = Path::new(name);
    let beside = [activity::path_beside(name), presence::path_beside(name)];
    beside
        .iter()
        .all(|path| path.as_os_str().len() <= tar::MAX_NAME_BYTES)
}

/// Returns who owns the store, if it is on this machine.
#[cfg(unix)]
fn owner(store: &Path) -> Owner {
    use std::os::unix::fs::MetadataExt;
    let owner = metadata(store).map(|file| Owner {
        user: file.uid(),
        group: file.gid(),
    });
    owner.unwrap_or_default()
}

#[cfg(not(unix))]
fn owner(_: &Path) -> Owner {
    Owner::default()
}

/// The archive that is being written.
struct Archive {
    text: Text,
    out: Stdout,
    owner: Owner,
    /// The files in it so far.
    names: Vec<String>,
    /// The bytes written so far.
    bytes: u64,
}

impl Archive {
    /// Adds a file while it arrives.
    async fn add(&mut self, name: &str, mut file: Download) -> anyhow::Result<()> {
        let bytes = file.bytes()?;
        let now = u64::try_from(clock::now().0).unwrap_or_default();
        self.write(&tar::header(name, bytes, self.owner, now))?;
        let mut left = bytes;
        while let Some(piece) = file.piece().await? {
            left = left.saturating_sub(piece.len() as u64);
            self.write(&piece)?;
        }
        if left > 0 {
            bail!(self.text.answer_broke_off());
        }
        self.names.push(name.to_owned());
        self.write(tar::padding(bytes))
    }

    /// Writes bytes. If the reader closes the pipe, the archive is incomplete, so that is an error.
    fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.bytes += bytes.len() as u64;
        let written = self.out.write_all(bytes);
        written.with_context(|| self.text.cannot_print())
    }
}
