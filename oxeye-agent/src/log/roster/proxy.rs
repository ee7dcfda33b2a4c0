//! Statements of proxies, on which a player may have two connections at once.

use std::collections::BTreeMap;

use oxeye_plugin_proto::{PlayerName, ServerName};
use serde::{Deserialize, Serialize};

use super::moment::{Moment, Recent};
use super::{Place, ReaderState};
use crate::game_event::GameEvent;
use crate::log::address::Trace;
use crate::log::grammar::Statement;

/// BungeeCord: a player whose connection ended, and which connection it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Parted {
    player: PlayerName,
    trace: Option<Trace>,
}

/// BungeeCord: players who connect again while they are online. The proxy ends their earlier connection
/// before or after a server accepts the new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Reconnecting {
    /// Players who gave their names and have not been accepted by a server yet.
    greeted: Recent<PlayerName>,
    /// Players whose new connection was accepted, so that the next end is that of the earlier one.
    accepted: Recent<PlayerName>,
}

/// Whether a proxy logs leaves. Its settings can disable that, and then everyone seems to stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Ends {
    /// Whether the end of a connection was logged in this run.
    #[serde(rename = "are_told", skip_serializing_if = "std::ops::Not::not")]
    are_logged: bool,
    /// Whether a player joined again without having left.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    was_missed: bool,
}

impl Reconnecting {
    /// Whether nobody is connecting again.
    pub(super) fn is_over(&self) -> bool {
        *self == Self::default()
    }

    /// Notes a new connection of a player who may still be online through an earlier one.
    fn begin(&mut self, player: PlayerName, now: Option<Moment>) {
        self.greeted.forget(|greeted| *greeted == player);
        self.greeted.note(player, now);
    }

    /// Whether the player gave their name right before, and is still to be accepted by a server.
    fn is_greeted(&self, player: &PlayerName, now: Option<Moment>) -> bool {
        self.greeted.includes(now, |greeted| greeted == player)
    }
}

impl Ends {
    fn note_end(&mut self) {
        *self = Self {
            are_logged: true,
            was_missed: false,
        };
    }

    fn note_missing(&mut self) {
        self.was_missed |= !self.are_logged;
    }

    /// Notes a missing leave if a server accepted a player who is already on that server.
    pub(super) fn note_server(
        &mut self,
        online: &BTreeMap<PlayerName, Place>,
        player: &PlayerName,
        server: Option<&ServerName>,
    ) {
        let place = online.get(player);
        if server.is_some() && place.is_some_and(|place| place.server.as_ref() == server) {
            self.note_missing();
        }
    }

    /// Returns what is known at the next start. `lacks_leaves` says whether players were online at the
    /// end of this run without any of their leaves being logged.
    pub(super) fn of_next_run(self, lacks_leaves: bool) -> Self {
        Self {
            are_logged: false,
            was_missed: self.was_missed || (lacks_leaves && !self.are_logged),
        }
    }
}

impl ReaderState {
    /// Whether the log records joins but no leaves.
    pub(in crate::log) fn records_no_leaves(&self) -> bool {
        self.ends.was_missed && !self.ends.are_logged
    }

    /// Takes in a statement of a proxy and returns the event, if it is new.
    pub(super) fn apply_proxy(
        &mut self,
        statement: Statement,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        match statement {
            Statement::ConnectedFrom(player, trace) => self.connect_from(&player, trace),
            Statement::DisconnectedFrom(player, trace) => self.disconnect_from(player, trace),
            Statement::Bridged {
                player,
                trace,
                server,
            } => self.bridge(&player, trace, server, now),
            Statement::Unbridged(player, trace) => self.unbridge(player, trace, now),
            Statement::Dropped(player, server) => self.drop_player(player, &server, now),
            Statement::Greeted(player) => {
                self.greet(player, now);
                None
            }
            Statement::Reconnects(player) => {
                self.reconnecting.begin(player, now);
                None
            }
            Statement::Refused => {
                self.ends.note_end();
                None
            }
            _ => None,
        }
    }

    /// Velocity: handles a new connection of a player.
    fn connect_from(&mut self, player: &PlayerName, trace: Option<Trace>) -> Option<GameEvent> {
        let before = self.online.get(player);
        if before
            .is_some_and(|place| place.is_connected && (trace.is_none() || place.trace != trace))
        {
            self.ends.note_missing();
        }
        let joined = self.connect(player.clone(), None, None);
        if let Some(place) = self.online.get_mut(player) {
            place.trace = trace;
            place.is_connected = true;
        }
        joined
    }

