//! What lies in the future was recorded by a clock that ran fast, or the present clock is wrong. So a
//! report opens a stay beside it, and sessions that are over are changed only where one goes on when
//! the stay begins. A stay that goes on past such sessions is recorded around them.

use oxeye_plugin_proto::UnixSeconds;

use super::surroundings::LOOKBACK;
use super::{ClosedSession, Ledger, PlayerId, ServerState, Stay, StoreChange, latest};
use crate::record::span::Span;

/// Maximum number of parts of one stay before the last one.
const MAX_PARTS: usize = 16;

impl Stay {
    /// Whether the stay began later than now, as recorded by a clock that ran fast.
    pub(super) fn is_in_future(&self, now: UnixSeconds) -> bool {
        self.joined_at > latest(now)
    }
}

impl ServerState {
    /// Returns `at`, or the time of the last known event of the player if that is later; not of one in the future.
    pub(super) fn after_all_of(
        &mut self,
        player: PlayerId,
        at: UnixSeconds,
        now: UnixSeconds,
    ) -> UnixSeconds {
        let believed = latest(now);
        let last = self.history.of_player_until(player, believed).next();
        let last = last.map(|last| match last.left_at <= believed {
            true => last.left_at,
            false => last.joined_at,
        });
        let loose = self.loose_ends.of(player).iter().map(|end| end.at);
        let loose = loose.filter(|at| *at <= believed);
        loose.chain(last).fold(at, UnixSeconds::max)
    }

    /// Makes room for a stay that begins at a time: a session that goes on then ends, and loose ends in the
    /// future are dropped.
    pub(super) fn make_room(
        &mut self,
        player: PlayerId,
        at: UnixSeconds,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        self.drop_loose_ends_in_future(player, now, ledger);
        let last = self.history.of_player_until(player, at).next();
        if let Some(last) = last.filter(|last| last.left_at > at) {
            self.cut(&last, at, ledger);
        }
    }

    /// Ends a session at a time at which its player joined again, although by a clock that ran fast it ended later
    /// than now.
    pub(super) fn end_session_in_future(
        &mut self,
        player: PlayerId,
        at: UnixSeconds,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let last = self.history.of_player_until(player, at).next();
        if let Some(last) = last.filter(|last| last.joined_at < at && last.left_at > latest(now)) {
            self.cut(&last, at, ledger);
        }
    }

    /// Ends a session earlier than known.
    fn cut(&mut self, session: &ClosedSession, at: UnixSeconds, ledger: &mut Ledger<'_>) {
        let cut = ClosedSession {
            left_at: at,
            seen_at: session.seen_at.min(at),
            ..*session
        };
        ledger.note(StoreChange::SessionClosed(cut));
        self.history.replace(session, cut);
    }

    /// Returns from when on a stay that is open counts until a time: from its beginning, or after the sessions that it
    /// has gone past by then. All of it counts once it is over.
    pub(crate) fn counts_from(&self, stay: &Stay, until: UnixSeconds) -> UnixSeconds {
        if stay.next_begins_at.is_none_or(|next| next > until) {
            return stay.joined_at;
        }
        let past = self.history.last_begun(stay.player, until);
        past.map_or(stay.joined_at, |past| stay.joined_at.max(past.left_at))
    }

    /// Returns when the first session of a player begins that is known to begin after a time.
    pub(super) fn next_after(
        &mut self,
        player: PlayerId,
        after: UnixSeconds,
    ) -> Option<UnixSeconds> {
        let from = UnixSeconds(after.0.saturating_add(1));
        let next = self.history.of_player_from(player, from).next();
        next.map(|next| next.joined_at)
    }

    /// Records a stay that is over, in as many parts as sessions that begin after `reach` leave of it. The
    /// last part keeps the number of the stay, and is noted as `note` says. Returns the times of the stay before and
    /// after that part.
    pub(super) fn record_around(
        &mut self,
        stay: ClosedSession,
        reach: UnixSeconds,
        note: fn(ClosedSession) -> StoreChange,
        ledger: &mut Ledger<'_>,
    ) -> [Span; 2] {
        let (parts, last) = self.parts_of(&stay, reach);
        for part in parts {
            let part = ClosedSession {
                id: ledger.next_session(),
                ..within(stay, part)
            };
            ledger.note(StoreChange::SessionAdded(part));
            self.history.push(part);
        }
        let last = within(stay, last);
        ledger.note(note(last));
        self.history.push(last);
        let next_second = |at: UnixSeconds| UnixSeconds(at.0.saturating_add(1));
        let before = Span {
            from: stay.joined_at,
            to: last.joined_at,
        };
        let after = Span {
            from: next_second(last.left_at),
            to: next_second(stay.left_at),
        };
        [before, after]
    }

