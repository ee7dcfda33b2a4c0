//! The type of an activity event: what a player did.

use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::limits::MAX_EVENT_TYPE_CHARS;

/// 1 to 64 ASCII letters, digits, `_`, `-`, `.`, `:` or `/`, kept and compared exactly as sent.
///
/// Types that the backend does not know are stored and count as one action.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "CompactString", into = "CompactString")]
pub struct EventType(CompactString);

/// Why a text is not the type of an event. The sentence does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEventType {
    /// Nothing, or more than [`MAX_EVENT_TYPE_CHARS`].
    #[error("event_type has 1 to {MAX_EVENT_TYPE_CHARS} characters")]
    Length,
    /// Such as a blank.
    #[error("event_type has only ASCII letters, digits and the characters _-.:/")]
    Character,
}

impl EventType {
    /// Returns the type as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(text: &str) -> Result<(), InvalidEventType> {
    if text.is_empty() || text.chars().count() > MAX_EVENT_TYPE_CHARS {
        return Err(InvalidEventType::Length);
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_-.:/".contains(c);
    if text.chars().all(is_allowed) {
        Ok(())
    } else {
        Err(InvalidEventType::Character)
    }
}

impl TryFrom<CompactString> for EventType {
    type Error = InvalidEventType;

    fn try_from(text: CompactString) -> Result<Self, Self::Error> {
        check(&text)?;
        Ok(Self(text))
    }
}

impl FromStr for EventType {
    type Err = InvalidEventType;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check(text)?;
        Ok(Self(CompactString::new(text)))
    }
}

impl From<EventType> for CompactString {
    fn from(event_type: EventType) -> Self {
        event_type.0
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_games_and_mods_are_taken_as_they_are() {
        for text in ["trade_buy", "warp", "Quest.Done", "mod:ritual/end", "a-1"] {
            let event_type: EventType = text.parse().expect(text);
            assert_eq!(event_type.to_string(), text);
        }
        assert!("x".repeat(64).parse::<EventType>().is_ok());
    }

    #[test]
    fn other_texts_are_refused() {
        assert_eq!("".parse::<EventType>(), Err(InvalidEventType::Length));
        let long = "x".repeat(65);
        assert_eq!(long.parse::<EventType>(), Err(InvalidEventType::Length));
        for text in ["two words", "naïve", "a\nb", "\"", "{}", "*"] {
            let refused = text.parse::<EventType>();
            assert_eq!(refused, Err(InvalidEventType::Character), "{text}");
        }
    }
}
