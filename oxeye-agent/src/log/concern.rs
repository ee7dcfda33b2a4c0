//! Problems with a log, each with a sentence for the user. `parse`, `doctor` and `run` print the same
//! sentences.

use super::{Family, LogReader};

/// The byte order marks of UTF-16.
const UTF_16_MARKS: [[u8; 2]; 2] = [[0xff, 0xfe], [0xfe, 0xff]];

/// What is wrong with a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// It is UTF-16, as written by `>` in Windows PowerShell.
    Utf16,
    /// It is not a log, or that of an unknown kind of server.
    Foreign,
    /// A server of this family logs in a language other than English.
    Translated(Family),
    /// It does not belong to the family that the user gave.
    NotOfFamily {
        /// The family that the user gave.
        named: Family,
        /// The family that it looks like.
        looks_like: Option<Family>,
    },
    /// Joins and leaves stand behind words that are not understood.
    HiddenJoins,
    /// It records joins but no leaves.
    NoLeaves,
    /// Its lines have no readable times.
    NoTimes,
    /// Its lines have dates that cannot be read.
    UnreadDates,
}

impl Concern {
    /// Returns why nothing in the log is understood, or `None` if something is. `beginning` holds at
    /// least the first two bytes of the log.
    pub(crate) fn not_understood(reader: &LogReader, beginning: &[u8]) -> Option<Self> {
        if reader.is_understood() {
            return None;
        }
        if UTF_16_MARKS.iter().any(|mark| beginning.starts_with(mark)) {
            return Some(Self::Utf16);
        }
        if let Some(family) = reader.translated() {
            return Some(Self::Translated(family));
        }
        Some(match reader.wrong_family() {
            None | Some((_, None)) if reader.hides_joins() => Self::HiddenJoins,
            Some((named, looks_like)) => Self::NotOfFamily { named, looks_like },
            None => Self::Foreign,
        })
    }

    /// Returns what is missing from a log that is understood.
    pub(crate) fn left_out(reader: &LogReader) -> Vec<Self> {
        let mut left_out = Vec::new();
        if reader.hides_joins() {
            left_out.push(Self::HiddenJoins);
        }
        if reader.records_no_leaves() {
            left_out.push(Self::NoLeaves);
        }
        if reader.lacks_times() {
            left_out.push(Self::NoTimes);
        }
        if reader.has_unread_dates() {
            left_out.push(Self::UnreadDates);
        }
        left_out
    }

    /// Returns the sentence about the log with this name.
    pub(crate) fn in_words(self, log: &str) -> String {
        match self {
            Self::Utf16 => {
                format!("{log} is in UTF-16, which PowerShell's > writes; only UTF-8 is understood")
            }
            Self::Foreign => format!(
                "no line of {log} is understood; give the kind of server with --family, what comes before the server's own lines with --log-prefix, or the lines of an unknown server with --join-pattern and --leave-pattern"
            ),
            Self::Translated(Family::Geyser) => format!(
                "no line of {log} about players is understood, because Geyser writes it in another language; set default-locale: en_us in Geyser's config.yml, or describe the lines with --join-pattern and --leave-pattern"
            ),
            Self::Translated(_) => format!(
                "no line of {log} about players is understood, because PocketMine-MP or Nukkit writes it in another language; set language=eng in server.properties, pocketmine.yml or nukkit.yml, or describe the lines with --join-pattern and --leave-pattern"
            ),
            Self::NotOfFamily { named, looks_like } => match looks_like {
                Some(family) => format!(
                    "no line of {log} shows a {named} log; it looks like a {family} log, which is recognised without --family"
                ),
                None => format!(
                    "no line of {log} is understood as a {named} log; if it is one, give what comes before the server's own lines with --log-prefix, or the lines of another server with --join-pattern and --leave-pattern"
                ),
            },
            Self::HiddenJoins => format!(
                "no join or leave in {log} is understood, because other words or signs stand before the players' names, as chat can have them; describe these lines with --join-pattern and --leave-pattern"
            ),
            Self::NoLeaves => format!(
                "{log} records no disconnects, so players seem to stay online forever; for Velocity, set log-player-connections = true in velocity.toml, or enable its query"
            ),
            Self::NoTimes => format!(
                "{log} has no times that can be read, so events from while the agent was away get the time at which they are read"
            ),
            Self::UnreadDates => format!(
                "{log} has dates that cannot be read, because the name of the month is unknown or the month could be the day, so events from while the agent was away may get another day; dates such as 2026-11-20 are always understood"
            ),
        }
    }
}