    /// Drops the loose ends of a stay beside its last part. Where they are, another session was recorded or nothing
    /// counts, so a later report would make another stay of them.
    pub(super) fn drop_loose_ends_in(
        &mut self,
        beside: &[Span],
        player: PlayerId,
        ledger: &mut Ledger<'_>,
    ) {
        let is_beside = |at| beside.iter().any(|span| span.contains(at));
        self.drop_loose_ends_at(is_beside, player, ledger);
    }

    /// Returns the parts of a stay before, between and after the player's sessions that begin in it and
    /// after `reach`; the last one by itself. Of a stay that is not believed, only that one is true.
    fn parts_of(&mut self, stay: &ClosedSession, reach: UnixSeconds) -> (Vec<Span>, Span) {
        let first = UnixSeconds(stay.joined_at.max(reach).0.saturating_add(1));
        let until = UnixSeconds(stay.left_at.0.saturating_sub(1));
        let last = self.history.of_player_until(stay.player, until).next();
        let last = last.filter(|last| last.joined_at >= first);
        let free_from = last.map_or(stay.joined_at, |last| last.left_at);
        let rest = Span {
            from: free_from,
            to: stay.left_at.max(free_from),
        };
        let mut parts = match is_believed(stay) {
            true => self.parts_before_sessions(stay, first),
            false => Vec::new(),
        };
        match parts.pop_if(|_| free_from >= stay.left_at) {
            Some(last) => (parts, last),
            None => (parts, rest),
        }
    }

    /// Returns the part of a stay before each session of the player that begins in it and at `first` or later.
    fn parts_before_sessions(&mut self, stay: &ClosedSession, first: UnixSeconds) -> Vec<Span> {
        let mut free_from = stay.joined_at;
        let sessions = self.history.of_player_from(stay.player, first);
        sessions
            .take_while(|session| session.joined_at < stay.left_at)
            .take(MAX_PARTS)
            .map(|session| Span {
                from: std::mem::replace(&mut free_from, session.left_at),
                to: session.joined_at,
            })
            .filter(|part| part.from < part.to)
            .collect()
    }

    /// Whether something of a player is known that is later than now by as much as clocks may differ.
    pub(super) fn is_on_record_after(&mut self, player: PlayerId, now: UnixSeconds) -> bool {
        let mut loose = self.loose_ends.of(player).iter();
        if loose.any(|end| end.at > now && end.at <= latest(now)) {
            return true;
        }
        let mut begun = self.history.of_player_until(player, latest(now));
        begun.next().is_some_and(|last| last.left_at > now)
    }

    /// Drops what a clock that ran fast recorded beside the stays of a player.
    pub(super) fn drop_loose_ends_in_future(
        &mut self,
        player: PlayerId,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        self.drop_loose_ends_at(|at| at > latest(now), player, ledger);
    }

    fn drop_loose_ends_at(
        &mut self,
        is_dropped: impl Fn(UnixSeconds) -> bool,
        player: PlayerId,
        ledger: &mut Ledger<'_>,
    ) {
        let loose = self.loose_of(player).into_iter();
        for end in loose.filter(|end| is_dropped(end.at)) {
            self.loose_ends.remove(&end);
            ledger.note(StoreChange::LooseEndResolved(end));
        }
    }
}

/// Whether a stay with sessions in it may be as long as that. If it lasts for more than a week, the clock was
/// set forward during it.
fn is_believed(stay: &ClosedSession) -> bool {
    stay.left_at.saturating_since(stay.joined_at) <= LOOKBACK
}

/// Returns the part of a stay that lies in a span.
fn within(stay: ClosedSession, part: Span) -> ClosedSession {
    ClosedSession {
        joined_at: part.from,
        left_at: part.to,
        seen_at: stay.seen_at.clamp(part.from, part.to),
        ..stay
    }
}
