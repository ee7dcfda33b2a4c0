//! Events that wait on disk until the backend has them.
//!
//! | module     | what it holds                                              |
//! |------------|------------------------------------------------------------|
//! | `open`     | what is found when the plugin starts                       |
//! | `room`     | [`SpoolLimits`]: how much may wait, how large the file gets |
//! | `contents` | what the file says, and what makes it damaged              |
//! | `file`     | the file itself: append, overwrite, rewrite                |
//! | `line`     | one event as its line                                      |
//! | `error`    | [`SpoolError`]                                             |

mod contents;
mod error;
mod file;
mod line;
mod open;
mod room;

use std::collections::VecDeque;

use oxeye_plugin_proto::{
    Epoch, Event, EventsRequest, Seq,
    limits::{MAX_EVENTS_BATCH_BYTES, MAX_EVENTS_PER_BATCH},
};

pub use self::{error::SpoolError, open::SpoolFound, room::SpoolLimits};
use self::{file::SpoolFile, line::Line};

/// What a batch's body needs besides its events: two numbers and three names.
const ENVELOPE_BYTES: usize = 128;

/// The bytes that the events of one batch may have, with a comma after each.
const BATCH_ROOM: usize = MAX_EVENTS_BATCH_BYTES - ENVELOPE_BYTES;

/// A bounded list of events in one file, and in memory too. It belongs to one process at a time.
///
/// A push gives the event to the operating system, so it outlives the process; [`sync`](Self::sync)
/// lets it outlive a power cut. Whatever [`next_batch`](Self::next_batch) hands out is synced first:
/// otherwise a power cut could let a number be used twice, and the backend would take the second
/// event for a repetition of the first. What was acknowledged is forgotten at once in memory and
/// some time later in the file, since sending it again changes nothing.
///
/// All methods that touch the file block for as long as the disk takes.
#[derive(Debug)]
pub struct Spool {
    file: SpoolFile,
    limits: SpoolLimits,
    epoch: Epoch,
    /// The number of the first event that waits, or of the next one to come.
    first: Seq,
    waiting: VecDeque<Line>,
    /// The sum over `waiting`: the last so many bytes of the file.
    bytes: u64,
    /// So many of those waiting may have reached the backend.
    offered: usize,
    dropped: u64,
    missed: bool,
}

impl Spool {
    /// Adds an event and tells its number.
    ///
    /// A heartbeat that says the same as the one before it takes its place and its number, unless
    /// that one was handed out already: so a night without players is one event. A sync too large
    /// for a batch loses its skins and accounts: presence is worth more.
    ///
    /// # Errors
    ///
    /// [`SpoolError::Unsendable`] for an event no backend could read; otherwise what the disk says.
    /// The event is then lost, and after an error of the disk the next [`Delivery`](crate::Delivery)
    /// asks for a sync.
    pub fn push(&mut self, event: &Event) -> Result<Seq, SpoolError> {
        let (line, text) = Line::write(event, BATCH_ROOM)?;
        let replaced = self.replaceable_by(&line);
        let place = self.waiting.len() - usize::from(replaced);
        let seq = self.first.checked_add(place).ok_or_else(no_number_left)?;
        let written = if replaced {
            self.file.overwrite_last(&text)
        } else {
            self.file.append(&text)
        };
        self.missed |= written.is_err();
        written?;
        self.missed &= !line.is_sync();
        if replaced {
            self.waiting.pop_back();
        } else {
            self.bytes += line.length();
        }
        self.waiting.push_back(line);
        self.drop_oldest();
        Ok(seq)
    }

    /// Returns when all that was pushed would outlive a power cut.
    ///
    /// # Errors
    ///
    /// What the disk says.
    pub fn sync(&mut self) -> Result<(), SpoolError> {
        self.file.sync()
    }

    /// The oldest events that wait, as many as one batch may hold; `None` when none wait. They keep
    /// waiting until they are [`acked`](Self::acked).
    ///
    /// # Errors
    ///
    /// What the disk says.
    pub fn next_batch(&mut self) -> Result<Option<EventsRequest>, SpoolError> {
        self.next_batch_of(MAX_EVENTS_PER_BATCH)
    }

    /// As [`next_batch`](Self::next_batch), but of at most so many events, and of one at least.
    pub(crate) fn next_batch_of(
        &mut self,
        most: usize,
    ) -> Result<Option<EventsRequest>, SpoolError> {
        if self.waiting.is_empty() {
            return Ok(None);
        }
        self.file.sync()?;
        let mut bytes = 0;
        let fits = |line: &&Line| {
            let first = bytes == 0;
            bytes += line.length();
            first || bytes <= BATCH_ROOM as u64
        };
        let most = most.clamp(1, MAX_EVENTS_PER_BATCH);
        let lines = self.waiting.iter().take(most).take_while(fits);
        let events: Vec<_> = lines.map(|line| line.event().clone()).collect();
        self.offered = self.offered.max(events.len());
        EventsRequest::new(self.epoch, self.first, events)
            .map(Some)
            .map_err(|why| SpoolError::Unsendable(why.to_string()))
    }

    /// Forgets every event up to and with this one. A number that was never handed out forgets no
    /// more than what was.
    ///
    /// # Errors
    ///
    /// What the disk says.
    pub fn acked(&mut self, seq: Seq) -> Result<(), SpoolError> {
        if seq < self.first {
            return Ok(());
        }
        let acked = seq.saturating_since(self.first).saturating_add(1);
        let offered = self.offered.min(self.waiting.len());
        self.forget(usize::try_from(acked).unwrap_or(offered).min(offered));
        self.rewrite_when_worthwhile();
        Ok(())
    }

    /// Begins another epoch, in which all that waits is numbered from the first again. A crash
    /// leaves one of the two.
    ///
    /// # Errors
    ///
    /// What the disk says; then the epoch stays as it is.
    pub fn begin_epoch(&mut self, epoch: Epoch) -> Result<(), SpoolError> {
        let header = contents::header(epoch, Seq::FIRST);
        self.file.rewrite(&header, self.bytes)?;
        (self.epoch, self.first) = (epoch, Seq::FIRST);
        Ok(())
    }

    /// Drops the oldest event that waits; its number is skipped, so the backend sees a gap.
    pub(crate) fn drop_first(&mut self) -> Option<Event> {
        let event = self.waiting.front()?.event().clone();
        self.forget(1);
        Some(event)
    }

    /// How many events wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The epoch of all that waits.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// How many events were dropped since the spool was opened because too many waited.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Whether something was lost of which the backend will see no gap, and no sync was pushed
    /// since.
    pub(crate) fn missed(&self) -> bool {
        self.missed
    }

    /// The caller has been told.
    pub(crate) fn told_of_missed(&mut self) {
        self.missed = false;
    }

    fn replaceable_by(&self, line: &Line) -> bool {
        self.offered < self.waiting.len()
            && self
                .waiting
                .back()
                .is_some_and(|last| line.is_later_heartbeat_than(last))
    }

    fn forget(&mut self, count: usize) {
        for line in self.waiting.drain(..count) {
            self.bytes -= line.length();
        }
        self.first = self.first.checked_add(count).unwrap_or(self.first);
        self.offered = self.offered.saturating_sub(count);
    }
}

fn no_number_left() -> SpoolError {
    SpoolError::Unsendable("no sequence number is left in this epoch".to_owned())
}

#[cfg(test)]
mod tests;
