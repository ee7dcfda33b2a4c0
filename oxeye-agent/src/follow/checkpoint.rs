//! How far a log was read, stored on disk.

use chrono_tz::Tz;
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    fingerprint::{Fingerprint, Identity},
    log_time::{LogTime, LogTimeState},
    reading::Reading,
    zone::Evidence,
};
use crate::{
    log::{LogOptions, LogReader, ReaderState},
    roster::{Roster, RosterEntry},
};

/// How far a log was read, with all that is needed to continue there: some hundred bytes, and some tens
/// for each player who is on. It contains no line of the log and no address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Checkpoint {
    pub(super) position: Option<Position>,
    last_event: Option<UnixSeconds>,
    time: LogTimeState,
    reader: ReaderState,
    present: Vec<Person>,
}

/// A position in a file, wherever the file is now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Position {
    pub(super) fingerprint: Fingerprint,
    /// Of what stands before it. Checkpoints of old have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<Fingerprint>,
    /// Behind the last complete line.
    pub(super) offset: u64,
    /// The identity of the file, which a rename does not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) identity: Option<Identity>,
}

impl Position {
    /// Which bytes of a file are to be compared with what stood before this place: from where, and how
    /// many.
    pub(super) fn before(&self) -> Option<(u64, u64, &Fingerprint)> {
        let before = self.before.as_ref().filter(|before| before.bytes() > 0)?;
        let bytes = before.bytes() as u64;
        Some((self.offset.checked_sub(bytes)?, bytes, before))
    }
}

/// A player who is on, as written to disk.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Person {
    player: PlayerName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uuid: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    server: Option<ServerName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<UnixSeconds>,
}

impl Checkpoint {
    /// Returns who was on then.
    #[must_use]
    pub fn roster(&self) -> Roster {
        self.present
            .iter()
            .cloned()
            .map(RosterEntry::from)
            .collect()
    }

    /// Returns the time of the last event before.
    #[must_use]
    pub fn last_event(&self) -> Option<UnixSeconds> {
        self.last_event
    }

    pub(super) fn of(reading: &Reading, position: Option<Position>) -> Self {
        Self {
            position,
            last_event: reading.last_event,
            time: reading.time.state(),
            reader: reading.reader.state(),
            present: reading.roster.iter().map(Person::from).collect(),
        }
    }

    /// Restores everything. `evidence` is the last line of the file as it is now.
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
            last_event: self.last_event,
        }
    }

    /// What is known of the server's times, whichever file they are in.
    pub(super) fn time_in_any_file(&self) -> LogTimeState {
        self.time.of_any_file()
    }
}

impl From<&RosterEntry> for Person {
    fn from(entry: &RosterEntry) -> Self {
        Self {
            player: entry.player.clone(),
            uuid: entry.uuid,
            server: entry.server.clone(),
            since: entry.since,
        }
    }
}

impl From<Person> for RosterEntry {
    fn from(person: Person) -> Self {
        Self {
            player: person.player,
            uuid: person.uuid,
            server: person.server,
            since: person.since,
        }
    }
}
