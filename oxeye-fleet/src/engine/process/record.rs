//! What is written about a slot, before and after its server is started: `record.json`.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;
use std::{fs, io};

use oxeye_process::private_file;
use serde::{Deserialize, Deserializer, Serialize};

use super::folders::Folders;
use crate::engine::Launch;
use crate::ids::{PlayerId, SlotId, WorldName};
use crate::rules::{Listed, Run};

/// The name of the file in a slot's folder.
const FILE: &str = "record.json";

/// A slot, its launch and how far its server is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) slot: SlotId,
    pub(crate) port: u16,
    #[serde(deserialize_with = "parsed")]
    pub(crate) world: WorldName,
    #[serde(deserialize_with = "parsed")]
    pub(crate) player: PlayerId,
    #[serde(flatten)]
    pub(crate) phase: Phase,
}

/// How far a slot's server has got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub(crate) enum Phase {
    /// It has never been started.
    Created,
    /// It may have been started: only `/proc` knows.
    Starting { run: u32 },
    /// It was started.
    Running {
        run: u32,
        #[serde(flatten)]
        process: ProcessId,
        /// How long it may take to exit, in milliseconds, once it was asked to.
        stop_grace: Option<u64>,
    },
    /// It has exited.
    Exited { run: u32, code: Option<i32> },
}

/// What identifies a process, even after its pid has been reused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProcessId {
    pub(crate) pid: i32,
    /// When it was started, in clock ticks since the machine booted.
    pub(crate) started: u64,
    /// The id of that boot.
    pub(crate) boot: String,
}

impl Record {
    /// Describes a slot whose server was never started.
    pub(crate) fn of(launch: &Launch) -> Self {
        Self {
            slot: launch.slot,
            port: launch.port,
            world: launch.world.clone(),
            player: launch.player.clone(),
            phase: Phase::Created,
        }
    }

    /// Reads the record of a slot.
    pub(crate) fn read(folders: &Folders, slot: SlotId) -> io::Result<Self> {
        let text = fs::read(folders.slot(slot).join(FILE))?;
        Ok(serde_json::from_slice(&text)?)
    }

    /// Writes the record, so that it survives a crash of ours and of the machine.
    pub(crate) fn write(&self, folders: &Folders) -> io::Result<()> {
        let folder = folders.slot(self.slot);
        private_file::create_folder(&folder)?;
        private_file::write_durably(&folder.join(FILE), &serde_json::to_vec(self)?)
    }

    /// Returns the records of all slots that have a readable one.
    pub(crate) fn read_all(folders: &Folders) -> io::Result<Vec<Self>> {
        let slots = slot_folders(folders)?;
        let records = slots
            .into_iter()
            .filter_map(|slot| Self::read(folders, slot).ok());
        Ok(records.collect())
    }

    /// Returns what the rules may know of it.
    pub(crate) fn listed(&self, running: bool) -> Listed {
        let (run, exit_code) = match self.phase {
            Phase::Created | Phase::Starting { .. } => (None, None),
            Phase::Running { run, .. } => (Some(Run(run)), None),
            Phase::Exited { run, code } => (Some(Run(run)), code),
        };
        Listed {
            slot: self.slot,
            port: self.port,
            world: self.world.clone(),
            run,
            running,
            exit_code,
        }
    }
}

impl Phase {
    /// Returns how long a server that was asked to exit may take.
    pub(crate) fn stop_grace(&self) -> Option<Duration> {
        match self {
            Self::Running { stop_grace, .. } => stop_grace.map(Duration::from_millis),
            _ => None,
        }
    }
}

/// Returns the slots that have a folder.
pub(crate) fn slot_folders(folders: &Folders) -> io::Result<Vec<SlotId>> {
    let mut slots = Vec::new();
    for entry in fs::read_dir(folders.slots())? {
        let name = entry?.file_name();
        slots.extend(name.to_str().and_then(|name| name.parse::<SlotId>().ok()));
    }
    Ok(slots)
}

fn parsed<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: Display,
{
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}
