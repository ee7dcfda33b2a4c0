//! Joins within a stay and leaves outside of one. They are kept, in bounded number, because a late
//! event may still give them a meaning.

use hashbrown::HashMap;
use oxeye_plugin_proto::UnixSeconds;

use crate::ledger::LooseEnd;
use crate::persons::Share;
use crate::players::PlayerId;

/// Maximum number of loose ends of one server. A plugin that reports in order causes none.
const MAX_LOOSE_ENDS: usize = 10_000;

/// Maximum number of loose ends of one player on a server.
const MAX_LOOSE_ENDS_OF_PLAYER: usize = 64;

/// The loose ends of one server.
#[derive(Debug, Default)]
pub(super) struct LooseEnds {
    by_player: HashMap<PlayerId, Vec<LooseEnd>>,
    /// Number of loose ends of all players.
    count: usize,
}

impl LooseEnds {
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns the loose ends of a player, in no particular order.
    pub(super) fn of(&self, player: PlayerId) -> &[LooseEnd] {
        self.by_player.get(&player).map_or(&[], Vec::as_slice)
    }

    /// Returns the players who have loose ends.
    pub(super) fn players(&self) -> impl Iterator<Item = PlayerId> + '_ {
        self.by_player.keys().copied()
    }

    /// Adds a loose end if there is room and it is not known. Returns whether it was added.
    pub(super) fn add(&mut self, end: LooseEnd) -> bool {
        let known = self.of(end.player);
        let has_room = self.count < MAX_LOOSE_ENDS && known.len() < MAX_LOOSE_ENDS_OF_PLAYER;
        if !has_room || known.iter().any(|known| known.is_same_event(&end)) {
            return false;
        }
        self.restore(end);
        true
    }

    /// Adds a loose end read from the file.
    pub(super) fn restore(&mut self, end: LooseEnd) {
        self.by_player.entry(end.player).or_default().push(end);
        self.count += 1;
    }

    /// Removes a loose end that now belongs to a stay.
    pub(super) fn remove(&mut self, end: &LooseEnd) {
        let Some(ends) = self.by_player.get_mut(&end.player) else {
            return;
        };
        let before = ends.len();
        ends.retain(|other| other != end);
        self.count -= before - ends.len();
        if ends.is_empty() {
            self.by_player.remove(&end.player);
        }
    }

    /// Forgets the loose ends of a player. Returns how many there were.
    pub(super) fn forget_player(&mut self, player: PlayerId) -> usize {
        let forgotten = self.by_player.remove(&player).map_or(0, |ends| ends.len());
        self.count -= forgotten;
        forgotten
    }

    /// Forgets a share of a player's loose ends, and returns them.
    pub(super) fn forget_share(&mut self, player: PlayerId, share: Share) -> Vec<LooseEnd> {
        let known = self.of(player).iter().copied();
        let forgotten: Vec<_> = known.filter(|end| share.has(end.account)).collect();
        for end in &forgotten {
            self.remove(end);
        }
        forgotten
    }

    /// Forgets the loose ends from before a time.
    pub(super) fn forget_before(&mut self, time: UnixSeconds) {
        self.by_player.retain(|_, ends| {
            ends.retain(|end| end.at >= time);
            !ends.is_empty()
        });
        self.count = self.by_player.values().map(Vec::len).sum();
    }

    /// Returns all loose ends, in order.
    #[cfg(test)]
    pub(super) fn all(&self) -> Vec<LooseEnd> {
        let mut ends: Vec<_> = self.by_player.values().flatten().copied().collect();
        ends.sort_by_key(|end| (end.player, end.at, end.is_join));
        ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loose_ends_that_are_resolved_or_forgotten_make_room_for_others() {
        let mut loose = LooseEnds::default();
        for at in [1, 2] {
            loose.add(LooseEnd {
                player: PlayerId(7),
                at: UnixSeconds(at),
                is_join: false,
                account: None,
            });
        }
        let first = loose.of(PlayerId(7))[0];

        loose.remove(&first);
        assert_eq!(loose.count, 1);

        assert_eq!(loose.forget_player(PlayerId(7)), 1);
        assert_eq!(loose.count, 0);
    }
}
