//! Tracks requests and decides what the answers mean. No I/O; the time is an argument.
//!
//! An answer to `minecraft:players` is valid as of its place among the frames: it contains the effect
//! of earlier notifications, and later ones apply on top. A server might compute the answer a moment
//! before or after it sends a notification. If an answer contradicts the notifications since its
//! request, it is discarded and requested again.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use oxeye_plugin_proto::PlayerName;
use serde_json::Value;
use tokio::time::Instant;

use crate::roster::RosterEntry;
use crate::source::management::rpc::{self, Message};
use crate::source::management::updates::{player, players};
use crate::source::management::{FirstRoster, ManagementUpdate};

/// How often the roster is requested if nothing else calls for it.
pub(super) const ROSTER_INTERVAL: Duration = Duration::from_secs(60);

/// The shortest time between two requests because of odd frames, so that a server that sends nothing
/// else is not asked all the time.
pub(super) const ODD_INTERVAL: Duration = Duration::from_secs(5);

/// How long a request may remain unanswered.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// After this many doubtful answers in a row, the next one is used as it is, or the connection is given
/// up.
const MAX_DOUBTFUL: u8 = 3;

/// Why a connection is given up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The server answers requests for the roster with this error.
    Declined(i64),
    /// The server answers with something other than players.
    NotUnderstood,
}

/// A request for the roster that has not been answered yet.
#[derive(Debug)]
struct PendingRequest {
    id: u64,
    /// The players who have joined (`true`) or left since the request, according to notifications.
    changes: BTreeMap<PlayerName, bool>,
}

/// The requests and answers of one connection.
#[derive(Debug)]
pub(super) struct Conversation {
    last_id: u64,
    /// The id of the request for the server's status, until it is answered.
    status_id: Option<u64>,
    started: bool,
    version: Option<String>,
    pending: Option<PendingRequest>,
    /// When the roster was last requested.
    requested_at: Instant,
    roster_due: Instant,
    doubtful: u8,
    /// Whether the first roster has been returned.
    is_introduced: bool,
    updates: VecDeque<ManagementUpdate>,
}

