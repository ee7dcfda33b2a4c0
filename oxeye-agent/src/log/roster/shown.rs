//! Compares the join and leave messages shown to players with better lines. They contain the display
//! name, which may be the name of another player, and chat may look like them.

use std::collections::VecDeque;

use oxeye_plugin_proto::PlayerName;
use serde::{Deserialize, Serialize};

use super::moment::{Moment, Recent};
use super::{ReaderState, name, remember};
use crate::game_event::GameEvent;
use crate::log::name::Likeness;

/// How many half-read leaves are remembered. More players do not leave at once.
const MOST_HALVES: usize = 32;

/// The messages that are expected, and what kinds of messages this log has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    /// Players whose join message is expected.
    logins: Recent<PlayerName>,
    /// Players whose leave message is expected.
    losses: Recent<PlayerName>,
    /// Names in join messages that were not believed.
    strangers: Recent<PlayerName>,
    /// Whether a login was followed by a join message with the same name.
    shows_logins: bool,
    /// Whether a lost connection was followed by a leave message with the same name.
    shows_losses: bool,
    /// Leaves of which the first of two lines was read.
    halves: VecDeque<Half>,
}

/// The first of the two lines of a leave: the lost connection, which precedes the leave message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Half {
    player: PlayerName,
    at: Option<Moment>,
}

/// Whose join or leave a shown message announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// The player whose name it contains.
    Named,
    /// A player with another name, since a message about them was expected.
    Another,
    /// No message was expected.
    Unknown,
}

impl Shown {
    /// Notes that a player logs in, so that a join message is expected.
    pub(super) fn expect_join(&mut self, player: &PlayerName, now: Option<Moment>) {
        self.logins.forget(|login| login == player);
        self.logins.note(player.clone(), now);
    }

    /// Pairs a join message with the login that it announces, which is no longer expected to be shown.
    fn take_login(&mut self, shown: &PlayerName, now: Option<Moment>) -> Owner {
        take_expected(&mut self.logins, &mut self.shows_logins, shown, now)
    }

    /// Notes a join message about a player of whom nothing else is known.
    fn note_stranger(&mut self, player: PlayerName, now: Option<Moment>) {
        self.strangers.note(player, now);
    }

    /// Pairs a leave message with the lost connection that it announces, which is no longer expected to
    /// be shown.
    fn take_loss(&mut self, shown: &PlayerName, now: Option<Moment>) -> Owner {
        take_expected(&mut self.losses, &mut self.shows_losses, shown, now)
    }

    fn begin_leave(&mut self, player: PlayerName, at: Option<Moment>) {
        self.halves.retain(|half| half.player != player);
        remember(&mut self.halves, Half { player, at }, MOST_HALVES);
    }

    /// Takes the first of the two lines of a leave, if it came right before this second one.
    fn take_first_half(&mut self, player: &PlayerName, now: Option<Moment>) -> Option<Half> {
        let half = self.halves.iter().position(|half| half.player == *player)?;
        let half = self.halves.remove(half)?;
        let is_right_before = match (half.at, now) {
            (Some(then), Some(now)) => now.is_right_after(then),
            _ => true,
        };
        is_right_before.then_some(half)
    }
}

/// Pairs a message shown under this name with one of the expected ones, and removes that one.
/// `shows_own` notes whether this log has ever shown a message under the player's own name; only then
/// can another name be that of another player.
fn take_expected(
    expected: &mut Recent<PlayerName>,
    shows_own: &mut bool,
    shown: &PlayerName,
    now: Option<Moment>,
) -> Owner {
    let own = expected.take(now, |player| player == shown);
    *shows_own |= own.is_some();
    if own.is_some() {
        return Owner::Named;
    }
    if !*shows_own {
        return Owner::Unknown;
    }
    match expected.take(now, |_| true) {
        Some(_) => Owner::Another,
        None => Owner::Unknown,
    }
}

impl ReaderState {
    /// Handles the login of a player without an address, created by a mod. They count as online only if
    /// a join message is shown, before or after it, because fake players that mods use to build and dig
    /// log in too, and nothing is printed when they disappear.
    pub(super) fn log_in_locally(
        &mut self,
        player: PlayerName,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        self.acquainted.remember(player.clone(), None);
        let was_shown = self.shown.strangers.take(now, |shown| *shown == player);
        if was_shown.is_some() {
            return self.connect(player, None, None);
        }
        self.shown.expect_join(&player, now);
        None
    }

    /// Handles a shown join message. It contains the display name, so in a log with better lines it
    /// counts only for a name that one of those has mentioned.
    pub(super) fn show_join(
        &mut self,
        player: PlayerName,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        // A player whose login is printed joins by that line.
        let owner = self.shown.take_login(&player, now);
        if owner == Owner::Another && self.habits.logs_in {
            return None;
        }
        let better = self.habits.announces || self.habits.logs_in;
        let odd = !name::is_plain(player.as_str());
        if (better || odd) && !self.acquainted.include(&player) {
            self.shown.note_stranger(player, now);
            return None;
        }
        self.connect(player, None, None)
    }

    /// Handles a lost connection.
    pub(super) fn lose_connection(
        &mut self,
        player: PlayerName,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        let plain = name::is_plain(player.as_str());
        self.habits.loses |= plain;
        if self.may_be_chat(&player) {
            // Chat by a player called or nicknamed `x` looks like a line about a player called `<x>`, so
            // two lines must show that the latter left.
            if self.online.contains_key(&player) || self.leaving.contains(&player) {
                self.shown.begin_leave(player, now);
            }
            return None;
        }
        self.leave_before_message(player, plain, now)
    }

    /// PocketMine-MP and Nukkit: handles the end of a session. The player need not have been let in.
    pub(super) fn log_out(&mut self, player: PlayerName, now: Option<Moment>) -> Option<GameEvent> {
        self.habits.loses = true;
        self.leave_before_message(player, false, now)
    }

    /// Handles a leave, after which a leave message is expected.
    fn leave_before_message(
        &mut self,
        player: PlayerName,
        counts: bool,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        let event = self.leave(player.clone(), counts);
        if event.is_some() {
            self.shown.losses.note(player, now);
        }
        event
    }

    /// Handles a shown leave message.
    pub(super) fn show_leave(
        &mut self,
        player: PlayerName,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        if self.may_be_chat(&player) {
            self.shown.take_first_half(&player, now)?;
            return self.leave(player, false);
        }
        let owner = self.shown.take_loss(&player, now);
        if owner == Owner::Another {
            return None;
        }
        // If this log prints lost connections, a name without one is a display name.
        let counts = !self.habits.loses && name::is_plain(player.as_str());
        self.leave(player, counts)
    }

    /// Whether a line about this player may be chat by somebody who is online. Chat begins with the
    /// name of the speaker and whatever a plugin puts around it. A `/me` begins with an asterisk, and
    /// its speaker may be called like the first word of a line about a leave.
    fn may_be_chat(&self, player: &PlayerName) -> bool {
        let is_within =
            |other: &PlayerName| other != player && player.as_str().contains(other.as_str());
        let is_first_word = |other: &PlayerName| matches!(other.as_str(), "lost" | "left");
        let may_speak = |other: &PlayerName| is_within(other) || is_first_word(other);
        match name::likeness(player.as_str()) {
            Likeness::Name => false,
            Likeness::Decorated => self.online.keys().any(is_within),
            // Nicknames are unknown, so the lost connection is enough only where leave messages are hidden.
            Likeness::Chat => {
                self.shown.shows_losses
                    || !self.knows_everyone
                    || name::is_of_console(player.as_str())
                    || self.online.keys().any(may_speak)
            }
        }
    }
}
