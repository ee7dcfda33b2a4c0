//! Brings memory in line with the file: after a start, and after a failed write.

use std::ops::RangeInclusive;

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};

use super::{ClosedSession, LooseEnd, PlayerId, ServerFacts, ServerState, SessionId, latest};
use crate::accounts::AccountId;
use crate::period::Period;

impl ServerState {
    /// Clears everything that will be read back from the file. What the file does not hold is kept:
    /// skins, and when the server was last heard. The roster becomes uncertain.
    pub(crate) fn clear_presence(&mut self) {
        self.players.clear();
        self.last_seen = crate::last_seen::LastSeen::new(super::MAX_LAST_SEEN);
        self.history = crate::history::History::default();
        self.loose_ends = super::LooseEnds::default();
        self.periods = crate::periods::Periods::default();
        self.flapping = super::Flapping::default();
        self.from_before_start.clear();
        self.current_epoch = super::CurrentEpoch::default();
        self.settled_until = UnixSeconds(i64::MIN);
        self.clear_about();
        self.await_sync();
        self.watch = None;
        self.stale = false;
        self.revision += 1;
    }

    /// Notes that a write failed. Returns whether memory must be read back now, which is once per
    /// failure.
    pub(crate) fn mark_out_of_date(&mut self, failure: u64) -> bool {
        let was_restored = std::mem::replace(&mut self.last_failed_write, failure) == failure;
        self.is_out_of_date |= !was_restored;
        !was_restored
    }

    /// Whether memory differs from the file and could not be read back yet.
    pub(crate) fn is_out_of_date(&self) -> bool {
        self.is_out_of_date
    }

    /// Notes that memory matches the file again.
    pub(crate) fn mark_up_to_date(&mut self) {
        self.is_out_of_date = false;
    }

    /// Restores whether the server is linked, or since when it is not.
    pub(crate) fn restore_link(&mut self, disconnected_at: Option<UnixSeconds>) {
        self.linked = disconnected_at.is_none();
        self.disconnected_at = disconnected_at;
    }

    /// Restores what the file says about the server itself.
    pub(crate) fn restore_facts(&mut self, facts: ServerFacts, now: UnixSeconds) {
        let at = facts.at.filter(|at| *at <= latest(now));
        self.facts = ServerFacts { at, ..facts };
        self.heard_at = self.heard_at.or(at);
        self.settled_until = self.settled_until.max(facts.synced_at.unwrap_or_default());
    }

    /// Takes what the file holds as evidence of the server, unless a clock that ran fast recorded it: nothing would
    /// be later for as long as that clock was ahead, so nobody would notice that the server is silent.
    fn restore_evidence(&mut self, at: UnixSeconds, now: UnixSeconds) {
        if at <= latest(now) {
            self.facts.at = self.facts.at.max(Some(at));
            self.heard_at = self.heard_at.max(self.facts.at);
        }
    }

    /// Restores a period in which the server was up or down. They come in order.
    pub(crate) fn restore_period(&mut self, period: Period) {
        self.periods.restore(period);
    }

    /// Restores a closed session.
    pub(crate) fn restore_closed(
        &mut self,
        name: impl FnOnce() -> Option<PlayerName>,
        session: ClosedSession,
        now: UnixSeconds,
    ) {
        self.history.push(session);
        self.settled_until = self.settled_until.max(session.left_at);
        let seen_at = session.seen_by(latest(now));
        self.restore_evidence(seen_at, now);
        // Most players were not here recently; their names need not be looked up.
        if self.lately(now).contains(&seen_at)
            && let Some(name) = name()
        {
            self.note_seen(&name, seen_at, now);
        }
    }

    /// Fills last seen again after the clock was set back. Players who had left the window by the
    /// wrong clock may be within it by the right one.
    pub(crate) fn restore_last_seen(
        &mut self,
        name: impl Fn(PlayerId) -> Option<PlayerName>,
        now: UnixSeconds,
    ) {
        self.advance_to(now);
        let window = self.lately(now);
        let seen = self.history.sightings();
        let seen: Vec<_> = seen.filter(|(_, at)| window.contains(at)).collect();
        for (player, at) in seen {
            if let Some(name) = name(player) {
                self.note_seen(&name, at, now);
            }
        }
    }

    /// Restores an open session; closed ones and loose ends must be restored first.
    pub(crate) fn restore_open(
        &mut self,
        name: &PlayerName,
        player: PlayerId,
        session: SessionId,
        joined_at: UnixSeconds,
        shown: (Option<TextureHash>, Option<AccountId>),
        now: UnixSeconds,
    ) {
        self.restore_evidence(joined_at, now);
        self.enter(name, joined_at, shown, player, session);
    }

    /// Restores a loose end.
    pub(crate) fn restore_loose(&mut self, name: &PlayerName, end: LooseEnd, now: UnixSeconds) {
        self.loose_ends.restore(end);
        self.restore_evidence(end.at, now);
        self.settled_until = self.settled_until.max(end.at);
        if self.lately(now).contains(&end.at) {
            self.note_seen(name, end.at, now);
        }
    }

    /// Returns the times of the window of last seen that clocks which differ a little may record.
    fn lately(&self, now: UnixSeconds) -> RangeInclusive<UnixSeconds> {
        self.window_edge(now)..=latest(now)
    }

    /// Finishes restoring: orders the sessions, all of which are now there.
    pub(crate) fn finish_restore(&mut self) {
        self.history.put_in_order();
    }

    /// Returns all loose ends, in order.
    #[cfg(test)]
    pub(crate) fn loose_ends(&self) -> Vec<LooseEnd> {
        self.loose_ends.all()
    }
}
