//! What everyone may ask about a server. Nothing here changes anything.

use std::cmp::Ordering;
use std::time::Duration;

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};

use super::{ServerState, Stay};
use crate::history::History;
use crate::ids::GuildId;
use crate::last_seen::LastSeen;
use crate::textures::Textures;
use crate::visibility::Visible;

/// A player who is online now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlinePlayer {
    /// The name as the server sent it.
    pub player: PlayerName,
    /// When the player joined, or when a sync first named them.
    pub joined_at: UnixSeconds,
}

impl OnlinePlayer {
    /// Compares players in the order in which they are listed: as they joined, and by name within a second.
    #[must_use]
    pub fn by_joining(&self, other: &Self) -> Ordering {
        (self.joined_at, &self.player).cmp(&(other.joined_at, &other.player))
    }
}

/// A player who was online recently and is not now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflinePlayerInfo {
    /// The newest name of the player in the guild.
    pub player_name: PlayerName,
    /// The latest evidence that the player was there.
    pub last_seen: UnixSeconds,
}

impl ServerState {
    /// The guild that the server belongs to.
    pub(crate) fn guild(&self) -> GuildId {
        self.guild
    }

    /// The server's name, unique in its guild.
    pub(crate) fn name(&self) -> &ServerName {
        &self.name
    }

    /// Whether the server is linked now; false after a disconnect.
    pub(crate) fn is_linked(&self) -> bool {
        self.linked
    }

    /// The number of the link, which changes whenever the server is linked again.
    pub(crate) fn link(&self) -> u64 {
        self.link
    }

    /// The players who are online.
    pub(crate) fn players(&self) -> &HashMap<PlayerName, Stay> {
        &self.players
    }

    /// The players who are not online, and when they were last seen.
    pub(crate) fn last_seen(&self) -> &LastSeen {
        &self.last_seen
    }

    /// The sessions that are over.
    pub(crate) fn history(&self) -> &History {
        &self.history
    }

    /// The textures that the server has reported, and which of them lead to a skin.
    pub(crate) fn textures(&self) -> &Textures {
        &self.textures
    }

    /// Whether the plugin has sent its whole roster since Oxeye started.
    pub(crate) fn is_synced(&self) -> bool {
        self.synced_since_boot
    }

    /// When the server last said anything, by our clock.
    pub(crate) fn heard_at(&self) -> Option<UnixSeconds> {
        self.heard_at
    }

    /// A number that grows whenever a picture of the roster would change.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// The oldest time that is still within the window of last seen.
    #[must_use]
    pub(crate) fn window_edge(&self, now: UnixSeconds) -> UnixSeconds {
        now.minus(self.window)
    }

    /// The oldest time at which members of the guild see a player in last seen.
    pub(crate) fn shown_edge(&self, now: UnixSeconds) -> UnixSeconds {
        now.minus(self.shown_window)
    }

    /// Returns how long somebody sees players in last seen.
    pub(crate) fn window_seen_by(&self, visible: &Visible) -> Duration {
        match visible.is_of_member() {
            true => self.shown_window,
            false => self.window,
        }
    }

    /// Whether the server is not linked and nothing is known of any player on it.
    pub(crate) fn is_blank(&self) -> bool {
        !self.linked
            && self.players.is_empty()
            && self.history.is_empty()
            && self.loose_ends.is_empty()
    }

    /// Whether the server has reported this player recently: the player is online or in last seen.
    pub(crate) fn remembers(&self, player: &PlayerName) -> bool {
        self.players.contains_key(player) || self.last_seen.get(player).is_some()
    }

    /// Returns the players who are online, in the order in which they joined, as far as they may be seen.
    #[must_use]
    pub(crate) fn online(&self, visible: &Visible) -> Vec<OnlinePlayer> {
        let mut online: Vec<_> = self
            .players
            .iter()
            .filter(|(player, stay)| visible.shows_stay(player, stay.account))
            .map(|(player, stay)| OnlinePlayer {
                player: player.clone(),
                joined_at: stay.joined_at,
            })
            .collect();
        online.sort_unstable_by(OnlinePlayer::by_joining);
        online
    }

    /// Returns the same players, of whom none is shown as having joined later than now, as a clock that ran fast may
    /// have recorded.
    #[must_use]
    pub(crate) fn online_as_shown(&self, visible: &Visible, now: UnixSeconds) -> Vec<OnlinePlayer> {
        let mut online = self.online(visible);
        for player in &mut online {
            player.joined_at = player.joined_at.min(now);
        }
        online
    }

    /// Returns the names within the window of last seen that may be seen, newest first. [`Lately`](super::Lately) has
    /// the persons.
    pub(crate) fn recently_offline(
        &self,
        visible: &Visible,
        now: UnixSeconds,
    ) -> impl Iterator<Item = (&PlayerName, UnixSeconds)> {
        self.last_seen
            .newest_first(now.minus(self.window_seen_by(visible)))
            .filter(|(player, at)| self.may_be_seen(player, *at, visible))
    }

    /// Whether a player who was last seen then may be seen. A name that somebody who hides has used, too, has to be
    /// another account's in the last session.
    pub(crate) fn may_be_seen(
        &self,
        player: &PlayerName,
        last_seen: UnixSeconds,
        visible: &Visible,
    ) -> bool {
        if visible.shows(player) {
            return true;
        }
        let Some(id) = visible.shared_name(player) else {
            return false;
        };
        let last = self.history.last_since(id, last_seen);
        last.is_some_and(|last| {
            last.seen_at >= last_seen && visible.shows_stay(player, last.account)
        })
    }

    /// Returns the number of these names.
    pub(super) fn recently_offline_count(&self, visible: &Visible, now: UnixSeconds) -> usize {
        let edge = now.minus(self.window_seen_by(visible));
        let is_left_out = |player: &&PlayerName| {
            let within = self.last_seen.get(player).filter(|at| *at >= edge);
            within.is_some_and(|at| !self.may_be_seen(player, at, visible))
        };
        self.last_seen.count_since(edge) - visible.hidden().filter(is_left_out).count()
    }

    /// Returns the latest time for which we know who was online.
    #[must_use]
    pub(crate) fn evidence_at(&self) -> Option<UnixSeconds> {
        self.facts.at
    }
}
