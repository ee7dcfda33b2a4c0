//! One event as a line of the file.

use serde::Deserialize;

use super::{SpoolError, Spooled};

/// An event that was read back from its JSON, so a backend can read it, too.
#[derive(Debug)]
pub(super) struct Line<E> {
    event: E,
    /// Its number at the source, which is not sent.
    source_number: Option<u64>,
    /// Length in bytes, with the line break.
    length: u64,
}

/// What a line holds besides the event.
#[derive(Deserialize)]
struct Extra {
    source_number: Option<u64>,
}

impl<E: Spooled> Line<E> {
    /// Returns the event as a line and as text with the line break. An event that is longer than
    /// `max_bytes` is reduced.
    pub(super) fn write(
        event: &E,
        source_number: Option<u64>,
        max_bytes: usize,
    ) -> Result<(Self, String), SpoolError> {
        let (line, text) = Self::checked(event)?;
        if line.fits(max_bytes) {
            return Ok(line.numbered(text, source_number));
        }
        let (line, text) = Self::checked(&line.event.reduced())?;
        if line.fits(max_bytes) {
            return Ok(line.numbered(text, source_number));
        }
        let why = format!("it has more than the {max_bytes} bytes that fit into a batch");
        Err(SpoolError::Unsendable(why))
    }

    fn checked(event: &E) -> Result<(Self, String), SpoolError> {
        let unsendable = |why: serde_json::Error| SpoolError::Unsendable(why.to_string());
        let value = serde_json::to_value(event).map_err(unsendable)?;
        let event = E::deserialize(value).map_err(unsendable)?;
        let text = serde_json::to_string(&event).map_err(unsendable)? + "\n";
        let line = Self {
            event,
            source_number: None,
            length: text.len() as u64,
        };
        Ok((line, text))
    }

    /// Adds the number to the line. It is in the same object as the event, so that no crash separates
    /// them.
    fn numbered(mut self, mut text: String, source_number: Option<u64>) -> (Self, String) {
        if let Some(number) = source_number {
            text.truncate(text.len() - "}\n".len());
            text += &format!(",\"source_number\":{number}}}\n");
            self.length = text.len() as u64;
            self.source_number = source_number;
        }
        (self, text)
    }

    /// Reads a line of the file, given without its line break.
    pub(super) fn read(line: &[u8]) -> Result<Self, serde_json::Error> {
        let extra: Extra = serde_json::from_slice(line)?;
        Ok(Self {
            event: serde_json::from_slice(line)?,
            source_number: extra.source_number,
            length: line.len() as u64 + 1,
        })
    }

    pub(super) fn event(&self) -> &E {
        &self.event
    }

    pub(super) fn source_number(&self) -> Option<u64> {
        self.source_number
    }

    /// Returns the length in bytes. The line break counts, since a batch has a comma in its place.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Returns whether this repeats the other and differs from it only in the digits of its time. Then a
    /// crash while one overwrites the other still leaves a valid event.
    pub(super) fn repeats(&self, earlier: &Self) -> bool {
        let has_number = self.source_number.or(earlier.source_number).is_some();
        !has_number && self.length == earlier.length && self.event.repeats(&earlier.event)
    }

    pub(super) fn is_sync(&self) -> bool {
        self.event.is_sync()
    }

    fn fits(&self, max_bytes: usize) -> bool {
        self.length <= max_bytes as u64
    }
}
