//! Removes sessions that are no longer kept. Blocks without such sessions are not touched.

use std::cell::Cell;
use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use super::order::Key;
use super::{Block, History, key, place_of, row_number, session};
use crate::persons::Share;
use crate::players::PlayerId;
use crate::session::ClosedSession;

/// The new row number of each row of a block that has changed; `None` for a row that is gone.
type NewRows = Vec<Option<u32>>;

impl History {
    /// Removes at most `limit` of the sessions that are a share of a player's, the oldest first, and returns them.
    pub(crate) fn take_of(
        &mut self,
        player: PlayerId,
        share: Share,
        limit: usize,
    ) -> Vec<ClosedSession> {
        let mut rows: Vec<u32> = self.rows_of(player, share).take(limit).collect();
        rows.sort_unstable();
        let mut numbers: Vec<_> = rows.iter().map(|row| place_of(*row).0).collect();
        numbers.dedup();
        self.take(numbers, |row, _| rows.binary_search(&row).is_ok())
    }

    /// Whether any session is a share of a player's.
    pub(crate) fn has_any_of(&mut self, player: PlayerId, share: Share) -> bool {
        self.rows_of(player, share).next().is_some()
    }

    /// Returns the rows of a share of a player's sessions, the oldest first.
    fn rows_of(&mut self, player: PlayerId, share: Share) -> impl Iterator<Item = u32> + '_ {
        let (blocks, order) = self.in_order();
        let from = Key::begin_of(player, UnixSeconds(i64::MIN));
        order
            .from(from, |row| key(blocks, row))
            .map(|row| (row, session(blocks, row)))
            .take_while(move |(_, session)| session.player == player)
            .filter(move |(_, session)| share.has(session.account))
            .map(|(row, _)| row)
    }

    /// Returns the player of each session.
    pub(crate) fn players(&self) -> impl Iterator<Item = PlayerId> + '_ {
        self.blocks
            .iter()
            .flat_map(|block| block.players.iter().copied())
    }

    /// Whether any session ended before a time.
    pub(crate) fn any_ended_before(&self, edge: UnixSeconds) -> bool {
        self.ended_before(edge).next().is_some()
    }

    /// Returns the number of sessions that ended before a time.
    pub(crate) fn count_ended_before(&self, edge: UnixSeconds) -> usize {
        self.ended_before(edge).count()
    }

    fn ended_before(&self, edge: UnixSeconds) -> impl Iterator<Item = ClosedSession> {
        let old = self
            .blocks
            .iter()
            .filter(move |block| block.earliest < edge);
        old.flat_map(|block| (0..block.ids.len()).map(|row| block.session(row)))
            .filter(move |session| session.left_at < edge)
    }

    /// Removes at most `limit` sessions that ended before a time, and returns them.
    pub(crate) fn take_ended_before(
        &mut self,
        edge: UnixSeconds,
        limit: usize,
    ) -> Vec<ClosedSession> {
        let left = Cell::new(limit);
        let is_old = |number: &usize| self.blocks[*number].earliest < edge;
        let old: Vec<_> = (0..self.blocks.len()).filter(is_old).collect();
        let old = old.into_iter().take_while(|_| left.get() > 0);
        self.take(old, |_, session| {
            let goes = session.left_at < edge && left.get() > 0;
            left.set(left.get() - usize::from(goes));
            goes
        })
    }

    /// Removes the rows that satisfy `goes` from the blocks with these numbers, and returns their sessions. A block with
    /// nothing left remains as an empty one, so that row numbers in other blocks do not change.
    fn take(
        &mut self,
        numbers: impl IntoIterator<Item = usize>,
        goes: impl Fn(u32, &ClosedSession) -> bool,
    ) -> Vec<ClosedSession> {
        let mut gone = Vec::new();
        let mut changed: Vec<Option<NewRows>> = vec![None; self.blocks.len()];
        for number in numbers {
            let before = gone.len();
            let (kept, new_rows) = self.without(number, &goes, &mut gone);
            if gone.len() > before {
                self.blocks[number] = Arc::new(kept);
                changed[number] = Some(new_rows);
            }
        }
        if gone.is_empty() {
            return gone;
        }
        if let Some(order) = &mut self.order {
            let new_row = |row: u32| {
                let (number, place) = place_of(row);
                match &changed[number] {
                    Some(new_rows) => new_rows[place],
                    None => Some(row),
                }
            };
            order.renumber(new_row, |row| key(&self.blocks, row));
        }
        gone
    }

    /// Returns what is left of a block without the rows that go, and where each row is then. Adds those that go.
    fn without(
        &self,
        number: usize,
        goes: impl Fn(u32, &ClosedSession) -> bool,
        gone: &mut Vec<ClosedSession>,
    ) -> (Block, NewRows) {
        let block = &self.blocks[number];
        let (mut kept, mut new_rows) = (Block::empty(), NewRows::with_capacity(block.ids.len()));
        for place in 0..block.ids.len() {
            let session = block.session(place);
            if goes(row_number(number, place), &session) {
                gone.push(session);
                new_rows.push(None);
            } else {
                new_rows.push(Some(row_number(number, kept.ids.len())));
                kept.push(session);
            }
        }
        (kept, new_rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::BLOCK;
    use crate::history::tests::sessions_read;
    use crate::session::{SessionEnd, SessionId};

    fn history(sessions: u32) -> History {
        let mut history = History::default();
        for id in 0..sessions {
            history.push(ClosedSession {
                id: SessionId(id),
                player: PlayerId(id % 7),
                account: None,
                joined_at: UnixSeconds(i64::from(id)),
                left_at: UnixSeconds(i64::from(id) + 1),
                seen_at: UnixSeconds(i64::from(id) + 1),
                end: SessionEnd::Left,
            });
        }
        history
    }

    #[test]
    fn a_forgotten_player_is_in_no_block_and_the_others_are_unchanged() {
        let mut history = history(10_000);
        let view = history.clone();

        let gone = history.take_of(PlayerId(3), Share::Whole, usize::MAX);

        let others: Vec<_> = view
            .iter()
            .filter(|session| session.player.0 != 3)
            .collect();
        assert_eq!(history.iter().collect::<Vec<_>>(), others);
        assert_eq!(gone.len(), view.len() - others.len());
        assert!(history.of_player(PlayerId(3)).next().is_none());
    }

    #[test]
    fn forgetting_a_player_of_few_sessions_does_not_sort_those_of_others_again() {
        let rare = |history: &mut History| {
            let first = history.iter().next();
            history.push(ClosedSession {
                id: SessionId(100_000),
                player: PlayerId(9),
                ..first.unwrap()
            });
            history.put_in_order();
        };
        for share in [Share::Whole, Share::Unproven] {
            // Their session is the only one in its block.
            let mut history = history(u32::try_from(10 * BLOCK).unwrap());
            rare(&mut history);

            let read = sessions_read(|| {
                let gone = history.take_of(PlayerId(9), share, usize::MAX);
                assert_eq!(gone.len(), 1);
            });

            assert!(read < 300, "{read} sessions were read");
            for player in (0..7).map(PlayerId) {
                let expected: Vec<_> = history.of_player(player).collect();
                let found = history.of_player_from(player, UnixSeconds(0));
                assert_eq!(found.collect::<Vec<_>>(), expected);
            }
        }
    }

    #[test]
    fn a_session_that_ended_in_the_very_second_is_not_too_old() {
        // They ended in seconds 1 to 10.
        let history = history(10);
        let any = |edge| history.any_ended_before(UnixSeconds(edge));
        let count = |edge| history.count_ended_before(UnixSeconds(edge));
        assert_eq!((any(1), count(1)), (false, 0));
        assert_eq!((any(2), count(2)), (true, 1));
        assert_eq!((any(4), count(4)), (true, 3));
    }

    #[test]
    fn old_sessions_are_removed_in_portions_until_none_is_left() {
        let mut history = history(10_000);
        let edge = UnixSeconds(6_000);

        let portions: Vec<_> = std::iter::from_fn(|| {
            let portion = history.take_ended_before(edge, 1_000);
            (!portion.is_empty()).then_some(portion.len())
        })
        .collect();

        assert_eq!(portions, [1_000, 1_000, 1_000, 1_000, 1_000, 999]);
        assert!(history.iter().all(|session| session.left_at >= edge));
        assert_eq!(history.len(), 4_001);
    }
    #[test]
    fn sessions_that_lie_in_many_blocks_go_without_sorting_the_others_again() {
        let in_no_order = history(u32::try_from(20 * BLOCK).unwrap());
        let mut in_order = in_no_order.clone();
        in_order.put_in_order();
        let edge = UnixSeconds(i64::try_from(20 * BLOCK).unwrap());
        let take = |mut history: History| {
            let mut gone = 0;
            let read = sessions_read(|| {
                // Every seventh session, and then the oldest ones of all players.
                gone += history.take_of(PlayerId(3), Share::Whole, 3_000).len();
                gone += history.take_ended_before(edge, 500).len();
            });
            assert_eq!(gone, 3_500);
            (history, read)
        };

        let (_, sorting) = take(in_no_order);
        let (mut history, read) = take(in_order);

        let sessions = 20 * BLOCK;
        assert!(
            sorting > sessions + read / 2,
            "{sorting} sessions were read to sort them"
        );
        assert!(read < sessions, "{read} sessions were read");
        for player in (0..7).map(PlayerId) {
            let expected: Vec<_> = history.of_player(player).collect();
            let found = history.of_player_from(player, UnixSeconds(0));
            assert_eq!(found.collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn a_players_oldest_sessions_go_first() {
        let mut history = history(10_000);
        let of_player: Vec<_> = history.of_player(PlayerId(3)).collect();
        let (oldest, others) = of_player.split_at(400);

        assert_eq!(history.take_of(PlayerId(3), Share::Whole, 400), oldest);

        let left = history.of_player_from(PlayerId(3), UnixSeconds(0));
        assert_eq!(left.collect::<Vec<_>>(), others);
        assert_eq!(history.len(), 9_600);
        assert_eq!(history.take_of(PlayerId(8), Share::Whole, 400), []);
    }
}
