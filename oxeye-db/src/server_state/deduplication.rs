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
use super::{Ledger, PlayerId, ServerState, clamp};

/// How many of the last players and seconds in which an epoch reported something are remembered at least. At most
/// twice as many are, which takes 50 kB. Events that arrive in order need one second only; those of several clocks or
/// logs are mixed within seconds or minutes.
const MIN_REMEMBERED: usize = 896;

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
    reported: Reported,
}

/// The joins and leaves that an epoch has reported, by player and second, the last ones only.
#[derive(Debug, Default)]
struct Reported {
    recent: HashMap<(PlayerId, UnixSeconds), Counts>,
    /// What was in `recent` when that was last full.
    older: HashMap<(PlayerId, UnixSeconds), Counts>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    joins: u32,
    leaves: u32,
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

    /// Counts a numbered join or leave and says whether it is new. One that was taken before was counted then.
    pub(super) fn classify(
        &mut self,
        name: &PlayerName,
        (at, is_join): (Option<UnixSeconds>, bool),
        number: EventNumber,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> Delivery {
        if number.is_known {
            return Delivery::Duplicate;
        }
        let (at, player) = (clamp(at, now), ledger.player(name));
        let reported = self.current_epoch.reported.count((player, at), is_join);
        // For an event out of order, we do not know what else its epoch reported in that second.
        let by_others = self.current_epoch.others_reported_until;
        let may_be_known = !number.is_out_of_order && by_others.is_some_and(|until| at <= until);
        if may_be_known && self.has_more_than(reported, name, player, (at, is_join)) {
            return Delivery::Duplicate;
        }
        Delivery::New(match number.is_out_of_order {
            true => PlaceInSecond::Between,
            false => PlaceInSecond::Last,
        })
    }

    /// Notes that a report without a number covered this time, so that a batch may repeat it.
    pub(super) fn note_unnumbered(&mut self, at: UnixSeconds) {
        self.current_epoch.others_reported_until =
            self.current_epoch.others_reported_until.max(Some(at));
    }
}

impl Reported {
    /// Counts a join or leave. Returns how many of its kind, player and second the epoch reported before.
    fn count(&mut self, moment: (PlayerId, UnixSeconds), is_join: bool) -> usize {
        if self.recent.len() >= MIN_REMEMBERED {
            std::mem::swap(&mut self.recent, &mut self.older);
            self.recent.clear();
        }
        let known = self.older.get(&moment).copied().unwrap_or_default();
        let counts = self.recent.entry(moment).or_insert(known);
        let count = match is_join {
            true => &mut counts.joins,
            false => &mut counts.leaves,
        };
        let before = *count;
        *count = before.saturating_add(1);
        before as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_remembers_its_last_seconds_in_bounded_number() {
        let mut reported = Reported::default();
        let last = 10_000_i64;
        for second in 0..=last {
            assert_eq!(reported.count((PlayerId(7), UnixSeconds(second)), true), 0);
            let remembered = reported.recent.len() + reported.older.len();
            assert!(remembered <= 2 * MIN_REMEMBERED, "{remembered}");
        }

        let oldest = last + 1 - i64::try_from(MIN_REMEMBERED).unwrap();
        let moment = (PlayerId(7), UnixSeconds(oldest));
        assert_eq!(reported.count(moment, true), 1);
        assert_eq!(reported.count(moment, false), 0);
        assert_eq!(reported.count(moment, true), 2);
    }
}
