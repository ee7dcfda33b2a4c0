//! One event as a line of the file.

use oxeye_plugin_proto::{Event, SyncPlayer};
use serde::Deserialize as _;

use super::SpoolError;

/// An event that was read back from its JSON, so a backend can read it, too.
#[derive(Debug)]
pub(super) struct Line {
    event: Event,
    /// Length in bytes, with the line break.
    length: u64,
}

impl Line {
    /// Returns the event as a line and as text with the line break. A sync that is longer than
    /// `max_bytes` is reduced to the names.
    pub(super) fn write(event: &Event, max_bytes: usize) -> Result<(Self, String), SpoolError> {
        let (line, text) = Self::checked(event)?;
        if line.fits(max_bytes) {
            return Ok((line, text));
        }
        let (line, text) = Self::checked(&names_only(line.event))?;
        if line.fits(max_bytes) {
            return Ok((line, text));
        }
        let why = format!("it has more than the {max_bytes} bytes that fit into a batch");
        Err(SpoolError::Unsendable(why))
    }

    fn checked(event: &Event) -> Result<(Self, String), SpoolError> {
        let unsendable = |why: serde_json::Error| SpoolError::Unsendable(why.to_string());
        let value = serde_json::to_value(event).map_err(unsendable)?;
        let event = Event::deserialize(value).map_err(unsendable)?;
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

    pub(super) fn event(&self) -> &Event {
        &self.event
    }

    /// Returns the length in bytes. The line break counts, since a batch has a comma in its place.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Returns whether this is a later heartbeat that differs from the other only in the digits of its
    /// time. Then a crash while one overwrites the other still leaves a valid heartbeat.
    pub(super) fn is_later_heartbeat_than(&self, other: &Self) -> bool {
        let said = |line: &Self| match line.event {
            Event::Heartbeat {
                players,
                heartbeat_secs,
                ..
            } => Some((players, heartbeat_secs, line.length)),
            _ => None,
        };
        said(self).is_some() && said(self) == said(other) && self.event.at() >= other.event.at()
    }

    pub(super) fn is_sync(&self) -> bool {
        matches!(self.event, Event::Sync { .. })
    }

    fn fits(&self, max_bytes: usize) -> bool {
        self.length <= max_bytes as u64
    }
}

/// Removes skins and accounts from a sync, and leaves any other event unchanged.
fn names_only(mut event: Event) -> Event {
    if let Event::Sync { players, .. } = &mut event {
        let named = std::mem::take(players).valid;
        *players = named
            .into_iter()
            .map(|named| SyncPlayer::new(named.player))
            .collect();
    }
    event
}
