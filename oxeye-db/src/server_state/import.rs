//! Imports stays from another store.

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::{ClosedSession, Ledger, PlayerId, ServerState, SessionEnd, StoreChange};
use crate::portable::PortableStay;

/// A known stay of a player; its end lies in the far future while the player is online.
#[derive(Debug, Clone, Copy)]
struct Known {
    joined_at: UnixSeconds,
    left_at: UnixSeconds,
}

impl ServerState {
    /// Adds the stays that are neither known nor overlap a known stay of their player. Returns how
    /// many.
    pub(crate) fn add_stays(
        &mut self,
        stays: &[(PlayerName, PortableStay)],
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> usize {
        let players: Vec<PlayerId> = stays.iter().map(|(name, _)| ledger.player(name)).collect();
        let mut known = self.known_of(stays, &players);
        let mut added = 0;
        for ((name, stay), player) in stays.iter().zip(players) {
            let (left_at, end) = stay.end.unwrap_or((stay.seen_at, SessionEnd::Stale));
            let new = Known {
                joined_at: stay.joined_at,
                left_at,
            };
            let of_player = known.entry(player).or_default();
            if of_player.iter().any(|known| known.clashes_with(new)) {
                continue;
            }
            of_player.push(new);
            let session = ClosedSession {
                id: ledger.next_session(),
                player,
                account: ledger.account(self.guild, name, stay.account),
                joined_at: stay.joined_at,
                left_at,
                seen_at: stay.seen_at,
                end,
            };
            if let Some(uuid) = stay.account.filter(|_| session.account.is_some()) {
                ledger.add_uuid(self.guild, player, uuid, stay.joined_at);
            }
            ledger.note(StoreChange::SessionAdded(session));
            self.restore_closed(|| Some(name.clone()), session, now);
            added += 1;
        }
        added
    }

    /// Returns what is known of these players during these stays, in one pass for all of them.
    fn known_of(
        &self,
        stays: &[(PlayerName, PortableStay)],
        players: &[PlayerId],
    ) -> HashMap<PlayerId, Vec<Known>> {
        let mut known: HashMap<PlayerId, Vec<Known>> =
            players.iter().map(|player| (*player, Vec::new())).collect();
        let left = |stay: &PortableStay| stay.end.map_or(stay.seen_at, |(left_at, _)| left_at);
        let from = stays.iter().map(|(_, stay)| stay.joined_at).min();
        let to = stays.iter().map(|(_, stay)| left(stay)).max();
        for session in from
            .zip(to)
            .into_iter()
            .flat_map(|(from, to)| self.history.between(from, to))
        {
            if let Some(known) = known.get_mut(&session.player) {
                known.push(Known {
                    joined_at: session.joined_at,
                    left_at: session.left_at,
                });
            }
        }
        for stay in stays.iter().filter_map(|(name, _)| self.players.get(name)) {
            let known = known.entry(stay.player).or_default();
            known.push(Known {
                joined_at: stay.joined_at,
                left_at: UnixSeconds(i64::MAX),
            });
        }
        known
    }
}

impl Known {
    /// Whether the stays contradict each other: they are the same or they overlap. One may begin in
    /// the second in which the other ends.
    fn clashes_with(self, other: Self) -> bool {
        self.joined_at == other.joined_at
            || (self.joined_at < other.left_at && other.joined_at < self.left_at)
    }
}
