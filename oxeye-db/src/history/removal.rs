//! Removes sessions that are no longer kept. Blocks without such sessions are not touched.

use std::cell::Cell;
use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use super::{Block, History, key, row_number};
use crate::persons::Share;
use crate::players::PlayerId;
use crate::session::ClosedSession;

/// Maximum number of blocks whose rows are updated in the order one by one; beyond it, the order is
/// rebuilt.
const REORDERED: usize = 4;

impl History {
    /// Forgets a player's sessions. Returns how many.
    pub(crate) fn forget(&mut self, player: PlayerId) -> usize {
        let concerns = |block: &Block| block.players.contains(&player);
        let gone = self.take(concerns, |session| session.player == player);
        gone.len()
    }

    /// Forgets a share of a player's sessions, and returns them.
    pub(crate) fn forget_share(&mut self, player: PlayerId, share: Share) -> Vec<ClosedSession> {
        let concerns = |block: &Block| block.players.contains(&player);
        let is_theirs =
            |session: &ClosedSession| session.player == player && share.has(session.account);
        self.take(concerns, is_theirs)
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
        let concerns = |block: &Block| block.earliest < edge && left.get() > 0;
        self.take(concerns, |session| {
            let goes = session.left_at < edge && left.get() > 0;
            left.set(left.get() - usize::from(goes));
            goes
        })
    }

    /// Removes the sessions that satisfy `goes` from the blocks that satisfy `concerns`, and
    /// returns them. A block with nothing left remains as an empty one, so that row numbers in
    /// other blocks do not change.
    fn take(
        &mut self,
        concerns: impl Fn(&Block) -> bool,
        goes: impl Fn(&ClosedSession) -> bool,
    ) -> Vec<ClosedSession> {
        let had_order = self.order.is_some();
        let mut gone = Vec::new();
        let mut changed = 0;
        for number in 0..self.blocks.len() {
            if !concerns(&self.blocks[number]) {
                continue;
            }
            let before = gone.len();
            let mut kept = Block::empty();
            let block = &self.blocks[number];
            for row in 0..block.ids.len() {
                let session = block.session(row);
                match goes(&session) {
                    true => gone.push(session),
                    false => kept.push(session),
                }
            }
            if gone.len() > before {
                changed += 1;
                if changed > REORDERED {
                    self.order = None;
                }
                self.replace_block(number, kept);
            }
        }
        if had_order {
            self.put_in_order();
        }
        gone
    }

    /// Replaces a block and updates the order of its rows.
    fn replace_block(&mut self, number: usize, new: Block) {
        if let Some(order) = &mut self.order {
            let old = &self.blocks[number];
            for place in 0..old.ids.len() {
                order.remove(old.key(place), |row| key(&self.blocks, row));
            }
        }
        self.blocks[number] = Arc::new(new);
        if let Some(order) = &mut self.order {
            let new = &self.blocks[number];
            for place in 0..new.ids.len() {
                let row = row_number(number, place);
                order.insert(new.key(place), row, |row| key(&self.blocks, row));
            }
        }
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

        let gone = history.forget(PlayerId(3));

        let others: Vec<_> = view
            .iter()
            .filter(|session| session.player.0 != 3)
            .collect();
        assert_eq!(history.iter().collect::<Vec<_>>(), others);
        assert_eq!(gone, view.len() - others.len());
        assert_eq!(history.forget(PlayerId(3)), 0);
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
        for share in [None, Some(Share::Unproven)] {
            // Their session is the only one in its block.
            let mut history = history(u32::try_from(10 * BLOCK).unwrap());
            rare(&mut history);

            let read = sessions_read(|| {
                let gone = match share {
                    None => history.forget(PlayerId(9)),
                    Some(share) => history.forget_share(PlayerId(9), share).len(),
                };
                assert_eq!(gone, 1);
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
}
