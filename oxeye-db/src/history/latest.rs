//! A player's latest sessions, found by the order without changing the history.

use oxeye_plugin_proto::UnixSeconds;

use super::order::Key;
use super::{History, key, session};
use crate::accounts::AccountId;
use crate::players::PlayerId;
use crate::record::span::Span;
use crate::session::ClosedSession;

impl History {
    /// Returns the spans of a player's sessions that end at `from` or later, of the accounts that are wanted, in no
    /// particular order. Reads all sessions if nothing has put them in order yet.
    pub(crate) fn spans_since(
        &self,
        player: PlayerId,
        from: UnixSeconds,
        is_wanted: impl Fn(Option<AccountId>) -> bool,
    ) -> Vec<Span> {
        let is_late = |session: &ClosedSession| session.left_at >= from;
        let span = |session: ClosedSession| Span {
            from: session.joined_at,
            to: session.left_at,
        };
        let Some(order) = &self.order else {
            let late = self.of_player(player).filter(is_late);
            let wanted = late.filter(|session| is_wanted(session.account));
            return wanted.map(span).collect();
        };
        // A player's sessions on one server do not overlap, so those that begin last end last.
        let end = Key::end_of(player, UnixSeconds(i64::MAX));
        order
            .before(end, |row| key(&self.blocks, row))
            .map(|row| session(&self.blocks, row))
            .take_while(|session| session.player == player && is_late(session))
            .filter(|session| is_wanted(session.account))
            .map(span)
            .collect()
    }

    /// Returns the session with the latest evidence of a player, among those that end at `from` or later. Reads the
    /// blocks since then if nothing has put the sessions in order yet.
    pub(crate) fn last_since(&self, player: PlayerId, from: UnixSeconds) -> Option<ClosedSession> {
        let evidence = |session: &ClosedSession| (session.seen_at, session.id);
        let Some(order) = &self.order else {
            let late = self.between(from, UnixSeconds(i64::MAX));
            let theirs = late.filter(|session| session.player == player);
            return theirs.max_by_key(evidence);
        };
        let end = Key::end_of(player, UnixSeconds(i64::MAX));
        order
            .before(end, |row| key(&self.blocks, row))
            .map(|row| session(&self.blocks, row))
            .take_while(|session| session.player == player && session.left_at >= from)
            .max_by_key(evidence)
    }

    /// Returns a player's last session among those that begin at `to` or earlier. Reads all sessions if nothing has
    /// put them in order yet.
    pub(crate) fn last_begun(&self, player: PlayerId, to: UnixSeconds) -> Option<ClosedSession> {
        let Some(order) = &self.order else {
            let begun = self.of_player(player);
            let begun = begun.filter(|session| session.joined_at <= to);
            return begun.max_by_key(Key::of);
        };
        let mut begun = order.before(Key::end_of(player, to), |row| key(&self.blocks, row));
        let last = begun.next().map(|row| session(&self.blocks, row));
        last.filter(|session| session.player == player)
    }

    /// Whether a player has any session.
    pub(crate) fn has_player(&self, player: PlayerId) -> bool {
        let Some(order) = &self.order else {
            return self.of_player(player).next().is_some();
        };
        let end = Key::end_of(player, UnixSeconds(i64::MAX));
        let last = order.before(end, |row| key(&self.blocks, row)).next();
        last.is_some_and(|row| session(&self.blocks, row).player == player)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::tests::sessions_read;
    use crate::session::{SessionEnd, SessionId};

    /// Sessions of 100 players, one after the other.
    fn history(sessions: u32) -> History {
        let session = |number: u32| ClosedSession {
            id: SessionId(number),
            player: PlayerId(number % 100),
            account: None,
            joined_at: UnixSeconds(i64::from(number)),
            left_at: UnixSeconds(i64::from(number + number % 90)),
            seen_at: UnixSeconds(i64::from(number)),
            end: SessionEnd::Left,
        };
        (0..sessions).map(session).collect()
    }

    #[test]
    fn the_order_and_a_look_at_all_sessions_find_the_same() {
        let in_no_order = history(10_000);
        let mut in_order = in_no_order.clone();
        in_order.put_in_order();

        for player in (0..101).map(PlayerId) {
            assert_eq!(in_order.has_player(player), player.0 < 100);
            assert_eq!(in_no_order.has_player(player), player.0 < 100);
            for from in (0..11_000).step_by(97).map(UnixSeconds) {
                let sorted = |history: &History| {
                    let mut spans = history.spans_since(player, from, |_| true);
                    spans.sort_unstable_by_key(|span| span.from);
                    spans
                };
                assert_eq!(sorted(&in_order), sorted(&in_no_order));
                let last = |history: &History| history.last_since(player, from);
                assert_eq!(last(&in_order), last(&in_no_order));
                let all = in_no_order.of_player(player);
                let late = all.filter(|session| session.left_at >= from);
                let expected = late.max_by_key(|session| (session.seen_at, session.id));
                assert_eq!(last(&in_order), expected);
            }
        }
    }

    #[test]
    fn few_sessions_are_read_of_a_long_history() {
        let mut history = history(100_000);
        history.put_in_order();

        let read = sessions_read(|| {
            let spans = history.spans_since(PlayerId(7), UnixSeconds(99_000), |_| true);
            assert_eq!(spans.len(), 10);
        });

        assert!(read < 40, "{read} sessions were read");
        let last = |history: &History| history.last_since(PlayerId(7), UnixSeconds(99_900));
        let read = sessions_read(|| assert!(last(&history).is_some()));
        assert!(read < 40, "{read} sessions were read");
        // Without any order, the blocks since then.
        let in_no_order = history.clone();
        let read = sessions_read(|| assert_eq!(last(&in_no_order), last(&history)));
        assert!(read < 10_000, "{read} sessions were read");
    }
}
