//! How far a log was read, as stored on disk.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fingerprint::{Fingerprint, Identity};
use super::log_time::{LogTime, LogTimeState};
use super::reading::Reading;
use super::zone::Evidence;
use crate::log::{LogOptions, LogReader, ReaderState};
use crate::roster::{Roster, RosterEntry};
use crate::server_run::ServerRun;

/// How far a log was read, with everything that is needed to continue there. It takes a few hundred
/// bytes, and some tens more for each player who is online. It contains no line of the log and no
/// address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    pub(super) position: Option<Position>,
    last_event: Option<UnixSeconds>,
    time: LogTimeState,
    reader: ReaderState,
    /// The state of the server. Old checkpoints have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<ServerRun>,
    /// At a proxy, the servers behind it that have accepted a player.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    visited: BTreeSet<ServerName>,
    present: Vec<SavedPlayer>,
}

/// A position in a file, whatever the file's path is by now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Position {
    /// The fingerprint of the beginning of the file.
    pub(super) fingerprint: Fingerprint,
    /// The fingerprint of the bytes before the position. Old checkpoints have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<Fingerprint>,
    /// The end of the last complete line, in bytes.
    pub(super) offset: u64,
    /// The identity of the file, which a rename does not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) identity: Option<Identity>,
}

impl Position {
    /// Returns which bytes of a file to compare with those before the position: the offset of the first
    /// one, their number and their fingerprint.
    pub(super) fn before(&self) -> Option<(u64, u64, &Fingerprint)> {
        let before = self.before.as_ref().filter(|before| before.bytes() > 0)?;
        let bytes = before.bytes() as u64;
        Some((self.offset.checked_sub(bytes)?, bytes, before))
    }
}

/// A player who is online, as written to disk.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SavedPlayer {
    player: PlayerName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uuid: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    server: Option<ServerName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<UnixSeconds>,
}

impl Checkpoint {
    /// Returns who was online at the checkpoint.
    #[must_use]
    pub(crate) fn roster(&self) -> Roster {
        self.present
            .iter()
            .cloned()
            .map(RosterEntry::from)
            .collect()
    }

    /// Returns the state of the server at the checkpoint.
    #[must_use]
    pub(crate) fn run(&self) -> Option<ServerRun> {
        self.run
    }

    /// Returns the servers behind a proxy that had accepted a player by the checkpoint.
    #[must_use]
    pub(crate) fn visited(&self) -> &BTreeSet<ServerName> {
        &self.visited
    }

    /// Returns the time of the last event before the checkpoint.
    #[must_use]
    pub(crate) fn last_event(&self) -> Option<UnixSeconds> {
        self.last_event
    }

    pub(super) fn of(reading: &Reading, position: Option<Position>) -> Self {
        Self {
            position,
            last_event: reading.last_event,
            time: reading.time.state(),
            reader: reading.reader.state(),
            run: reading.run,
            visited: reading.visited.clone(),
            present: reading.roster.iter().map(SavedPlayer::from).collect(),
        }
    }

    /// Restores the state of reading. `evidence` comes from the last line that the file has now.
    pub(super) fn reading(
        &self,
        options: LogOptions,
        setting: Option<Tz>,
        evidence: Option<Evidence>,
    ) -> Reading {
        Reading {
            reader: LogReader::resume(options, self.reader.clone()),
            time: LogTime::resume(setting, evidence, &self.time),
            roster: self.roster(),
            run: self.run,
            visited: self.visited.clone(),
            last_event: self.last_event,
        }
    }

    /// Returns what is known about the server's times in any of its files.
    pub(super) fn time_in_any_file(&self) -> LogTimeState {
        self.time.of_any_file()
    }
}

impl From<&RosterEntry> for SavedPlayer {
    fn from(entry: &RosterEntry) -> Self {
        Self {
            player: entry.player.clone(),
            uuid: entry.uuid,
            server: entry.server.clone(),
            since: entry.since,
        }
    }
}

impl From<SavedPlayer> for RosterEntry {
    fn from(saved: SavedPlayer) -> Self {
        Self {
            player: saved.player,
            uuid: saved.uuid,
            server: saved.server,
            since: saved.since,
        }
    }
}
