//! The join and leave messages shown to players, weighed against better lines. They have the display
//! name, which may be the name of somebody else, and chat may look like it.

use std::collections::VecDeque;

use oxeye_plugin_proto::PlayerName;
use serde::{Deserialize, Serialize};

use super::moment::{Moment, Recent};
use super::{ReaderState, name, remember};
use crate::game_event::GameEvent;
use crate::log::name::Likeness;

/// More do not leave at once.
const MOST_HALVES: usize = 32;

/// What is waited for, and what this log was seen to do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    /// Players whose join message is about to come.
    logins: Recent<PlayerName>,
    /// Players whose leave message is about to come.
    losses: Recent<PlayerName>,
    /// Those who were shown to join, and were not believed.
    strangers: Recent<PlayerName>,
    shows_logins: bool,
    shows_losses: bool,
    /// Leaves of which the first line of two was read.
    halves: VecDeque<Half>,
}

/// The first of the two lines of a leave: a connection is lost before that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Half {
    player: PlayerName,
    at: Option<Moment>,
}

impl Shown {
    /// Somebody logs in, of which the players will be shown something.
    pub(super) fn expect_join(&mut self, player: &PlayerName, now: Option<Moment>) {
        self.logins.forget(|login| login == player);
        self.logins.note(player.clone(), now);
    }

    /// Whether the join that was shown under this name is somebody else's.
    pub(super) fn is_join_of_another(&mut self, shown: &PlayerName, now: Option<Moment>) -> bool {
        let own = self.logins.take(now, |login| login == shown);
        self.shows_logins |= own.is_some();
        if own.is_some() || !self.shows_logins {
            return false;
        }
        self.logins.take(now, |_| true).is_some()
    }

    /// The players were shown somebody of whom nothing else is known.
    pub(super) fn note_stranger(&mut self, player: PlayerName, now: Option<Moment>) {
        self.strangers.note(player, now);
    }

    fn is_leave_of_another(&mut self, shown: &PlayerName, now: Option<Moment>) -> bool {
        let own = self.losses.take(now, |loss| loss == shown);
        self.shows_losses |= own.is_some();
        if own.is_some() || !self.shows_losses {
            return false;
        }
        self.losses.take(now, |_| true).is_some()
    }

    fn begin_leave(&mut self, player: PlayerName, at: Option<Moment>) {
        self.halves.retain(|half| half.player != player);
        remember(&mut self.halves, Half { player, at }, MOST_HALVES);
    }

    /// Whether the first of the two lines came right before this second one.
    fn completes_leave(&mut self, player: &PlayerName, now: Option<Moment>) -> bool {
        let half = self.halves.iter().position(|half| half.player == *player);
        let half = half.and_then(|at| self.halves.remove(at));
        half.is_some_and(|half| match (half.at, now) {
            (Some(then), Some(now)) => now.is_right_after(then),
            _ => true,
        })
    }
}

impl ReaderState {
    /// Somebody without an address logged in, whom a mod made. They are on when the others are
    /// shown so, before or after: what mods use to build and to dig logs in as well, and nobody is
    /// told when it goes.
    pub(super) fn log_in_locally(
        &mut self,
        player: PlayerName,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        self.meet(player.clone(), None);
        let was_shown = self.shown.strangers.take(now, |shown| *shown == player);
        if was_shown.is_some() {
            return self.connect(player, None, None);
        }
        self.shown.expect_join(&player, now);
        None
    }

    /// Somebody lost the connection.
    pub(super) fn lose(&mut self, player: PlayerName, now: Option<Moment>) -> Option<GameEvent> {
        let plain = name::is_plain(player.as_str());
        self.habits.loses |= plain;
        if !self.is_nobodys_chat(&player) {
            // Chat of somebody called `x` looks like what is said of somebody called `<x>`. So two
            // lines must say that these left.
            if self.online.contains_key(&player) || self.leaving.contains(&player) {
                self.shown.begin_leave(player, now);
            }
            return None;
        }
        self.leave_before_it_is_shown(player, plain, now)
    }

    /// PocketMine-MP and Nukkit: the session of somebody ended, who need not have been let in.
    pub(super) fn log_out(&mut self, player: PlayerName, now: Option<Moment>) -> Option<GameEvent> {
        self.habits.loses = true;
        self.leave_before_it_is_shown(player, false, now)
    }

    fn leave_before_it_is_shown(
        &mut self,
        player: PlayerName,
        counts: bool,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        let told = self.leave(player.clone(), counts);
        if told.is_some() {
            self.shown.losses.note(player, now);
        }
        told
    }

    /// The players were shown that somebody left.
    pub(super) fn show_leave(
        &mut self,
        player: PlayerName,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        if !self.is_nobodys_chat(&player) {
            let completes = self.shown.completes_leave(&player, now);
            return if completes {
                self.leave(player, false)
            } else {
                None
            };
        }
        if self.shown.is_leave_of_another(&player, now) {
            return None;
        }
        // Where connections are lost, a name that lost none is a display name.
        let counts = !self.habits.loses && name::is_plain(player.as_str());
        self.leave(player, counts)
    }

    /// Whether nobody who is on can say what looks like a line about this player. Whoever speaks has
    /// their own name before the text, and whatever else a plugin puts around it.
    fn is_nobodys_chat(&self, player: &PlayerName) -> bool {
        let is_within =
            |other: &PlayerName| other != player && player.as_str().contains(other.as_str());
        match name::likeness(player.as_str()) {
            Likeness::Name => true,
            Likeness::Decorated => !self.online.keys().any(is_within),
            Likeness::Chat => false,
        }
    }
}
