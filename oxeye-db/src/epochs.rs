//! Numbered events: which numbers of which epoch of a server have been taken, and which epochs may continue. Batches
//! of events and of activity are numbered in the same way, each in the file that keeps them.

use oxeye_plugin_proto::{UnixSeconds, limits};
use rusqlite::Connection;

use crate::ids::ServerId;
use crate::server_state::EventNumber;
use crate::store::rows::event_ranges;

/// Maximum number of ranges of numbers kept for one epoch. Beyond it, the oldest gaps count as
/// filled.
const MAX_RANGES: usize = 256;

/// A range of numbers that were taken: first and last.
type Range = (u64, u64);

/// An event that was refused, or a sync of which some players were left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedEvent {
    /// The number of the event.
    pub seq: u64,
    /// The reason, as a sentence.
    pub why: String,
}

/// Why the epoch of a batch may not continue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EpochError {
    /// The sender has begun a newer epoch since then.
    #[error(
        "epoch {epoch} is over, since epoch {newest} has begun on this server; begin a new epoch at max(server_time, newest_epoch + 1) and send what is new in it"
    )]
    Over {
        /// The epoch of the batch.
        epoch: u64,
        /// The newest epoch that this server has used.
        newest: u64,
    },
    /// The sender's clock was far ahead when the epoch began. If it were taken, every later epoch
    /// would seem old.
    #[error(
        "epoch {epoch} lies more than a day ahead of Oxeye's clock; check the clocks of both machines, begin a new epoch at max(server_time, newest_epoch + 1) and send what is new in it"
    )]
    Ahead {
        /// The epoch of the batch.
        epoch: u64,
        /// The newest epoch that this server may continue; 0 if there is none.
        newest: u64,
    },
}

impl EpochError {
    /// Returns the newest epoch that the server has, 0 if there is none.
    #[must_use]
    pub fn newest(self) -> u64 {
        match self {
            Self::Over { newest, .. } | Self::Ahead { newest, .. } => newest,
        }
    }
}

/// What is known about the epoch of a batch before the batch is taken.
#[derive(Debug)]
pub(crate) struct EpochNumbers {
    server: ServerId,
    epoch: u64,
    /// The numbers of this epoch that were taken.
    taken: Vec<Range>,
    /// The newest epoch that is not too far ahead.
    newest: Option<u64>,
    /// The highest epoch that is not too far ahead.
    furthest: u64,
}

/// What to do with a batch.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Take it: it may hold new events. `has_gap` says whether events before it are missing.
    New { has_gap: bool },
    /// Acknowledge it: all of it was taken before.
    Known,
    /// Acknowledge it up to this number, which was taken before. Its epoch may not continue.
    KnownUpTo(u64),
    /// Refuse it: its epoch may not continue.
    Refused(EpochError),
}

impl EpochNumbers {
    /// Reads what the file knows about the epoch.
    pub(crate) fn read(
        file: &Connection,
        server: ServerId,
        epoch: u64,
        now: UnixSeconds,
    ) -> rusqlite::Result<Self> {
        let furthest = now.plus(limits::MAX_EPOCH_AHEAD);
        Ok(Self {
            server,
            epoch,
            taken: event_ranges::for_epoch(file, server, epoch)?,
            // An epoch too far ahead was taken before its clock, or ours, was corrected.
            newest: event_ranges::newest_epoch(file, server, furthest)?,
            furthest: u64::try_from(furthest.0).unwrap_or(0),
        })
    }

    /// Whether no event of the epoch was taken.
    pub(crate) fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// Returns what is known about a number.
    pub(crate) fn number(&self, seq: u64) -> EventNumber {
        EventNumber {
            seq,
            is_out_of_order: self.taken.last().is_some_and(|(_, last)| seq < *last),
            is_known: self.range_of(seq).is_some(),
        }
    }

    /// Decides what to do with a batch of these numbers.
    pub(crate) fn judge(&self, first_seq: u64, last_seq: u64) -> Verdict {
        let known = self.range_of(first_seq).map(|(_, last)| last);
        match (known, self.refusal()) {
            (Some(last), _) if last_seq <= last => Verdict::Known,
            (Some(last), Some(_)) => Verdict::KnownUpTo(last),
            (None, Some(error)) => Verdict::Refused(error),
            (_, None) => Verdict::New {
                has_gap: self.has_gap_before(first_seq),
            },
        }
    }

    /// Records that these numbers were taken.
    pub(crate) fn remember(
        &self,
        file: &Connection,
        first_seq: u64,
        last_seq: u64,
    ) -> rusqlite::Result<()> {
        let range = self.range_of(first_seq);
        if range.is_some_and(|(_, last)| last_seq <= last) {
            return Ok(());
        }
        let ranges = merged(self.taken.clone(), (first_seq, last_seq));
        // Only the last two epochs are kept; a batch of an earlier one is refused as over.
        event_ranges::set(file, self.server, self.epoch, &ranges)
    }

    fn range_of(&self, seq: u64) -> Option<Range> {
        let mut taken = self.taken.iter();
        taken
            .find(|(first, last)| (*first..=*last).contains(&seq))
            .copied()
    }

    fn refusal(&self) -> Option<EpochError> {
        let (epoch, newest) = (self.epoch, self.newest.unwrap_or(0));
        if epoch > self.furthest {
            return Some(EpochError::Ahead { epoch, newest });
        }
        (epoch < newest).then_some(EpochError::Over { epoch, newest })
    }

    /// Whether events may be missing before this number. A sender that begins a new epoch has lost
    /// its memory, and perhaps events with it.
    fn has_gap_before(&self, first_seq: u64) -> bool {
        match self.taken.last() {
            Some((_, last)) => first_seq > last + 1,
            None => self.newest.is_some(),
        }
    }
}

/// Adds a range to the ranges and merges those that touch.
fn merged(mut ranges: Vec<Range>, new: Range) -> Vec<Range> {
    ranges.push(new);
    ranges.sort_unstable();
    let mut merged: Vec<Range> = Vec::new();
    for (first, last) in ranges {
        match merged.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    if merged.len() > MAX_RANGES {
        let oldest = merged.remove(0);
        merged[0].0 = oldest.0;
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_touch_become_one() {
        assert_eq!(merged(vec![], (5, 9)), [(5, 9)]);
        assert_eq!(merged(vec![(5, 9)], (10, 12)), [(5, 12)]);
        assert_eq!(merged(vec![(5, 9)], (1, 4)), [(1, 9)]);
        assert_eq!(merged(vec![(5, 9)], (11, 12)), [(5, 9), (11, 12)]);
        assert_eq!(merged(vec![(5, 9), (11, 12)], (8, 10)), [(5, 12)]);
        assert_eq!(merged(vec![(5, 9)], (1 << 40, 1 << 40)).len(), 2);
    }

    #[test]
    fn the_oldest_gaps_are_given_up_when_there_are_too_many() {
        let mut ranges = Vec::new();
        for number in 0..1_000 {
            ranges = merged(ranges, (10 * number, 10 * number));
        }
        assert_eq!(ranges.len(), MAX_RANGES);
        assert_eq!(ranges[0].0, 0);
        assert_eq!(ranges[MAX_RANGES - 1], (9_990, 9_990));
    }
}
