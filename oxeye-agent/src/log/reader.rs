//! A stand-in for the grammar with its surface, to be replaced by it.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime};
use compact_str::CompactString;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::happening::Happening;

/// How a log is to be read.
#[derive(Debug, Clone, Default)]
pub struct LogOptions {}

/// Reads lines.
#[derive(Debug)]
pub struct LogReader {
    state: ReaderState,
}

/// What is needed to go on later.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ReaderState {
    knows_everyone: bool,
    online: BTreeSet<PlayerName>,
}

/// What a line told.
#[derive(Debug, Clone)]
pub struct LogEvent {
    /// What happened.
    pub what: Happening,
    /// When, as printed.
    pub time: Option<PrintedTime>,
}

/// The time in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedTime {
    /// As printed.
    pub text: CompactString,
    /// The day, if it was printed.
    pub date: Option<NaiveDate>,
    /// The time of day.
    pub time: NaiveTime,
    /// The exact second, if it was printed.
    pub instant: Option<UnixSeconds>,
}

impl LogReader {
    /// Nothing has been read.
    #[must_use]
    pub fn new(_options: LogOptions) -> Self {
        Self {
            state: ReaderState::default(),
        }
    }

    /// Goes on.
    #[must_use]
    pub fn resume(_options: LogOptions, state: ReaderState) -> Self {
        Self { state }
    }

    /// One line.
    pub fn read_line(&mut self, line: &[u8]) -> Option<LogEvent> {
        let text = std::str::from_utf8(line).ok()?;
        let message = text.split_once("INFO]: ").or(text.split_once("INFO] "))?.1;
        let what = if let Some((name, _)) = message.split_once("[/") {
            self.join(name.parse().ok()?)?
        } else if let Some(rest) = message.strip_prefix("Player connected: ") {
            self.join(rest.split_once(',')?.0.parse().ok()?)?
        } else if let Some(rest) = message.strip_prefix("Player disconnected: ") {
            self.leave(rest.split_once(',')?.0.parse().ok()?)?
        } else if let Some((name, _)) = message.split_once(" lost connection: ") {
            self.leave(name.parse().ok()?)?
        } else if message.starts_with("Starting minecraft server version")
            || message == "Starting Server"
        {
            self.state.online.clear();
            self.state.knows_everyone = true;
            Happening::Boot
        } else if message == "Stopping server" {
            self.state.online.clear();
            Happening::Stop
        } else {
            return None;
        };
        Some(LogEvent {
            what,
            time: self.time_of(line),
        })
    }

    fn join(&mut self, player: PlayerName) -> Option<Happening> {
        self.state
            .online
            .insert(player.clone())
            .then_some(Happening::Join {
                player,
                uuid: None,
                server: None,
            })
    }

    fn leave(&mut self, player: PlayerName) -> Option<Happening> {
        (self.state.online.remove(&player) || !self.state.knows_everyone)
            .then_some(Happening::Leave { player })
    }

    /// The time of a line.
    #[must_use]
    pub fn time_of(&self, line: &[u8]) -> Option<PrintedTime> {
        let text = std::str::from_utf8(line.get(..line.len().min(60))?).ok()?;
        let printed = |date, time, instant| PrintedTime {
            text: CompactString::default(),
            date,
            time,
            instant,
        };
        let first = text.split(' ').next()?;
        if let Ok(instant) = DateTime::parse_from_rfc3339(first) {
            let seconds = UnixSeconds(instant.timestamp());
            return Some(printed(None, instant.time(), Some(seconds)));
        }
        if let Ok(date) = first.parse() {
            return Some(printed(Some(date), text.get(11..19)?.parse().ok()?, None));
        }
        let time = text.strip_prefix('[')?.get(..8)?.parse().ok()?;
        Some(printed(None, time, None))
    }

    /// A boot was read.
    #[must_use]
    pub fn knows_everyone(&self) -> bool {
        self.state.knows_everyone
    }

    /// Who is on.
    pub fn online(&self) -> impl Iterator<Item = &PlayerName> {
        self.state.online.iter()
    }

    /// To go on later.
    #[must_use]
    pub fn state(&self) -> ReaderState {
        self.state.clone()
    }
}
