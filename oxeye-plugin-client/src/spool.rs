//! Keeps events on disk until the backend has acknowledged them.
//!
//! | module     | what it holds                                                       |
//! |------------|---------------------------------------------------------------------|
//! | `open`     | [`SpoolFound`]: opens the file when the plugin starts               |
//! | `limits`   | [`SpoolLimits`]: how many events may wait, how large the file gets  |
//! | `contents` | reads the file and detects damage                                   |
//! | `file`     | the file itself: append, overwrite, rewrite                         |
//! | `line`     | one event as a line of the file                                     |
//! | `spooled`  | [`Spooled`]: what can wait in a spool                               |
//! | `error`    | [`SpoolError`]                                                      |

mod contents;
mod error;
mod file;
mod limits;
mod line;
mod open;
mod spooled;

use std::collections::VecDeque;

use oxeye_plugin_proto::{Epoch, Event, EventBatch, Seq, limits::MAX_EVENTS_PER_BATCH};

pub(crate) use self::spooled::private::Rules;
pub use self::{error::SpoolError, limits::SpoolLimits, open::SpoolFound, spooled::Spooled};
use self::{file::SpoolFile, line::Line};

/// Bytes of a batch's body besides its events: two numbers and three names.
const ENVELOPE_BYTES: usize = 128;

/// A bounded list of events, in one file and in memory. It belongs to one process at a time. The events
/// are those of one route: of `POST /events`, or of `POST /activity`, which has a sequence of its own.
///
/// [`push`](Self::push) hands the event to the operating system, so it survives the process.
/// [`sync`](Self::sync) makes it survive a power failure. [`deliver()`](crate::deliver()) syncs the
/// events it sends; otherwise, after a power failure, a number could be used twice, and the backend
/// would take the second event for a repetition of the first. Acknowledged events are removed from
/// memory at once, but from the file only later, since sending them again is harmless.
///
/// All methods that use the file block for as long as the disk takes.
#[derive(Debug)]
pub struct Spool<E = Event> {
    file: SpoolFile,
    limits: SpoolLimits,
    epoch: Epoch,
    /// The number of the first waiting event, or of the next one if none waits.
    first: Seq,
    /// The highest source number of any event so far, or 0.
    source_number: u64,
    waiting: VecDeque<Line<E>>,
    /// Length of all waiting lines, which are at the end of the file.
    bytes: u64,
    /// Number of waiting events that may have reached the backend.
    offered: usize,
    dropped: u64,
    unseen_loss: bool,
}

impl<E: Spooled> Spool<E> {
    /// Bytes that the events of one batch may have, with a comma after each.
    const MAX_BATCH_EVENTS_BYTES: usize = E::MAX_BATCH_BYTES - ENVELOPE_BYTES;

    /// Adds an event and returns its number.
    ///
    /// A heartbeat that says the same as the previous event replaces it and keeps its number, unless
    /// that one may already have been sent. So a night without players is a single event. A sync that
    /// is too large for a batch loses its skins and accounts, since presence matters more.
    ///
    /// # Errors
    ///
    /// [`SpoolError::Unsendable`] if no backend could read the event; otherwise when the file cannot be
    /// written. The event is lost in either case, and if the file could not be written, the next
    /// [`Delivery`](crate::Delivery) asks for a sync.
    pub fn push(&mut self, event: &E) -> Result<Seq, SpoolError> {
        self.add(event, None)
    }

    /// Adds an event, unless this source number or a higher one was pushed before, also by an earlier
    /// process. So a source that may have been interrupted can push its events again. They need numbers
    /// above 0 that grow from one event to the next. The backend does not see them.
    ///
    /// # Errors
    ///
    /// As for [`push`](Self::push). Then the event may be pushed again with its number, as long as no
    /// event with a higher one was.
    pub fn push_once(&mut self, source_number: u64, event: &E) -> Result<Option<Seq>, SpoolError> {
        if source_number <= self.source_number {
            return Ok(None);
        }
        self.add(event, Some(source_number)).map(Some)
    }

    /// Returns the highest source number of any event so far, or 0 if none had one.
    #[must_use]
    pub fn source_number(&self) -> u64 {
        self.source_number
    }

