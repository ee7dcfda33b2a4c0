//! Lists, backs up and deletes players' worlds on disk, also while a fleet is running. Never follows a
//! link.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::Serialize;
use uuid::Uuid;

use crate::engine::process::folders::{DELETED, Folders};
use crate::engine::process::record::Record;
use crate::ids::{SlotId, WorldName};
use crate::time::UnixMillis;

mod archive;
#[cfg(test)]
#[cfg(unix)]
mod tests;
mod tree;

pub use archive::BackedUp;

/// The worlds of a fleet.
#[derive(Debug, Clone)]
pub struct Worlds {
    folders: Folders,
}

/// A world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct World {
    /// Its name.
    pub name: WorldName,
    /// The size of its files.
    pub bytes: u64,
    /// When one of its files was last changed.
    pub last_used: UnixMillis,
    /// The slot that has it.
    pub slot: Option<SlotId>,
}

/// Why a world was not backed up or deleted.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// There is none.
    #[error("there is no world {0}")]
    Unknown(WorldName),
    /// A slot has it, whose server may run.
    #[error("the world {world} is in use by {slot}")]
    InUse {
        /// The world.
        world: WorldName,
        /// The slot.
        slot: SlotId,
    },
    /// Something else is in its place, such as a link.
    #[error("cannot use the world {world}: {reason}")]
    Unusable {
        /// The world.
        world: WorldName,
        /// What is there.
        reason: io::Error,
    },
    /// The disk failed, or the reader of the archive is gone.
    #[error("{0}")]
    Disk(#[from] io::Error),
}

impl Worlds {
    /// Returns the worlds below a data folder. Nothing is created.
    #[must_use]
    pub fn below(data: &Path) -> Self {
        Self {
            folders: Folders::below(data),
        }
    }

    /// Returns all worlds by name.
    ///
    /// # Errors
    /// When the folder of worlds or of slots cannot be read. Without them, there are no worlds.
    pub fn list(&self) -> io::Result<Vec<World>> {
        let records = none_if_missing(Record::read_all(&self.folders))?;
        let mut worlds = Vec::new();
        for name in none_if_missing(names(&self.folders))? {
            let Ok(path) = self.folders.world_in_place(&name) else {
                continue;
            };
            let size = tree::measure(&path);
            let slot = slot_of(&records, &name);
            let changed = size.changed.duration_since(UNIX_EPOCH).unwrap_or_default();
            worlds.push(World {
                name,
                bytes: size.bytes,
                last_used: UnixMillis(u64::try_from(changed.as_millis()).unwrap_or_default()),
                slot,
            });
        }
        worlds.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(worlds)
    }

    /// Writes a world as a tar archive, with its name as the folder. A world in use may change
    /// meanwhile; the result says so.
    ///
    /// # Errors
    /// When there is no such world, or it cannot be read, or the archive cannot be written.
    pub fn back_up(&self, name: &WorldName, out: &mut impl Write) -> Result<BackedUp, WorldError> {
        let path = self.existing(name)?;
        let records = none_if_missing(Record::read_all(&self.folders))?;
        let mut result = archive::write(&path, name, out)?;
        result.in_use_by = slot_of(&records, name);
        Ok(result)
    }

    /// Deletes a world, and what its servers have printed.
    ///
    /// # Errors
    /// When there is no such world, a slot has it, or it cannot be deleted.
    pub fn delete(&self, name: &WorldName) -> Result<(), WorldError> {
        // Not under the lock: if its folder hangs, others can still take their worlds into use.
        self.existing(name)?;
        let lock = self.folders.lock_worlds()?;
        let records = none_if_missing(Record::read_all(&self.folders))?;
        if let Some(slot) = slot_of(&records, name) {
            let world = name.clone();
            return Err(WorldError::InUse { world, slot });
        }
        let aside = set_aside(&self.folders, name)?;
        drop(lock);
        Ok(ignore_missing(remove(&aside))?)
    }

    fn existing(&self, name: &WorldName) -> Result<PathBuf, WorldError> {
        match self.folders.world_in_place(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(WorldError::Unknown(name.clone()))
            }
            Err(reason) if is_something_else(&reason) => {
                let world = name.clone();
                Err(WorldError::Unusable { world, reason })
            }
            found => Ok(found?),
        }
    }
}

/// Returns the names of all worlds, also of those that cannot be used.
pub(crate) fn names(folders: &Folders) -> io::Result<Vec<WorldName>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folders.worlds())? {
        let name = entry?.file_name();
        names.extend(
            name.to_str()
                .and_then(|name| name.parse::<WorldName>().ok()),
        );
    }
    Ok(names)
}

/// Whether the name of a world leads to something that is no world.
pub(crate) fn is_something_else(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Other | io::ErrorKind::NotADirectory
    )
}

/// Deletes the world of a slot that is being removed. Succeeds if there is none.
pub(crate) fn discard(folders: &Folders, name: &WorldName) -> io::Result<()> {
    let aside = set_aside(folders, name)?;
    ignore_missing(remove(&aside))
}

/// Deletes the worlds that a killed program had set aside but not deleted yet.
pub(crate) fn finish_deletions(folders: &Folders) -> io::Result<()> {
    for entry in fs::read_dir(folders.worlds())? {
        let entry = entry?;
        let is_deleted = entry.file_name().to_string_lossy().starts_with(DELETED);
        if is_deleted {
            ignore_missing(remove(&entry.path()))?;
        }
    }
    Ok(())
}

/// Gives a world a name that no slot can have, in one step, and deletes its output. Returns where the
/// world is now, if there was one.
fn set_aside(folders: &Folders, name: &WorldName) -> io::Result<PathBuf> {
    let aside = folders
        .worlds()
        .join(format!("{DELETED}{}", Uuid::new_v4()));
    ignore_missing(fs::rename(folders.world(name), &aside))?;
    ignore_missing(fs::remove_file(folders.output(name)))?;
    ignore_missing(fs::remove_file(folders.old_output(name)))?;
    Ok(aside)
}

/// Removes a folder with everything in it, or a link without what it points at.
fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

fn slot_of(records: &[Record], name: &WorldName) -> Option<SlotId> {
    let record = records.iter().find(|record| record.world == *name);
    record.map(|record| record.slot)
}

fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

fn none_if_missing<T>(result: io::Result<Vec<T>>) -> io::Result<Vec<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        result => result,
    }
}
