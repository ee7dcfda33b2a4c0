//! Problems of a log, each as a sentence for the user. `parse`,
//! `doctor` and `run` print the same sentences.

use super::{Family, LogReader};

/// The byte order marks of UTF-16.
const UTF_16_MARKS: [[u8; 2]; 2] = [[0xff, 0xfe], [0xfe, 0xff]];

/// What is wrong with a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// It is UTF-16, as the `>` of Windows PowerShell writes it.
    Utf16,
    /// It is not a log, or not of a known server.
    Foreign,
    /// The server logs in a language other than English.
    Translated,
    /// It is not of the family that the user gave.
    NotOfFamily {
        /// The family that the user gave.
        named: Family,
        /// The family that it looks like.
        looks_like: Option<Family>,
    },
    /// It records joins but no leaves.
    NoEnds,
    /// Its lines have no readable times.
    NoTimes,
}

impl Concern {
    /// Returns why nothing in the log is understood, if so. `beginning` is what the log begins with;
    /// two bytes are enough.
    pub(crate) fn not_understood(reader: &LogReader, beginning: &[u8]) -> Option<Self> {
        if reader.is_understood() {
            return None;
        }
        if UTF_16_MARKS.iter().any(|mark| beginning.starts_with(mark)) {
            return Some(Self::Utf16);
        }
        if reader.is_translated() {
            return Some(Self::Translated);
        }
        let not_as_named = reader.not_as_named();
        Some(match not_as_named {
            Some((named, looks_like)) => Self::NotOfFamily { named, looks_like },
            None => Self::Foreign,
        })
    }

    /// Returns what a log that is understood does not record.
    pub(crate) fn left_out(reader: &LogReader) -> Vec<Self> {
        let mut left_out = Vec::new();
        if reader.records_no_ends() {
            left_out.push(Self::NoEnds);
        }
        if reader.lacks_times() {
            left_out.push(Self::NoTimes);
        }
        left_out
    }

    /// Returns the sentence about the log of this name.
    pub(crate) fn in_words(self, log: &str) -> String {
        match self {
            Self::Utf16 => format!(
                "{log} is UTF-16, such as PowerShell's > writes; it must be written as UTF-8 to be understood"
            ),
            Self::Foreign => format!(
                "no line of {log} is understood; --family says whose log it is, --log-prefix what stands before the server's own lines, --join-pattern and --leave-pattern teach another server"
            ),
            Self::Translated => format!(
                "no line of {log} about players is understood, since PocketMine-MP or Nukkit writes it in another language; language=eng in server.properties or pocketmine.yml, or in nukkit.yml, makes it English, or --join-pattern and --leave-pattern teach the language"
            ),
            Self::NotOfFamily { named, looks_like } => {
                let looks_like = looks_like.map_or(String::new(), |family| {
                    format!("; it looks like one of {family}")
                });
                format!(
                    "no line of {log} is understood as a log of {named}{looks_like}; without --family it is recognized"
                )
            }
            Self::NoEnds => format!(
                "{log} records no disconnects, so whoever came on stays on; for Velocity, set log-player-connections = true in velocity.toml, or switch on its query"
            ),
            Self::NoTimes => format!(
                "{log} prints no times that can be read, so what happens while the agent is away gets the time at which it is read"
            ),
        }
    }
}