    /// Velocity: handles the end of a connection, which need not be the one through which the player is
    /// online.
    fn disconnect_from(&mut self, player: PlayerName, trace: Option<Trace>) -> Option<GameEvent> {
        self.ends.note_end();
        if self.is_other_connection(&player, trace) {
            return None;
        }
        self.leave(player, true)
    }

    /// Whether the player is online through a connection other than this one.
    fn is_other_connection(&self, player: &PlayerName, trace: Option<Trace>) -> bool {
        let known = self.online.get(player).and_then(|place| place.trace);
        known.is_some_and(|known| trace.is_some_and(|trace| trace != known))
    }

    /// BungeeCord: handles the name of a player who is about to connect.
    fn greet(&mut self, player: PlayerName, now: Option<Moment>) {
        self.habits.greets = true;
        self.parted.forget(|parted| parted.player == player);
        self.reconnecting.begin(player, now);
    }

    /// BungeeCord: handles a player whom a server behind the proxy accepted.
    fn bridge(
        &mut self,
        player: &PlayerName,
        trace: Option<Trace>,
        server: Option<ServerName>,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        let is_greeted = self
            .reconnecting
            .greeted
            .take(now, |greeted| greeted == player);
        let has_parted = if self.online.contains_key(player) {
            if is_greeted.is_some() && trace.is_none() {
                self.reconnecting.accepted.note(player.clone(), now);
            }
            self.has_parted_before(player, trace, now)
        } else {
            self.has_parted(player, trace, now)
        };
        if has_parted {
            return None;
        }
        self.ends.note_server(&self.online, player, server.as_ref());
        if self.is_other_connection(player, trace) {
            self.ends.note_missing();
        }
        let event = self.connect(player.clone(), None, server);
        if let Some(place) = self.online.get_mut(player) {
            let has_joined = matches!(event, Some(GameEvent::Join { .. }));
            place.joined = now.filter(|_| has_joined);
            place.trace = trace;
        }
        event
    }

    /// Whether the connection of a player whom a server accepted has already ended; different threads
    /// print the two lines. If no address distinguishes the connections, a new one would have been
    /// greeted.
    fn has_parted(
        &mut self,
        player: &PlayerName,
        trace: Option<Trace>,
        now: Option<Moment>,
    ) -> bool {
        let greets = self.habits.greets;
        let parted = self.parted.take(now, |parted| parted.player == *player);
        parted.is_some_and(|parted| match (parted.trace, trace) {
            (Some(old), Some(new)) => old == new,
            _ => greets,
        })
    }

    /// Whether the connection of a player whom a server accepted has already ended, while the player is
    /// online through another.
    fn has_parted_before(
        &mut self,
        player: &PlayerName,
        trace: Option<Trace>,
        now: Option<Moment>,
    ) -> bool {
        let matches = |parted: &Parted| parted.player == *player && parted.trace == trace;
        if trace.is_none() {
            return false;
        }
        self.parted.take(now, matches).is_some()
    }

    /// BungeeCord: handles the end of a connection, which need not be the one through which the player
    /// is online.
    fn unbridge(
        &mut self,
        player: PlayerName,
        trace: Option<Trace>,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        self.ends.note_end();
        let is_earlier = |accepted: &PlayerName| *accepted == player;
        let accepted = self.reconnecting.accepted.take(now, is_earlier);
        if accepted.is_some() {
            return None;
        }
        let is_other = self.is_other_connection(&player, trace);
        if !self.reconnecting.is_greeted(&player, now) {
            let player = player.clone();
            self.parted.note(Parted { player, trace }, now);
        }
        if is_other {
            None
        } else {
            self.leave(player, true)
        }
    }

    /// BungeeCord: handles a player whom a server dropped instead of accepting. If it was their first
    /// server, they leave; otherwise they are still on the one before.
    fn drop_player(
        &mut self,
        player: PlayerName,
        server: &ServerName,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        let place = self.online.get_mut(&player)?;
        if place.server.as_ref() != Some(server) {
            return None;
        }
        if let Some(before) = place.before.take() {
            place.server = Some(before.clone());
            return Some(GameEvent::Switch {
                player,
                server: before,
            });
        }
        let is_first = now?.is_right_after(place.joined?);
        is_first.then(|| self.leave(player, true)).flatten()
    }
}
