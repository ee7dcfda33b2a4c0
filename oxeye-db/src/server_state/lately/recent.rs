//! A copy of the part of a server that the list of those seen lately is made of, so that a long list is folded after the
//! server is unlocked.

use std::time::Duration;

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};

use super::super::{ServerState, Stay};
use crate::history::History;
use crate::ids::GuildId;
use crate::visibility::Visible;

/// The players who are on a server, and those who were seen there within the window.
#[derive(Debug)]
pub(crate) struct Recent {
    guild: GuildId,
    name: ServerName,
    window: Duration,
    shown_window: Duration,
    now: UnixSeconds,
    edge: UnixSeconds,
    players: HashMap<PlayerName, Stay>,
    newest_first: Vec<(PlayerName, UnixSeconds)>,
    history: History,
}

impl Recent {
    /// Copies what somebody may be asking for. Takes as long as it takes to copy the names.
    pub(crate) fn of(state: &ServerState, visible: &Visible, now: UnixSeconds) -> Self {
        let edge = now.minus(state.window_seen_by(visible));
        let newest_first = state.last_seen.newest_first(edge);
        Self {
            guild: state.guild,
            name: state.name.clone(),
            window: state.window,
            shown_window: state.shown_window,
            now,
            edge,
            players: state.players.clone(),
            newest_first: newest_first.map(|(name, at)| (name.clone(), at)).collect(),
            history: state.history.clone(),
        }
    }

    /// Returns a server that answers as the copied one did.
    pub(crate) fn into_state(self) -> ServerState {
        let mut state = ServerState::new(self.guild, self.name, self.window, self.now);
        state.shown_window = self.shown_window;
        state.players = self.players;
        for (name, at) in self.newest_first.iter().rev() {
            state.last_seen.update_last_seen(name, *at, self.edge);
        }
        let sessions = self.history.between(self.edge, UnixSeconds(i64::MAX));
        state.history = sessions.collect();
        state.history.put_in_order();
        state
    }
}