impl Conversation {
    /// Returns a conversation whose first requests are due at once.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            last_id: 0,
            status_id: None,
            // A server that does not report its status may still report who is online, which matters
            // more.
            started: true,
            version: None,
            pending: None,
            requested_at: now,
            roster_due: now,
            doubtful: 0,
            is_introduced: false,
            updates: VecDeque::new(),
        }
    }

    /// Returns the request for the status, which must be sent first and only once.
    pub(super) fn status_request(&mut self) -> String {
        self.last_id += 1;
        self.status_id = Some(self.last_id);
        rpc::request(self.last_id, "minecraft:server/status")
    }

    /// Returns the request for the roster, if it is due and none is pending.
    pub(super) fn roster_request(&mut self, now: Instant) -> Option<String> {
        if self.pending.is_some() || now < self.roster_due {
            return None;
        }
        self.last_id += 1;
        self.pending = Some(PendingRequest {
            id: self.last_id,
            changes: BTreeMap::new(),
        });
        self.requested_at = now;
        self.roster_due = now + ROSTER_INTERVAL;
        Some(rpc::request(self.last_id, "minecraft:players"))
    }

    /// Returns when something has to be done even if no frame arrives: sending a request, or giving up.
    pub(super) fn deadline(&self) -> Instant {
        match self.pending {
            Some(_) => self.requested_at + ANSWER_TIMEOUT,
            None => self.roster_due,
        }
    }

    /// Whether a request has been pending for too long.
    pub(super) fn is_overdue(&self, now: Instant) -> bool {
        self.pending.is_some() && now >= self.requested_at + ANSWER_TIMEOUT
    }

    /// Returns the next update, in the order in which they arrived.
    pub(super) fn next_update(&mut self) -> Option<ManagementUpdate> {
        self.updates.pop_front()
    }

    /// Returns the first roster and the status, once both have been answered. Earlier joins and leaves
    /// are contained in the roster; other earlier updates remain to be returned.
    pub(super) fn first_roster(&mut self) -> Option<FirstRoster> {
        if self.status_id.is_some() {
            return None;
        }
        let is_roster = |update: &ManagementUpdate| matches!(update, ManagementUpdate::Roster(_));
        let place = self.updates.iter().position(is_roster)?;
        let after = self.updates.split_off(place + 1);
        let Some(ManagementUpdate::Roster(players)) = self.updates.pop_back() else {
            return None;
        };
        let is_about_player = |update: &ManagementUpdate| {
            matches!(
                update,
                ManagementUpdate::Joined(_) | ManagementUpdate::Left(_)
            )
        };
        self.updates.retain(|update| !is_about_player(update));
        self.updates.extend(after);
        self.is_introduced = true;
        Some(FirstRoster {
            started: self.started,
            version: self.version.take(),
            players,
        })
    }

    /// Processes a text frame.
    pub(super) fn read(&mut self, frame: &str, now: Instant) -> Result<(), Trouble> {
        for message in rpc::read(frame) {
            match message {
                Message::Notification { topic, params } => {
                    self.take_notification(&topic, &params, now);
                }
                Message::Answer { id, result } => self.take_answer(id, result, now)?,
                Message::Foreign => {}
                Message::Odd => self.note_odd_frame(now),
            }
        }
        Ok(())
    }

    /// Schedules a request for the roster, because a frame that cannot be understood may be about
    /// players.
    pub(super) fn note_odd_frame(&mut self, now: Instant) {
        let soon = (self.requested_at + ODD_INTERVAL).max(now);
        self.roster_due = self.roster_due.min(soon);
    }

    fn take_notification(&mut self, topic: &str, params: &[Value], now: Instant) {
        match topic {
            "players/joined" | "players/left" => match params.first().and_then(player) {
                Some(entry) if topic == "players/joined" => self.joined(entry),
                Some(entry) => self.left(entry.player),
                None => self.note_odd_frame(now),
            },
            "server/started" => self.updates.push_back(ManagementUpdate::Started),
            "server/stopping" => self.updates.push_back(ManagementUpdate::Stopping),
            _ => {}
        }
    }

    fn joined(&mut self, entry: RosterEntry) {
        self.note_change(&entry.player, true);
        self.updates.push_back(ManagementUpdate::Joined(entry));
    }

    fn left(&mut self, player: PlayerName) {
        self.note_change(&player, false);
        self.updates.push_back(ManagementUpdate::Left(player));
    }

    fn note_change(&mut self, player: &PlayerName, is_online: bool) {
        if let Some(pending) = &mut self.pending {
            pending.changes.insert(player.clone(), is_online);
        }
    }

    fn take_answer(
        &mut self,
        id: u64,
        result: Result<Value, i64>,
        now: Instant,
    ) -> Result<(), Trouble> {
        if self.status_id == Some(id) {
            self.status_id = None;
            self.take_status(&result.unwrap_or_default());
            return Ok(());
        }
        match self.pending.take_if(|pending| pending.id == id) {
            Some(pending) => self.take_roster(&pending, result, now),
            // This is an answer to a request that we never made, or that was answered before.
            None => Ok(()),
        }
    }

    fn take_status(&mut self, status: &Value) {
        let started = status.get("started").and_then(Value::as_bool);
        self.started = started.unwrap_or(true);
        let version = status
            .get("version")
            .and_then(|version| version.get("name"));
        self.version = version.and_then(Value::as_str).map(str::to_owned);
    }

    fn take_roster(
        &mut self,
        request: &PendingRequest,
        result: Result<Value, i64>,
        now: Instant,
    ) -> Result<(), Trouble> {
        let players = result
            .map_err(Trouble::Declined)
            .and_then(|result| players(&result).ok_or(Trouble::NotUnderstood));
        let gives_up = self.doubtful >= MAX_DOUBTFUL;
        match players {
            Ok(players) if gives_up || !contradicts(&players, &request.changes) => {
                self.doubtful = 0;
                self.updates.push_back(ManagementUpdate::Roster(players));
                return Ok(());
            }
            Ok(_) => self.roster_due = now,
            // Right after connecting, an error is reported at once.
            Err(trouble) if gives_up || !self.is_introduced => return Err(trouble),
            Err(_) => self.note_odd_frame(now),
        }
        self.doubtful += 1;
        Ok(())
    }
}

/// Whether a player who has just joined is missing, or one who has just left is listed.
fn contradicts(players: &[RosterEntry], changes: &BTreeMap<PlayerName, bool>) -> bool {
    changes.iter().any(|(player, is_online)| {
        let is_listed = players.iter().any(|entry| entry.player == *player);
        is_listed != *is_online
    })
}

#[cfg(test)]
mod tests;
