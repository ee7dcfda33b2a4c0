//! How often a player joined or left within one second. The sessions of that second may be very
//! many, so they are counted by their places in the order, not one by one.

use oxeye_plugin_proto::UnixSeconds;

use super::order::Key;
use super::{History, key, session};
use crate::players::PlayerId;
use crate::session::{ClosedSession, SessionEnd};

impl History {
    /// Whether more than `count` sessions of a player begin at a time.
    pub(crate) fn has_more_joins_than(
        &mut self,
        count: usize,
        player: PlayerId,
        at: UnixSeconds,
    ) -> bool {
        let next = self.nth_from(Key::begin_of(player, at), count);
        next.is_some_and(|next| (next.player, next.joined_at) == (player, at))
    }

    /// Whether more than `count` sessions of a player end at a time with a leave that was reported. No
    /// two sessions of the player may overlap.
    pub(crate) fn has_more_leaves_than(
        &mut self,
        count: usize,
        player: PlayerId,
        at: UnixSeconds,
    ) -> bool {
        let is_leave =
            |session: ClosedSession| (session.left_at, session.end) == (at, SessionEnd::Left);
        // Of the sessions that began earlier, only the last one can last until then.
        let earlier = UnixSeconds(at.0.saturating_sub(1));
        let earlier = self.of_player_until(player, earlier).next();
        let Some(count) = count.checked_sub(usize::from(earlier.is_some_and(is_leave))) else {
            return true;
        };
        // The others begin and end then. They stand together in the order, before all others of that
        // second.
        let first = Key {
            left_at: at,
            end: SessionEnd::Left,
            ..Key::begin_of(player, at)
        };
        let next = self.nth_from(first, count);
        next.is_some_and(|next| (next.player, next.joined_at) == (player, at) && is_leave(next))
    }

    /// Returns the session that comes this many places after the first one from a key on.
    fn nth_from(&mut self, from: Key, places: usize) -> Option<ClosedSession> {
        let (blocks, order) = self.in_order();
        let row = order.nth_from(from, places, |row| key(blocks, row))?;
        Some(session(blocks, row))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::history::tests::sessions_read;
    use crate::session::SessionId;

    /// Seconds since the last session, its length, how often it comes if it has none, and whether the leave
    /// was reported.
    type Next = (i64, i64, usize, bool);

    fn sessions() -> impl Strategy<Value = Vec<Next>> {
        let times = prop_oneof![8 => 1..4_usize, 1 => 300..900_usize];
        prop::collection::vec((0..3_i64, 0..3_i64, times, any::<bool>()), 0..12)
    }

    /// Returns sessions of a player that do not overlap.
    fn listed(player: u32, sessions: &[Next]) -> Vec<ClosedSession> {
        let mut listed = Vec::new();
        let mut at = 0;
        for (gap, length, times, is_left) in sessions {
            let (joined_at, left_at) = (at + gap, at + gap + length);
            let end = match is_left {
                true => SessionEnd::Left,
                false => SessionEnd::MissingFromSync,
            };
            let times = if *length == 0 { *times } else { 1 };
            listed.extend((0..times).map(|_| ClosedSession {
                id: SessionId(0),
                player: PlayerId(player),
                account: None,
                joined_at: UnixSeconds(joined_at),
                left_at: UnixSeconds(left_at),
                seen_at: UnixSeconds(left_at),
                end,
            }));
            at = left_at;
        }
        listed
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_many_are_found_as_are_in_a_list(of_players in prop::collection::vec(sessions(), 3)) {
            let of_players = (0..).zip(&of_players);
            let listed = of_players.flat_map(|(player, sessions)| listed(player, sessions));
            let listed: Vec<_> = (0..)
                .zip(listed)
                .map(|(id, session)| ClosedSession { id: SessionId(id), ..session })
                .collect();
            let mut history: History = listed.iter().copied().collect();
            for (player, at) in (0..3).flat_map(|player| (0..50).map(move |at| (player, at))) {
                let (player, at) = (PlayerId(player), UnixSeconds(at));
                let of_player = listed.iter().filter(|session| session.player == player);
                let joins = of_player.clone().filter(|session| session.joined_at == at).count();
                let leaves = of_player
                    .filter(|session| (session.left_at, session.end) == (at, SessionEnd::Left))
                    .count();
                for count in [0, 1, 2, joins, joins + 1, joins.saturating_sub(1)] {
                    prop_assert_eq!(history.has_more_joins_than(count, player, at), joins > count);
                }
                for count in [0, 1, 2, leaves, leaves + 1, leaves.saturating_sub(1)] {
                    prop_assert_eq!(history.has_more_leaves_than(count, player, at), leaves > count);
                }
            }
        }
    }

    #[test]
    fn thousands_of_sessions_in_one_second_are_not_read() {
        let listed = listed(1, &[(5, 0, 20_000, true), (0, 0, 20_000, false)]);
        let mut history: History = (0..)
            .zip(listed)
            .map(|(id, session)| ClosedSession {
                id: SessionId(id),
                ..session
            })
            .collect();
        history.put_in_order();

        let read = sessions_read(|| {
            let (player, at) = (PlayerId(1), UnixSeconds(5));
            assert!(history.has_more_joins_than(39_999, player, at));
            assert!(!history.has_more_joins_than(40_000, player, at));
            assert!(history.has_more_leaves_than(19_999, player, at));
            assert!(!history.has_more_leaves_than(20_000, player, at));
        });

        assert!(read < 100, "{read} sessions were read");
    }
}
