//! One event as its line in the file.

use oxeye_plugin_proto::{Event, SyncPlayer};
use serde::Deserialize as _;

use super::SpoolError;

/// An event that was read back from its JSON: whatever waits, a backend can read.
#[derive(Debug)]
pub(super) struct Line {
    event: Event,
    /// With the line break.
    length: u64,
}

impl Line {
    /// The event as a line, and its text with the line break; `room` is what a batch has for it.
    pub(super) fn write(event: &Event, room: usize) -> Result<(Self, String), SpoolError> {
        let (line, text) = Self::checked(event)?;
        if line.fits(room) {
            return Ok((line, text));
        }
        let (line, text) = Self::checked(&names_only(line.event))?;
        if line.fits(room) {
            return Ok((line, text));
        }
        let why = format!("it has more than the {room} bytes that a batch has for it");
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

    /// The event of a line of the file, given without its line break.
    pub(super) fn read(line: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(Self {
            event: serde_json::from_slice(line)?,
            length: line.len() as u64 + 1,
        })
    }

    pub(super) fn event(&self) -> &Event {
        &self.event
    }

    /// In a batch a comma stands where the line break was.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Both are heartbeats that differ in the digits of their times only: when one is written over
    /// the other, a crash in between leaves a heartbeat too.
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

    fn fits(&self, room: usize) -> bool {
        self.length <= room as u64
    }
}

/// A sync without skins and accounts; any other event as it is.
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
