//! What a sender's numbers tell of an event: whether it is new, and where it stands in its second.
//!
//! An event of a batch is known by epoch and number, so within one epoch two events of one kind in
//! one second are two events. Another epoch, or a report without a number, may tell the same again:
//! a sender that lost its memory reads its log again. So of the time until which others have told,
//! an epoch's events count as new only when it tells more of them than are known. A report without
//! a number counts as a repetition when its like is known.

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::surroundings::PlaceInSecond;
use super::{Ledger, ServerState, clamp};

/// Players of one second that are remembered.
const MAX_PLAYERS: usize = 4096;

/// How an event came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// Without a number.
    Unnumbered,
    /// For the first time.
    New(PlaceInSecond),
    /// It is known already.
    Duplicate,
}

/// The number of an event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventNumber {
    /// Its own.
    pub(crate) seq: u64,
    /// A later one of the same epoch was taken before.
    pub(crate) is_out_of_order: bool,
    /// This one was taken before.
    pub(crate) is_known: bool,
}

/// The epoch in which a server tells its events.
#[derive(Debug, Default)]
pub(super) struct CurrentEpoch {
    epoch: u64,
    /// Until then others may have told the same.
    others_reported_until: Option<UnixSeconds>,
    next_seq: u64,
    /// The second of the last event, and how many joins and leaves of each player came in it.
    second: UnixSeconds,
    counts: HashMap<PlayerName, Counts>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    joins: usize,
    leaves: usize,
}

impl ServerState {
    /// From now on events come in this epoch. `is_new` says that none was taken from it before; of one
    /// that goes on after a restart, all that is known is taken for its own.
    pub(crate) fn enter_epoch(&mut self, epoch: u64, is_new: bool) {
        if is_new || self.current_epoch.epoch != epoch {
            self.current_epoch = CurrentEpoch {
                epoch,
                others_reported_until: is_new.then_some(self.settled_until),
                ..CurrentEpoch::default()
            };
        }
    }

    /// Takes note of a numbered join or leave. What that means for it is not asked of one that was
    /// taken before.
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
        // Of one that is behind it is not known what else its epoch told of that second.
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

    /// Takes note of a numbered event that is neither a join nor a leave.
    pub(crate) fn note_number(&mut self, number: EventNumber) {
        if self.current_epoch.next_seq == number.seq {
            self.current_epoch.next_seq = number.seq.saturating_add(1);
        }
    }

    /// A report without a number tells of a time: a batch may tell the same.
    pub(super) fn note_unnumbered(&mut self, at: UnixSeconds) {
        self.current_epoch.others_reported_until =
            self.current_epoch.others_reported_until.max(Some(at));
    }
}

impl CurrentEpoch {
    /// Counts an event; answers what the same epoch told before of its player in its second.
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
