//! The file with the state of a running agent, for `oxeye-agent status`.

use std::fs::TryLockError;
use std::path::{Path, PathBuf};
use std::{fs, io};

use oxeye_plugin_proto::{AboutText, GameServerState, PlayerName, UnixSeconds};
use oxeye_process::private_file::write_json;
use serde::{Deserialize, Serialize};

/// The file's name in the data folder.
const FILE: &str = "status.json";

/// The longest time between two writes of the file by a running agent, in seconds.
const WRITTEN_EVERY_SECS: u64 = 15;

/// The state of the agent when it last wrote the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Status {
    /// When the file was written.
    pub(crate) written_at: UnixSeconds,
    /// The agent's process id.
    pub(crate) pid: u32,
    /// The state of the game server, if it is known.
    #[serde(default)]
    pub(crate) server_state: Option<GameServerState>,
    /// Since when the game server has been in this state, if that is known.
    #[serde(default)]
    pub(crate) server_since_at: Option<UnixSeconds>,
    /// The server software, if it is known.
    #[serde(default)]
    pub(crate) software: Option<AboutText>,
    /// The version of Minecraft, if it is known.
    #[serde(default)]
    pub(crate) version: Option<AboutText>,
    /// How many players may be online at the same time, if that is known.
    #[serde(default)]
    pub(crate) max_players: Option<u32>,
    /// The display name of the believed source.
    pub(crate) source: Option<String>,
    /// The number of players, if the source knows nothing else.
    pub(crate) count: Option<u32>,
    /// The other sources that do not work, each with its name and the reason.
    pub(crate) failures: Vec<(String, String)>,
    /// The players who are online.
    pub(crate) online: Vec<PlayerName>,
    /// The number of joins, leaves and other events of presence that the backend has not accepted yet.
    pub(crate) waiting: usize,
    /// The number of events about what players did that the backend has not accepted yet.
    #[serde(default)]
    pub(crate) waiting_activity: usize,
}

impl Status {
    /// Returns the status of an agent that knows nothing.
    #[cfg(test)]
    pub(crate) fn of_idle(written_at: UnixSeconds) -> Self {
        Self {
            written_at,
            pid: 7,
            server_state: None,
            server_since_at: None,
            software: None,
            version: None,
            max_players: None,
            source: None,
            count: None,
            failures: Vec::new(),
            online: Vec::new(),
            waiting: 0,
            waiting_activity: 0,
        }
    }

    /// Replaces the file.
    ///
    /// # Errors
    ///
    /// When the file system returns an error.
    fn write(&self, data_dir: &Path) -> io::Result<()> {
        write_json(&data_dir.join(FILE), self)
    }

    /// Returns what an agent last wrote, or `None` if there is no file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds something else.
    pub(crate) fn read(data_dir: &Path) -> io::Result<Option<Self>> {
        match fs::read(data_dir.join(FILE)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes the file when the agent stops.
    pub(crate) fn remove(data_dir: &Path) {
        // If this fails, the file will soon be too old to matter.
        let _ = fs::remove_file(data_dir.join(FILE));
    }

    /// Whether it says the same as another one, whenever they were written.
    fn is_same_as(&self, other: &Self) -> bool {
        let written_at = other.written_at;
        *other
            == Self {
                written_at,
                ..self.clone()
            }
    }

    /// Whether the agent that wrote the file is still running: whether it holds its lock or, where no file
    /// can be locked, whether it wrote the file recently.
    #[must_use]
    pub(crate) fn is_of_running(&self, data_dir: &Path, now: UnixSeconds) -> bool {
        has_running_agent(data_dir).unwrap_or_else(|| self.is_fresh(now))
    }

    fn is_fresh(&self, now: UnixSeconds) -> bool {
        now.saturating_since(self.written_at).as_secs() <= 3 * WRITTEN_EVERY_SECS
    }
}

/// Whether an agent is running with this data folder: it keeps its spools locked. Returns `None` if
/// there is no spool, or none that can be locked.
pub(crate) fn has_running_agent(data_dir: &Path) -> Option<bool> {
    let files = fs::read_dir(data_dir).ok()?;
    let paths = files.filter_map(|file| Some(file.ok()?.path()));
    let spools = paths.filter(|path| path.extension().is_some_and(|end| end == "spool"));
    // The order of the answers: unknown, free, locked.
    spools.map(|spool| is_locked(&spool)).max().flatten()
}

fn is_locked(spool: &Path) -> Option<bool> {
    match fs::File::open(spool).ok()?.try_lock_shared() {
        Ok(()) => Some(false),
        Err(TryLockError::WouldBlock) => Some(true),
        Err(TryLockError::Error(_)) => None,
    }
}

/// The file as a running agent keeps it up to date.
#[derive(Debug)]
pub(crate) struct StatusFile {
    data_dir: PathBuf,
    written: Option<Status>,
}

impl StatusFile {
    /// Returns the file in the data folder, which has not been written yet.
    #[must_use]
    pub(crate) fn in_folder(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            written: None,
        }
    }

    /// Writes the file if something has changed or the file is old.
    pub(crate) fn update(&mut self, status: Status) {
        let is_current = |written: &Status| {
            let age = status.written_at.saturating_since(written.written_at);
            written.is_same_as(&status) && age.as_secs() < WRITTEN_EVERY_SECS
        };
        if self.written.as_ref().is_some_and(is_current) {
            return;
        }
        if let Err(error) = status.write(&self.data_dir) {
            tracing::debug!("the status file cannot be written: {error}");
        }
        self.written = Some(status);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(written_at: i64, waiting_activity: usize) -> Status {
        Status {
            waiting_activity,
            ..Status::of_idle(UnixSeconds(written_at))
        }
    }

    #[test]
    fn the_file_is_written_when_something_changes_and_every_15_seconds() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut file = StatusFile::in_folder(folder.path());
        let mut written_at = |status: Status| {
            file.update(status);
            let read = Status::read(folder.path()).expect("a readable file");
            read.expect("a file").written_at.0
        };

        assert_eq!(written_at(status(100, 0)), 100);
        assert_eq!(written_at(status(114, 0)), 100);
        assert_eq!(written_at(status(114, 1)), 114);
        assert_eq!(written_at(status(129, 1)), 129);
    }

    #[test]
    fn an_agent_that_was_killed_is_not_running_however_new_its_file_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let is_running = |now| status(100, 0).is_of_running(folder.path(), UnixSeconds(now));
        assert!(
            is_running(101),
            "without a spool, the age of the file decides"
        );
        assert!(!is_running(200));

        let spool = fs::File::create(folder.path().join("events.spool")).expect("a spool");
        fs::File::create(folder.path().join("activity.spool")).expect("a spool");
        spool.lock().expect("locked");
        assert!(is_running(101) && is_running(200));

        drop(spool);
        assert!(!is_running(101));
    }

    #[test]
    fn the_file_of_an_older_agent_leaves_out_what_it_did_not_know() {
        let mut older = serde_json::to_value(status(100, 3)).expect("JSON");
        let older_keys = older.as_object_mut().expect("an object");
        for new in [
            "waiting_activity",
            "server_state",
            "server_since_at",
            "software",
            "version",
            "max_players",
        ] {
            assert!(older_keys.remove(new).is_some(), "{new}");
        }
        let read: Status = serde_json::from_value(older).expect("a status");
        assert_eq!(read, status(100, 0));
    }
}
