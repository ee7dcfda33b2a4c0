//! Requests, answers and what they mean. No I/O; the time is an argument.
//!
//! An answer to `minecraft:players` is the truth as of its place among the frames: what was told of
//! players before it is contained in it, what is told after it comes on top. A server might compute
//! the answer a moment before or after it sends a notification; such an answer contradicts what was
//! told while it was awaited, is not used, and is asked for again.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use oxeye_plugin_proto::PlayerName;
use serde_json::Value;
use tokio::time::Instant;

use crate::{
    roster::RosterEntry,
    source::management::{
        FirstRoster, ManagementUpdate,
        rpc::{self, Message},
        updates::{player, players},
    },
};

/// How often the roster is requested although nothing happened.
pub(super) const ROSTER_INTERVAL: Duration = Duration::from_secs(60);

/// The least time between two questions that odd frames cause: a server that sends nothing else is
/// not asked all the time.
pub(super) const ODD_INTERVAL: Duration = Duration::from_secs(5);

/// How long a request may remain unanswered.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// After so many doubtful answers in a row the next one counts as it is, or the server is given up.
const MAX_DOUBTFUL: u8 = 3;

/// Why the connection to a server is given up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It answers with this error when it is asked who is on.
    Declined(i64),
    /// It answers with something else than players.
    NotUnderstood,
}

/// A question for the roster that has not been answered yet.
#[derive(Debug)]
struct Question {
    id: u64,
    /// The players reported to have come (`true`) or gone since the question was asked.
    changes: BTreeMap<PlayerName, bool>,
}

/// One connection's questions and answers.
#[derive(Debug)]
pub(super) struct Conversation {
    last_id: u64,
    /// The question for the server's status is asked once.
    status_id: Option<u64>,
    started: bool,
    version: Option<String>,
    question: Option<Question>,
    asked_at: Instant,
    roster_due: Instant,
    doubtful: u8,
    /// Whether the first roster was told.
    introduced: bool,
    updates: VecDeque<ManagementUpdate>,
}

impl Conversation {
    /// Nothing has been asked; the first requests are due at once.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            last_id: 0,
            status_id: None,
            // A server that does not tell its status tells who is on, which is what matters.
            started: true,
            version: None,
            question: None,
            asked_at: now,
            roster_due: now,
            doubtful: 0,
            introduced: false,
            updates: VecDeque::new(),
        }
    }

    /// The question for the status, to be sent first and once.
    pub(super) fn status_request(&mut self) -> String {
        self.last_id += 1;
        self.status_id = Some(self.last_id);
        rpc::request(self.last_id, "minecraft:server/status")
    }

    /// The question for the roster, if it is due and not asked yet.
    pub(super) fn roster_request(&mut self, now: Instant) -> Option<String> {
        if self.question.is_some() || now < self.roster_due {
            return None;
        }
        self.last_id += 1;
        self.question = Some(Question {
            id: self.last_id,
            changes: BTreeMap::new(),
        });
        self.asked_at = now;
        self.roster_due = now + ROSTER_INTERVAL;
        Some(rpc::request(self.last_id, "minecraft:players"))
    }

    /// When something has to be done even if nothing is heard: a question, or giving up.
    pub(super) fn deadline(&self) -> Instant {
        match self.question {
            Some(_) => self.asked_at + ANSWER_TIMEOUT,
            None => self.roster_due,
        }
    }

    /// Whether a question was not answered for too long.
    pub(super) fn overdue(&self, now: Instant) -> bool {
        self.question.is_some() && now >= self.asked_at + ANSWER_TIMEOUT
    }

    /// The next thing to tell, in the order in which it was heard.
    pub(super) fn next_update(&mut self) -> Option<ManagementUpdate> {
        self.updates.pop_front()
    }

    /// Everything that the first answers told, once they are there. Who came and went before is in
    /// the roster already; what else happened meanwhile is still to be told.
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
        let of_players = |update: &ManagementUpdate| {
            matches!(
                update,
                ManagementUpdate::Joined(_) | ManagementUpdate::Left(_)
            )
        };
        self.updates.retain(|update| !of_players(update));
        self.updates.extend(after);
        self.introduced = true;
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
                Message::Notification { topic, params } => self.notified(&topic, &params, now),
                Message::Answer { id, result } => self.answered(id, result, now)?,
                Message::Foreign => {}
                Message::Odd => self.odd(now),
            }
        }
        Ok(())
    }

    /// Something was sent that cannot be understood, perhaps about players: asks who is on.
    pub(super) fn odd(&mut self, now: Instant) {
        let soon = (self.asked_at + ODD_INTERVAL).max(now);
        self.roster_due = self.roster_due.min(soon);
    }

    fn notified(&mut self, topic: &str, params: &[Value], now: Instant) {
        match topic {
            "players/joined" | "players/left" => match params.first().and_then(player) {
                Some(entry) if topic == "players/joined" => self.joined(entry),
                Some(entry) => self.left(entry.player),
                None => self.odd(now),
            },
            "server/started" => self.updates.push_back(ManagementUpdate::Started),
            "server/stopping" => self.updates.push_back(ManagementUpdate::Stopping),
            _ => {}
        }
    }

    fn joined(&mut self, entry: RosterEntry) {
        self.changed(&entry.player, true);
        self.updates.push_back(ManagementUpdate::Joined(entry));
    }

    fn left(&mut self, player: PlayerName) {
        self.changed(&player, false);
        self.updates.push_back(ManagementUpdate::Left(player));
    }

    fn changed(&mut self, player: &PlayerName, on: bool) {
        if let Some(question) = &mut self.question {
            question.changes.insert(player.clone(), on);
        }
    }

    fn answered(
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
        match self.question.take_if(|question| question.id == id) {
            Some(question) => self.take_roster(&question, result, now),
            // Somebody else's question, or one that we never asked.
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
        question: &Question,
        result: Result<Value, i64>,
        now: Instant,
    ) -> Result<(), Trouble> {
        let players = result
            .map_err(Trouble::Declined)
            .and_then(|result| players(&result).ok_or(Trouble::NotUnderstood));
        let giving_up = self.doubtful >= MAX_DOUBTFUL;
        match players {
            Ok(players) if giving_up || !contradicts(&players, &question.changes) => {
                self.doubtful = 0;
                self.updates.push_back(ManagementUpdate::Roster(players));
                return Ok(());
            }
            Ok(_) => self.roster_due = now,
            // Who has just connected wants to know at once that nothing will come of it.
            Err(trouble) if giving_up || !self.introduced => return Err(trouble),
            Err(_) => self.odd(now),
        }
        self.doubtful += 1;
        Ok(())
    }
}

/// Whether somebody who just came is missing, or somebody who just went is there.
fn contradicts(players: &[RosterEntry], changes: &BTreeMap<PlayerName, bool>) -> bool {
    changes.iter().any(|(player, on)| {
        let listed = players.iter().any(|entry| entry.player == *player);
        listed != *on
    })
}

#[cfg(test)]
mod tests;
