//! Tells repeated events from new ones by their numbers, and says where an event belongs within its
//! second.
//!
//! An event of a batch is identified by epoch and number, so two events of one kind in the same
//! second of one epoch are two different events. Another epoch, or a report without a number, may
//! repeat what is known already, because a sender that lost its memory reads its log again. For
//! times that other reports have covered, an event of an epoch is therefore new only if the epoch
//! reports more events of that kind than are known. A report without a number counts as a
//! repetition if the same event is known.

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::surroundings::PlaceInSecond;
use super::{Ledger, ServerState, clamp};

/// Maximum number of players whose events of one second are remembered.
const MAX_PLAYERS: usize = 4096;

/// How an event was delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// In a report of its own, without a number.
    Unnumbered,
    /// In a batch, for the first time.
    New(PlaceInSecond),
    /// In a batch, although it is already known.
    Duplicate,
}

/// The number of an event in a batch, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventNumber {
    /// The number itself.
    pub(crate) seq: u64,
    /// Whether an event with a higher number of the same epoch was taken before.
    pub(crate) is_out_of_order: bool,
    /// Whether this event was taken before.
    pub(crate) is_known: bool,
}

/// The epoch of a server's batches.
#[derive(Debug, Default)]
pub(super) struct CurrentEpoch {
    epoch: u64,
    /// Until this time, other epochs or single reports may have reported the same events.
    others_reported_until: Option<UnixSeconds>,
    next_seq: u64,
    /// The second of the last event.
    second: UnixSeconds,
    /// Joins and leaves of each player in that second.
    counts: HashMap<PlayerName, Counts>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    joins: usize,
    leaves: usize,
}

impl ServerState {
    /// Notes the epoch of the events that follow. `is_new` says that no event of it was taken
    /// before. An epoch that continues after a restart is assumed to have reported everything that
    /// is known.
    pub(crate) fn enter_epoch(&mut self, epoch: u64, is_new: bool) {
        if is_new || self.current_epoch.epoch != epoch {
            self.current_epoch = CurrentEpoch {
                epoch,
                others_reported_until: is_new.then_some(self.settled_until),
                ..CurrentEpoch::default()
            };
        }
    }

    /// Counts a numbered join or leave and says whether it is new. The answer is of no use for an
    /// event that was taken before.
    pub(super) fn classify(
        &mut self,
        name: &PlayerName,
        (at, is_join): (Option<UnixSeconds>, bool),
        number: EventNumber,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> Delivery {
        let at = clamp(at, now);
        let before = self.current_epoch.count(name, (at, is_join), number.seq);
        let reported = if is_join { before.joins } else { before.leaves };
        // For an event out of order, we do not know what else its epoch reported in that second.
        let by_others = self.current_epoch.others_reported_until;
        let may_be_known = !number.is_out_of_order && by_others.is_some_and(|until| at <= until);
        if number.is_known
            || may_be_known && {
                let player = ledger.player(name);
                self.has_more_than(reported, name, player, (at, is_join))
            }
        {
            return Delivery::Duplicate;
        }
        Delivery::New(match number.is_out_of_order {
            true => PlaceInSecond::Between,
            false => PlaceInSecond::Last,
        })
    }

    /// Notes the number of an event that is neither a join nor a leave.
    pub(crate) fn note_number(&mut self, number: EventNumber) {
        if self.current_epoch.next_seq == number.seq {
            self.current_epoch.next_seq = number.seq.saturating_add(1);
        }
    }

    /// Notes that a report without a number covered this time, so that a batch may repeat it.
    pub(super) fn note_unnumbered(&mut self, at: UnixSeconds) {
        self.current_epoch.others_reported_until =
            self.current_epoch.others_reported_until.max(Some(at));
    }
}

impl CurrentEpoch {
    /// Counts an event. Returns how many events of its player and second the epoch reported before.
    fn count(&mut self, name: &PlayerName, (at, is_join): (UnixSeconds, bool), seq: u64) -> Counts {
        let is_next = (self.next_seq, self.second) == (seq, at);
        if !is_next || self.counts.len() >= MAX_PLAYERS {
            self.counts.clear();
        }
        (self.next_seq, self.second) = (seq.saturating_add(1), at);
        let counts = self.counts.entry_ref(name).or_default();
        let before = *counts;
        match is_join {
            true => counts.joins += 1,
            false => counts.leaves += 1,
        }
        before
    }
}