    fn add(&mut self, event: &E, source_number: Option<u64>) -> Result<Seq, SpoolError> {
        let max_bytes = Self::MAX_BATCH_EVENTS_BYTES;
        let (line, text) = Line::write(event, source_number, max_bytes)?;
        let replaced = self.replaceable_by(&line);
        let place = self.waiting.len() - usize::from(replaced);
        let seq = self.first.checked_add(place).ok_or_else(no_number_left)?;
        let written = if replaced {
            self.file.overwrite_last(&text)
        } else {
            self.file.append(&text)
        };
        self.unseen_loss |= E::IS_PRESENCE && written.is_err();
        written?;
        self.unseen_loss &= !line.is_sync();
        if replaced {
            self.waiting.pop_back();
        } else {
            self.bytes += line.length();
        }
        self.source_number = source_number.unwrap_or(self.source_number);
        self.waiting.push_back(line);
        self.drop_oldest();
        Ok(seq)
    }

    /// Makes everything that was pushed survive a power failure.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn sync(&mut self) -> Result<(), SpoolError> {
        self.file.sync()
    }

    /// Returns the oldest waiting events, as many as fit into one batch, but at most `most` and at least
    /// one, or `None` if none wait. They stay in the spool until [`acknowledge`](Self::acknowledge) is
    /// called.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub(crate) fn next_batch(&mut self, most: usize) -> Result<Option<EventBatch<E>>, SpoolError> {
        if self.waiting.is_empty() {
            return Ok(None);
        }
        self.file.sync()?;
        let mut bytes = 0;
        let fits = |line: &&Line<E>| {
            let first = bytes == 0;
            bytes += line.length();
            first || bytes <= Self::MAX_BATCH_EVENTS_BYTES as u64
        };
        let most = most.clamp(1, MAX_EVENTS_PER_BATCH);
        let lines = self.waiting.iter().take(most).take_while(fits);
        let events: Vec<_> = lines.map(|line| line.event().clone()).collect();
        self.offered = self.offered.max(events.len());
        EventBatch::new(self.epoch, self.first, events)
            .map(Some)
            .map_err(|why| SpoolError::Unsendable(why.to_string()))
    }

    /// Removes all events up to and including this number, but none that was never sent.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub(crate) fn acknowledge(&mut self, seq: Seq) -> Result<(), SpoolError> {
        if seq < self.first {
            return Ok(());
        }
        let acked = seq.saturating_since(self.first).saturating_add(1);
        let offered = self.offered.min(self.waiting.len());
        self.forget(usize::try_from(acked).unwrap_or(offered).min(offered));
        self.rewrite_when_worthwhile();
        Ok(())
    }

    /// Starts another epoch, in which all waiting events are numbered from the first number again.
    /// After a crash there is either the old epoch or the new one.
    ///
    /// # Errors
    ///
    /// When the file cannot be written. Then the epoch does not change.
    pub(crate) fn begin_epoch(&mut self, epoch: Epoch) -> Result<(), SpoolError> {
        let header = contents::header(epoch, Seq::FIRST, self.source_number);
        self.file.rewrite(&header, self.bytes)?;
        (self.epoch, self.first) = (epoch, Seq::FIRST);
        Ok(())
    }

    /// Drops the oldest waiting event. Its number is skipped, so the backend sees a gap.
    pub(crate) fn drop_first(&mut self) -> Option<E> {
        let event = self.waiting.front()?.event().clone();
        self.forget(1);
        Some(event)
    }

    /// Returns the number of waiting events.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Returns whether no event waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Returns the epoch of the waiting events.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Returns how many events were dropped since the spool was opened, because too many waited.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Returns whether an event was lost without a gap that the backend could see, and no sync has been
    /// pushed since.
    pub(crate) fn unseen_loss(&self) -> bool {
        self.unseen_loss
    }

    /// Clears [`unseen_loss`](Self::unseen_loss) after it was reported.
    pub(crate) fn clear_unseen_loss(&mut self) {
        self.unseen_loss = false;
    }

    fn replaceable_by(&self, line: &Line<E>) -> bool {
        self.offered < self.waiting.len()
            && self.waiting.back().is_some_and(|last| line.repeats(last))
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
