//! A text that a server says about itself, such as its message of the day.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits::MAX_ABOUT_TEXT_CHARS;
use crate::server_name::{is_disruptive, only_modifies};

/// 1 to 256 characters in one line, to be shown to people and never used in a decision.
///
/// Any text can be made one: colour codes (`§` and one character), control characters and characters
/// that are invisible or change the direction of text are removed, every run of white space becomes one
/// blank, and what is too long is cut. A text of which nothing is left to see is no text. It may contain
/// markdown and mentions; whoever shows it must escape them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AboutText(String);

/// Why a text is not one about a server: nothing is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a text about the server must not be empty")]
pub struct EmptyAboutText;

impl AboutText {
    /// Cleans a text. Returns `None` if nothing is left of it.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let mut cleaned = String::new();
        let mut length = 0;
        let mut is_after_blank = false;
        for c in visible(text) {
            let is_blank = c.is_whitespace();
            if !is_blank {
                let blanks = usize::from(is_after_blank && length > 0);
                if length + blanks + 1 > MAX_ABOUT_TEXT_CHARS {
                    break;
                }
                cleaned.extend(std::iter::repeat_n(' ', blanks));
                cleaned.push(c);
                length += blanks + 1;
            }
            is_after_blank = is_blank;
        }
        let shows_nothing = cleaned.chars().all(|c| only_modifies(c) || c == ' ');
        (!shows_nothing).then_some(Self(cleaned))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the characters without colour codes and those that are invisible or disturb other text. White
/// space stays, even where it is a control character.
fn visible(text: &str) -> impl Iterator<Item = char> + '_ {
    let mut chars = text.chars();
    let without_codes = std::iter::from_fn(move || {
        loop {
            match chars.next()? {
                '§' => chars.next()?,
                c => return Some(c),
            };
        }
    });
    without_codes.filter(|c| c.is_whitespace() || !is_disruptive(*c))
}

impl TryFrom<String> for AboutText {
    type Error = EmptyAboutText;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text).ok_or(EmptyAboutText)
    }
}

impl From<AboutText> for String {
    fn from(text: AboutText) -> Self {
        text.0
    }
}

impl fmt::Display for AboutText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let cleaned = AboutText::new(text);
        assert_eq!(cleaned.as_ref().map(AboutText::as_str), expected);
    }

    #[test]
    fn colour_codes_and_line_breaks_are_not_kept() {
        check("§6§lWelcome§r\n  to \t§kxx§r!  ", Some("Welcome to xx!"));
        check("\u{1b}[31mred\u{0}", Some("[31mred"));
        check("A Minecraft Server", Some("A Minecraft Server"));
        check("ends in a §", Some("ends in a"));
    }

    #[test]
    fn a_text_of_which_nothing_is_left_is_none() {
        check("", None);
        check("§a§b \n\t\u{7}", None);
        check("\u{200B} \u{FE0F}\u{2067}", None);
    }

    #[test]
    fn characters_that_nobody_sees_or_that_turn_text_around_are_not_kept() {
        check("1.21\u{202E}.11\u{200B}", Some("1.21.11"));
        check("a\u{2028}b", Some("a b"));
        check("❤\u{FE0F}", Some("❤\u{FE0F}"));
    }

    #[test]
    fn markdown_and_mentions_stay_for_whoever_shows_the_text() {
        check("**@everyone** `x` <@1>", Some("**@everyone** `x` <@1>"));
    }

    #[test]
    fn a_text_that_is_too_long_is_cut() {
        let long = "äb ".repeat(MAX_ABOUT_TEXT_CHARS);

        let cleaned = AboutText::new(&long).expect("a text");

        let length = cleaned.as_str().chars().count();
        assert!((MAX_ABOUT_TEXT_CHARS - 1..=MAX_ABOUT_TEXT_CHARS).contains(&length));
        assert!(long.starts_with(cleaned.as_str()));
        assert_eq!(AboutText::new(cleaned.as_str()), Some(cleaned));
    }
}
