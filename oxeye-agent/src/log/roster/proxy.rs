//! Statements of proxies: one player may have two connections at once.

use std::collections::BTreeMap;

use oxeye_plugin_proto::{PlayerName, ServerName};
use serde::{Deserialize, Serialize};

use super::moment::Moment;
use super::{Place, ReaderState};
use crate::game_event::GameEvent;
use crate::log::address::Trace;
use crate::log::grammar::Statement;

/// BungeeCord: somebody whose connection ended, and which one that was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Parted {
    player: PlayerName,
    trace: Option<Trace>,
}

/// Whether a proxy logs leaves. Its settings can disable that, and then everybody stays on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Ends {
    /// The end of a connection was told in this run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    are_told: bool,
    /// Somebody came on again, and nothing had said that they went.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    was_missed: bool,
}

impl Ends {
    fn note_end(&mut self) {
        *self = Self {
            are_told: true,
            was_missed: false,
        };
    }

    fn note_missing(&mut self) {
        self.was_missed |= !self.are_told;
    }

    /// A server took somebody who is on that server already.
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

    /// What is known at the next start; `were_on`: some were on at the end of this run, and nothing
    /// said that they went.
    pub(super) fn of_next_run(self, were_on: bool) -> Self {
        Self {
            are_told: false,
            was_missed: self.was_missed || (were_on && !self.are_told),
        }
    }
}

impl ReaderState {
    /// The log says who comes, and never who goes.
    pub(in crate::log) fn records_no_ends(&self) -> bool {
        self.ends.was_missed && !self.ends.are_told
    }

    /// What has happened by the words of a proxy.
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
            Statement::LetGo(player, server) => self.let_go(player, &server, now),
            Statement::Greeted(player) => {
                self.greet(&player);
                None
            }
            Statement::Refused => {
                self.ends.note_end();
                None
            }
            _ => None,
        }
    }

    /// Velocity: a connection of a player began.
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

    /// Velocity: a connection of a player ended, which need not be the one by which they are on.
    fn disconnect_from(&mut self, player: PlayerName, trace: Option<Trace>) -> Option<GameEvent> {
        self.ends.note_end();
        if self.is_another(&player, trace) {
            return None;
        }
        self.leave(player, true)
    }

    /// The player is on, and by another connection.
    fn is_another(&self, player: &PlayerName, trace: Option<Trace>) -> bool {
        let known = self.online.get(player).and_then(|place| place.trace);
        known.is_some_and(|known| trace.is_some_and(|trace| trace != known))
    }

    /// BungeeCord: somebody is about to connect.
    fn greet(&mut self, player: &PlayerName) {
        self.habits.greets = true;
        self.parted.forget(|parted| parted.player == *player);
    }

    /// BungeeCord: a server behind the proxy took a player.
    fn bridge(
        &mut self,
        player: &PlayerName,
        trace: Option<Trace>,
        server: Option<ServerName>,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        let has_parted = if self.online.contains_key(player) {
            self.has_parted_before(player, trace, now)
        } else {
            self.has_parted(player, trace, now)
        };
        if has_parted {
            return None;
        }
        self.ends.note_server(&self.online, player, server.as_ref());
        if self.is_another(player, trace) {
            self.ends.note_missing();
        }
        let told = self.connect(player.clone(), None, server);
        if let Some(place) = self.online.get_mut(player) {
            let has_joined = matches!(told, Some(GameEvent::Join { .. }));
            place.joined = now.filter(|_| has_joined);
            place.trace = trace;
        }
        told
    }

    /// The connection by which the server took the player has just ended: the two lines are printed by
    /// different threads. Where no address tells connections apart, a new one is greeted.
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

    /// The connection by which the server took the player has just ended, and they are on by another.
    fn has_parted_before(
        &mut self,
        player: &PlayerName,
        trace: Option<Trace>,
        now: Option<Moment>,
    ) -> bool {
        let is_meant = |parted: &Parted| parted.player == *player && parted.trace == trace;
        if trace.is_none() {
            return false;
        }
        self.parted.take(now, is_meant).is_some()
    }

    /// BungeeCord: a connection of a player ended, which need not be the one by which they are on.
    fn unbridge(
        &mut self,
        player: PlayerName,
        trace: Option<Trace>,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        self.ends.note_end();
        let parted = Parted {
            player: player.clone(),
            trace,
        };
        let is_another = self.is_another(&player, trace);
        self.parted.note(parted, now);
        if is_another {
            None
        } else {
            self.leave(player, true)
        }
    }

    /// BungeeCord: a server let go of a player whom it was taking. If it was their first, they never
    /// were anywhere.
    fn let_go(
        &mut self,
        player: PlayerName,
        server: &ServerName,
        now: Option<Moment>,
    ) -> Option<GameEvent> {
        let place = self.online.get(&player)?;
        let is_first = place.server.as_ref() == Some(server) && now?.is_right_after(place.joined?);
        if is_first {
            self.leave(player, true)
        } else {
            None
        }
    }
}
