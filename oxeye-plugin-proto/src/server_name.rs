//! The name that an operator gives a Minecraft server.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::limits::MAX_SERVER_NAME_CHARS;

/// A name of 1 to 64 visible characters. The constructor trims white space at both ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServerName(String);

/// Why a text is not a server name. The message does not repeat the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidServerName {
    /// The text is empty or shows nothing.
    #[error("a server name needs at least one visible character")]
    NothingVisible,
    /// More than [`MAX_SERVER_NAME_CHARS`] after trimming.
    #[error("a server name has at most {MAX_SERVER_NAME_CHARS} characters, but this one has more")]
    TooLong,
    /// The name contains a line break, a control character, or one that is invisible or changes the
    /// direction of text.
    #[error(
        "a server name must not contain line breaks, control characters or invisible characters"
    )]
    Invisible,
}

impl ServerName {
    /// Returns the trimmed name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns whether a character breaks the line, changes the direction of text, or is invisible.
#[must_use]
pub fn is_disruptive(c: char) -> bool {
    let breaks_line = matches!(c, '\u{2028}' | '\u{2029}');
    c.is_control() || breaks_line || changes_direction(c) || is_invisible(c)
}

/// Returns whether a character controls Unicode's bidirectional algorithm.
fn changes_direction(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Returns whether a character is a filler, a joiner of words, or a mark that no font draws.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'
    ) || matches!(c, '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{2800}')
        || matches!(
            c,
            '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
        )
}

/// Returns whether a character only modifies its neighbours. Emoji and some scripts need such
/// characters, but on their own they show nothing.
pub(crate) fn only_modifies(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E01EF}')
}

fn checked(name: &str) -> Result<&str, InvalidServerName> {
    let name = name.trim();
    if name.chars().nth(MAX_SERVER_NAME_CHARS).is_some() {
        return Err(InvalidServerName::TooLong);
    }
    if name.contains(is_disruptive) {
        return Err(InvalidServerName::Invisible);
    }
    if name.chars().all(|c| only_modifies(c) || c.is_whitespace()) {
        return Err(InvalidServerName::NothingVisible);
    }
    Ok(name)
}

impl TryFrom<&str> for ServerName {
    type Error = InvalidServerName;

    fn try_from(name: &str) -> Result<Self, Self::Error> {
        checked(name).map(|name| Self(name.to_owned()))
    }
}

impl TryFrom<String> for ServerName {
    type Error = InvalidServerName;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::try_from(name.as_str())
    }
}

impl FromStr for ServerName {
    type Err = InvalidServerName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::try_from(name)
    }
}

impl From<ServerName> for String {
    fn from(name: ServerName) -> Self {
        name.0
    }
}

impl AsRef<str> for ServerName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Result<&str, InvalidServerName>) {
        assert_eq!(
            ServerName::try_from(name),
            expected.map(|name| ServerName(name.to_owned())),
            "{name:?}"
        );
    }

    #[test]
    fn a_server_name_is_trimmed() {
        check("  My survival world\n", Ok("My survival world"));
    }

    #[test]
    fn names_with_emoji_or_in_any_script_are_accepted() {
        for name in [
            "❤️ survival",
            "👨‍👩‍👧",
            "Сервер",
            "生存",
            "a/b?c#d%",
            &"é".repeat(64),
        ] {
            check(name, Ok(name));
        }
    }

    #[test]
    fn names_that_nobody_could_read_are_refused() {
        check("", Err(InvalidServerName::NothingVisible));
        check(" \t ", Err(InvalidServerName::NothingVisible));
        check("\u{200D}", Err(InvalidServerName::NothingVisible));
        check("\u{200B}", Err(InvalidServerName::Invisible));
        check("a\nb", Err(InvalidServerName::Invisible));
        check("abc\u{202E}def", Err(InvalidServerName::Invisible));
        check(&"é".repeat(65), Err(InvalidServerName::TooLong));
    }
}
