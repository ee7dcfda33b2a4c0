//! The name of a player, exactly as the server sent it.
//!
//! Vanilla allows 1 to 16 ASCII characters from 33 to 126, so `@everyone` and `a"b` are real names.
//! Floodgate adds a `.` in front, and Bedrock names contain spaces and non-Latin letters. We
//! therefore accept almost anything, and escape names where we show them.

use std::{borrow::Borrow, fmt, str::FromStr};

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::limits::MAX_PLAYER_NAME_CHARS;

/// A name of 1 to 32 Unicode scalar values, without control characters and without white space at
/// either end. Names are compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "CompactString", into = "CompactString")]
pub struct PlayerName(CompactString);

/// Why a text is not a player name. The message does not repeat the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPlayerName {
    /// The text is empty.
    #[error("a player name must not be empty")]
    Empty,
    /// More than [`MAX_PLAYER_NAME_CHARS`].
    #[error("a player name has at most {MAX_PLAYER_NAME_CHARS} characters, but this one has more")]
    TooLong,
    /// The name contains a control character, such as a line break.
    #[error("a player name must not contain control characters")]
    ControlCharacter,
    /// The name starts or ends with white space. Within a name it is allowed.
    #[error("a player name must not start or end with white space")]
    OuterWhiteSpace,
}

impl PlayerName {
    /// Returns the name as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(name: &str) -> Result<(), InvalidPlayerName> {
    if name.is_empty() {
        return Err(InvalidPlayerName::Empty);
    }
    if name.chars().nth(MAX_PLAYER_NAME_CHARS).is_some() {
        return Err(InvalidPlayerName::TooLong);
    }
    if name.contains(char::is_control) {
        return Err(InvalidPlayerName::ControlCharacter);
    }
    if name.starts_with(char::is_whitespace) || name.ends_with(char::is_whitespace) {
        return Err(InvalidPlayerName::OuterWhiteSpace);
    }
    Ok(())
}

impl TryFrom<CompactString> for PlayerName {
    type Error = InvalidPlayerName;

    fn try_from(name: CompactString) -> Result<Self, Self::Error> {
        check(&name)?;
        Ok(Self(name))
    }
}

impl TryFrom<&str> for PlayerName {
    type Error = InvalidPlayerName;

    fn try_from(name: &str) -> Result<Self, Self::Error> {
        check(name)?;
        Ok(Self(CompactString::new(name)))
    }
}

impl TryFrom<String> for PlayerName {
    type Error = InvalidPlayerName;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        check(&name)?;
        Ok(Self(name.into()))
    }
}

impl FromStr for PlayerName {
    type Err = InvalidPlayerName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::try_from(name)
    }
}

impl From<PlayerName> for CompactString {
    fn from(name: PlayerName) -> Self {
        name.0
    }
}

/// Lets maps with names as keys be searched with a `&str`: equality, order and hash are those of the
/// text.
impl Borrow<str> for PlayerName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for PlayerName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PlayerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(name: &str, why: &InvalidPlayerName) {
        assert_eq!(PlayerName::try_from(name).as_ref(), Err(why), "{name:?}");
    }

    #[test]
    fn unusual_but_real_names_are_accepted_unchanged() {
        let longest = "é".repeat(32);
        for name in [
            "jeb_",
            "@everyone",
            "a\"b",
            ".Bedrock Guy",
            "Игрок",
            "*",
            "<x>",
            "a  b",
            "🦀",
            &longest,
        ] {
            assert_eq!(PlayerName::try_from(name).expect(name).as_str(), name);
        }
    }

    #[test]
    fn names_that_no_server_sends_are_refused() {
        check_refused("", &InvalidPlayerName::Empty);
        check_refused(&"é".repeat(33), &InvalidPlayerName::TooLong);
        check_refused("a\nb", &InvalidPlayerName::ControlCharacter);
        check_refused("a\u{7f}", &InvalidPlayerName::ControlCharacter);
        check_refused("\0", &InvalidPlayerName::ControlCharacter);
        check_refused(" Alex", &InvalidPlayerName::OuterWhiteSpace);
        check_refused("Alex\u{3000}", &InvalidPlayerName::OuterWhiteSpace);
        check_refused(" ", &InvalidPlayerName::OuterWhiteSpace);
    }

    #[test]
    fn names_that_differ_in_case_belong_to_different_players() {
        assert_ne!(PlayerName::try_from("alex"), PlayerName::try_from("Alex"));
    }

    #[test]
    fn the_error_about_an_invalid_name_says_what_is_wrong() {
        let error = serde_json::from_str::<PlayerName>(r#"" x""#).expect_err("white space");

        assert!(
            error
                .to_string()
                .starts_with("a player name must not start or end with white space"),
            "{error}"
        );
    }
}
