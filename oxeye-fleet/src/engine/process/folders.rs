//! Where everything lies below `FLEET_DATA`.
//!
//! ```text
//! fleet-id              which processes are ours
//! engine.lock           held by the program that uses the folder
//! worlds.lock           held while a world is taken into use or deleted
//! slots/auto-1/         record.json: what was started, and what became of it (engine `process`)
//! containers/           what the engine `docker` keeps about its containers
//! worlds/NAME/          a player's world, the working directory of their server
//! crashes/NAME.log      the last lines that a crashed server printed (engine `docker`)
//! output/NAME.log       what the server of a world has printed; NAME.log.old: before that
//! ```

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{io, thread};

use oxeye_process::private_file;
use uuid::Uuid;

use super::OpenError;
use crate::ids::{SlotId, WorldName};

/// The beginning of a world's name while it is being deleted. No other name of a world can begin with
/// it.
pub(crate) const DELETED: &str = ".deleted-";

/// How often we try to lock the folder while another program is exiting.
const LOCK_ATTEMPTS: u32 = 100;

/// The pause between the attempts.
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// The folder of a fleet.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    root: PathBuf,
}

impl Folders {
    /// Names the folder. Nothing is created.
    pub(crate) fn below(data: &Path) -> Self {
        let root = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
        Self { root }
    }

    /// Creates what is missing.
    pub(crate) fn create(&self) -> io::Result<()> {
        private_file::create_folder(&self.root)?;
        for folder in [self.slots(), self.worlds(), self.output_folder()] {
            private_file::create_folder(&folder)?;
        }
        Ok(())
    }

    pub(crate) fn fleet_id(&self) -> PathBuf {
        self.root.join("fleet-id")
    }

    pub(crate) fn engine_lock(&self) -> PathBuf {
        self.root.join("engine.lock")
    }

    /// Locks the folder. A process that an earlier program was just spawning holds the lock, too, until it
    /// carries its mark, so we find everything that was started.
    pub(crate) fn lock_engine(&self) -> Result<File, OpenError> {
        let mut options = private_file::options();
        let options = options.write(true).create(true).truncate(false);
        let file = options.open(self.engine_lock())?;
        for _ in 0..LOCK_ATTEMPTS {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
        Err(OpenError::InUse)
    }

    /// Returns the id of the fleet, which is created with the folder.
    pub(crate) fn read_or_make_fleet_id(&self) -> io::Result<String> {
        let path = self.fleet_id();
        match fs::read_to_string(&path) {
            Ok(id) if Uuid::parse_str(&id).is_ok() => Ok(id),
            Ok(_) => Err(io::Error::other("fleet-id is damaged")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let id = Uuid::new_v4().to_string();
                private_file::write_durably(&path, id.as_bytes())?;
                Ok(id)
            }
            Err(error) => Err(error),
        }
    }

    /// Returns whether a program uses the folder now.
    pub(crate) fn are_in_use(&self) -> bool {
        let lock = File::open(self.engine_lock());
        lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
    }

    pub(crate) fn slots(&self) -> PathBuf {
        self.root.join("slots")
    }

    pub(crate) fn slot(&self, slot: SlotId) -> PathBuf {
        self.slots().join(slot.to_string())
    }

    pub(crate) fn worlds(&self) -> PathBuf {
        self.root.join("worlds")
    }

    pub(crate) fn world(&self, world: &WorldName) -> PathBuf {
        self.worlds().join(world.as_str())
    }

    pub(crate) fn crashes(&self) -> PathBuf {
        self.root.join("crashes")
    }

    pub(crate) fn output_folder(&self) -> PathBuf {
        self.root.join("output")
    }

    pub(crate) fn output(&self, world: &WorldName) -> PathBuf {
        self.output_folder().join(format!("{world}.log"))
    }

    pub(crate) fn old_output(&self, world: &WorldName) -> PathBuf {
        self.output_folder().join(format!("{world}.log.old"))
    }

    /// Returns the worlds whose servers have printed something.
    pub(crate) fn worlds_with_output(&self) -> io::Result<Vec<WorldName>> {
        let mut worlds = Vec::new();
        for entry in fs::read_dir(self.output_folder())? {
            let name = entry?.file_name();
            let world = name.to_str().and_then(|name| name.strip_suffix(".log"));
            worlds.extend(world.and_then(|world| world.parse::<WorldName>().ok()));
        }
        Ok(worlds)
    }

    /// Waits until nobody else takes a world into use or deletes one, and keeps others from it until
    /// the result is dropped. They hold the lock for milliseconds, and look into no world meanwhile.
    pub(crate) fn lock_worlds(&self) -> io::Result<File> {
        let path = self.root.join("worlds.lock");
        let file = private_file::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        file.lock()?;
        Ok(file)
    }

    /// Returns the path of a world's folder, once it exists and is really a folder here.
    pub(crate) fn world_in_place(&self, world: &WorldName) -> io::Result<PathBuf> {
        let path = self.world(world);
        let kind = fs::symlink_metadata(&path)?.file_type();
        if kind.is_symlink() {
            Err(io::Error::other("it is a symbolic link"))
        } else if !kind.is_dir() {
            Err(io::Error::from(io::ErrorKind::NotADirectory))
        } else {
            Ok(path)
        }
    }
}
