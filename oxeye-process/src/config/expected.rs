//! What is said about a value that cannot be used: what it is, and what would be accepted. In English by `Display`; a
//! program that speaks other languages reads the fields.

use std::fmt;

/// A value that cannot be used, as far as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The text that was given.
    Quoted(String),
    /// There is one, but it may be a secret.
    Hidden,
    /// There is none.
    NotSet,
    /// It is not UTF-8.
    NotText,
    /// Something else, as words of a sentence in English.
    Other(String),
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quoted(text) => write!(f, "{text:?}"),
            Self::Hidden => f.write_str("set to a value that is not shown here"),
            Self::NotSet => f.write_str("not set"),
            Self::NotText => f.write_str("not valid UTF-8"),
            Self::Other(words) => f.write_str(words),
        }
    }
}

/// What a setting accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// A whole number in a range.
    Number {
        /// What is counted.
        unit: Unit,
        /// The smallest number.
        least: u64,
        /// The largest number.
        most: u64,
    },
    /// A token without blanks.
    Token {
        /// The fewest characters.
        min_length: usize,
    },
    /// One of these words.
    OneOf(Vec<String>),
    /// Text in UTF-8.
    Text,
    /// The path of a file.
    FilePath,
    /// The path of a folder.
    FolderPath,
    /// Networks or addresses.
    Networks,
    /// What the setting of a program accepts, in English.
    Other {
        /// The words of a sentence.
        what: String,
        /// What is wrong with the value, if more is known.
        why: Option<String>,
    },
}

impl From<&str> for Expected {
    fn from(what: &str) -> Self {
        Self::Other {
            what: what.to_owned(),
            why: None,
        }
    }
}

impl From<&String> for Expected {
    fn from(what: &String) -> Self {
        Self::from(what.as_str())
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { unit, least, most } => {
                write!(f, "a whole number of {unit} from {least} to {most}")
            }
            Self::Token { min_length } => write!(
                f,
                "a token of at least {min_length} visible ASCII characters without blanks"
            ),
            Self::OneOf(words) => f.write_str(&words.join(" or ")),
            Self::Text => f.write_str("text"),
            Self::FilePath => f.write_str("the path of a file such as /var/lib/oxeye/oxeye.db"),
            Self::FolderPath => f.write_str("the path of a folder such as /var/lib/oxeye-fleet"),
            Self::Networks => f.write_str("a list such as 10.0.0.0/8, 192.0.2.7, fd00::/8"),
            Self::Other { what, why: None } => f.write_str(what),
            Self::Other {
                what,
                why: Some(why),
            } => write!(f, "{what} ({why})"),
        }
    }
}

/// What the number in a setting counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Bytes.
    Bytes,
    /// Connections.
    Connections,
    /// Addresses.
    Addresses,
    /// Players.
    Players,
    /// Players in an hour.
    PlayersPerHour,
    /// Attempts in a minute.
    AttemptsPerMinute,
    /// Events.
    Events,
    /// Events in a second.
    EventsPerSecond,
    /// Something else, in English.
    Other(&'static str),
}

impl From<&'static str> for Unit {
    fn from(unit: &'static str) -> Self {
        Self::Other(unit)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Seconds => "seconds",
            Self::Hours => "hours",
            Self::Days => "days",
            Self::Bytes => "bytes",
            Self::Connections => "connections",
            Self::Addresses => "addresses",
            Self::Players => "players",
            Self::PlayersPerHour => "players per hour",
            Self::AttemptsPerMinute => "attempts per minute",
            Self::Events => "events",
            Self::EventsPerSecond => "events per second",
            Self::Other(unit) => unit,
        })
    }
}
