//! One event as a line of the file.

use super::{SpoolError, Spooled};

/// An event that was read back from its JSON, so a backend can read it, too.
#[derive(Debug)]
pub(super) struct Line<E> {
    event: E,
    /// Length in bytes, with the line break.
    length: u64,
}

impl<E: Spooled> Line<E> {
    /// Returns the event as a line and as text with the line break. An event that is longer than
    /// `max_bytes` is reduced.
    pub(super) fn write(event: &E, max_bytes: usize) -> Result<(Self, String), SpoolError> {
        let (line, text) = Self::checked(event)?;
        if line.fits(max_bytes) {
            return Ok((line, text));
        }
        let (line, text) = Self::checked(&line.event.reduced())?;
        if line.fits(max_bytes) {
            return Ok((line, text));
        }
        let why = format!("it has more than the {max_bytes} bytes that fit into a batch");
        Err(SpoolError::Unsendable(why))
    }

    fn checked(event: &E) -> Result<(Self, String), SpoolError> {
        let unsendable = |why: serde_json::Error| SpoolError::Unsendable(why.to_string());
        let value = serde_json::to_value(event).map_err(unsendable)?;
        let event = E::deserialize(value).map_err(unsendable)?;
        let text = serde_json::to_string(&event).map_err(unsendable)? + "\n";
        let length = text.len() as u64;
        Ok((Self { event, length }, text))
    }

    /// Reads a line of the file, given without its line break.
    pub(super) fn read(line: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(Self {
            event: serde_json::from_slice(line)?,
            length: line.len() as u64 + 1,
        })
    }

    pub(super) fn event(&self) -> &E {
        &self.event
    }

    /// Returns the length in bytes. The line break counts, since a batch has a comma in its place.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Returns whether this repeats the other and differs from it only in the digits of its time. Then a
    /// crash while one overwrites the other still leaves a valid event.
    pub(super) fn repeats(&self, earlier: &Self) -> bool {
        self.length == earlier.length && self.event.repeats(&earlier.event)
    }

    pub(super) fn is_sync(&self) -> bool {
        self.event.is_sync()
    }

    fn fits(&self, max_bytes: usize) -> bool {
        self.length <= max_bytes as u64
    }
}
