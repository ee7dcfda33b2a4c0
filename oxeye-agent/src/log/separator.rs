//! Recognises the sign that some layouts have between head and message, such as the dash in `[12:00:00]
//! [Server thread/INFO] - message`.
//!
//! A message can begin with a dash too, as the lines of a list do. So a sign belongs to the head only if
//! all lines have it.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// The number of consecutive lines with the same sign that show that the layout has changed.
const LINES: u8 = 32;

/// The signs that a layout may have. Chat does not begin with one, because the name of the speaker comes
/// first.
const SIGNS: [&str; 34] = [
    "-", "--", "–", "—", "->", "-->", "=>", "==>", "~>", "|>", "→", "⇒", "➜", "➤", "▶", "►", "|",
    "||", "¦", "│", "┃", ">", ">>", ">>>", "»", "›", "❯", ":", "::", "=", "~", "#", "•", "·",
];

/// What servers print for certain, so that a sign right before it, without a space, is no part of a name.
const SENTENCES: [&[u8]; 5] = [
    b"Starting minecraft server version ",
    b"UUID of player ",
    b"Preparing level \"",
    b"Done (",
    b"Stopping server",
];

/// The length of the longest sign in bytes.
const LONGEST: usize = 3;

/// The sign in the lines so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Separator {
    /// No line has been read.
    #[default]
    Unread,
    /// All lines had this sign.
    Present(CompactString),
    /// All lines had this sign, without a space behind it.
    Glued(CompactString),
    /// Some line had none, or another. The sign of the last lines, if any, and their number.
    Absent(CompactString, u8),
}

impl Separator {
    /// Whether no line has been read.
    pub(super) fn is_unread(&self) -> bool {
        *self == Self::Unread
    }

    /// Takes in messages that are still to be read, or those at the beginning of the log: a sign that not
    /// all of them have is not removed from the first line either.
    pub(super) fn look_ahead<'a>(&mut self, messages: impl Iterator<Item = &'a [u8]>) {
        let messages: Vec<_> = messages
            .filter(|message| !is_neutral(message))
            .map(<[u8]>::trim_ascii_start)
            .collect();
        if !self.is_unread() {
            return;
        }
        if let Some(sign) = glued_to_all(&messages) {
            *self = Self::Glued(sign.into());
            return;
        }
        let mut signs = messages.iter().map(|message| sign(message));
        let Some(first) = signs.next() else {
            return;
        };
        let have_none = first.is_none() || signs.any(|sign| sign != first);
        if have_none {
            *self = Self::none();
        }
    }

    /// Returns the message without the sign that belongs to the head.
    pub(super) fn strip<'a>(&mut self, message: &'a [u8]) -> &'a [u8] {
        // Nearly always there is none, and this line has none either.
        let first = message.first();
        let is_usual =
            first.is_some_and(|first| first.is_ascii_alphanumeric() || b"<[".contains(first));
        if (is_usual && matches!(self, Self::Absent(_, 0))) || is_neutral(message) {
            return message;
        }
        if self.is_unread()
            && let Some(sign) = glued(message)
        {
            *self = Self::Glued(sign.into());
        }
        if let Self::Glued(sign) = self
            && let Some(rest) = message.strip_prefix(sign.as_bytes())
        {
            return rest;
        }
        let sign = sign(message);
        self.note(sign);
        match (self, sign) {
            (Self::Present(known), Some(sign)) if known.as_str() == sign => {
                let rest = &message[sign.len()..];
                rest.strip_prefix(b" ").unwrap_or(rest)
            }
            _ => message,
        }
    }

    fn none() -> Self {
        Self::Absent(CompactString::default(), 0)
    }

    fn note(&mut self, sign: Option<&str>) {
        match (&mut *self, sign) {
            (Self::Present(known), Some(sign)) if known.as_str() == sign => {}
            (Self::Unread, Some(sign)) => *self = Self::Present(sign.into()),
            (Self::Absent(latest, lines), Some(sign)) if latest.as_str() == sign => {
                *lines += 1;
                if *lines >= LINES {
                    *self = Self::Present(sign.into());
                }
            }
            (_, Some(sign)) => *self = Self::Absent(sign.into(), 1),
            (_, None) => *self = Self::none(),
        }
    }
}

/// Whether the message shows nothing, because it is empty or nothing but a sign.
fn is_neutral(message: &[u8]) -> bool {
    let message = message.trim_ascii();
    let is_short = message.len() <= LONGEST;
    is_short && (message.is_empty() || SIGNS.iter().any(|sign| message == sign.as_bytes()))
}

/// Returns the sign that all messages begin with, if it is glued to what servers print for certain in one of
/// them.
fn glued_to_all(messages: &[&[u8]]) -> Option<&'static str> {
    let sign = messages.iter().find_map(|message| glued(message))?;
    let begins = |message: &&[u8]| message.starts_with(sign.as_bytes());
    messages.iter().all(begins).then_some(sign)
}

/// Returns the sign right before a sentence that servers print for certain.
fn glued(message: &[u8]) -> Option<&'static str> {
    SIGNS.iter().copied().find(|sign| {
        let rest = message.strip_prefix(sign.as_bytes());
        rest.is_some_and(|rest| SENTENCES.iter().any(|sentence| rest.starts_with(sentence)))
    })
}

/// Returns the sign at the start of a message.
fn sign(message: &[u8]) -> Option<&'static str> {
    let start = &message[..message.len().min(LONGEST + 1)];
    let word = &message[..memchr::memchr(b' ', start)?];
    SIGNS.iter().copied().find(|sign| word == sign.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads these messages, and compares what remains of them.
    #[track_caller]
    fn check(messages: &[(&str, &str)]) {
        let mut separator = Separator::default();
        for (message, expected) in messages {
            let rest = separator.strip(message.as_bytes());
            assert_eq!(String::from_utf8_lossy(rest), *expected, "{messages:?}");
        }
    }

    #[test]
    fn a_sign_that_all_lines_have_belongs_to_the_head() {
        for sign in SIGNS {
            let [first, second] = ["Fern", "- Moss"].map(|name| format!("{sign} {name}"));
            check(&[
                (&first, "Fern"),
                (sign, sign),
                ("", ""),
                (&second, "- Moss"),
            ]);
            assert!(sign.len() <= LONGEST);
        }
    }

    #[test]
    fn a_sign_without_a_space_is_recognised_by_what_no_player_is_called() {
        let uuid = "UUID of player Fern is x";
        check(&[
            (&format!("-{uuid}"), uuid),
            ("-Fern left the game", "Fern left the game"),
            ("--Moss left the game", "-Moss left the game"),
            ("Moss", "Moss"),
            ("-Fern", "-Fern"),
        ]);
        check(&[("-Fern left the game", "-Fern left the game")]);
        let after = |ahead: &[&str]| {
            let mut separator = Separator::default();
            separator.look_ahead(ahead.iter().map(|message| message.as_bytes()));
            String::from_utf8(separator.strip(b"-Fern").to_vec()).unwrap()
        };
        assert_eq!(after(&["-Fern", "-Stopping server"]), "Fern");
        assert_eq!(after(&["-Fern", "Stopping server"]), "-Fern");
        assert_eq!(after(&["-Fern", "-Stopping server", "Moss"]), "-Fern");
        assert_eq!(after(&["-Fern", "-Fern"]), "-Fern");
    }

    #[test]
    fn a_sign_that_some_lines_have_belongs_to_the_message() {
        check(&[("Fern", "Fern"), ("- Moss", "- Moss")]);
        check(&[("- Fern", "Fern"), ("Moss", "Moss"), ("- Reed", "- Reed")]);
        check(&[
            ("- Fern", "Fern"),
            ("» Moss", "» Moss"),
            ("- Reed", "- Reed"),
        ]);
        for word in [
            "-Fern x", "* Fern", "<Fern> x", "[Fern] x", "+ Fern", "(Fern) x", "--- x",
        ] {
            check(&[(word, word)]);
        }
    }

    #[test]
    fn a_layout_that_has_changed_is_noticed() {
        let mut separator = Separator::default();
        assert_eq!(separator.strip(b"Fern"), b"Fern");
        for _ in 1..LINES {
            assert_eq!(separator.strip(b"- Moss"), b"- Moss");
        }
        assert_eq!(separator.strip(b"- Moss"), b"Moss");
        assert_eq!(separator.strip(b"- Moss"), b"Moss");
    }

    #[test]
    fn lines_ahead_without_the_sign_of_the_first_show_that_there_is_none() {
        let after = |ahead: &[&str]| {
            let mut separator = Separator::default();
            separator.look_ahead(ahead.iter().map(|message| message.as_bytes()));
            String::from_utf8(separator.strip(b"- Fern").to_vec()).unwrap()
        };
        assert_eq!(after(&["- Fern", "Moss"]), "- Fern");
        assert_eq!(after(&["- Fern", "» Moss"]), "- Fern");
        assert_eq!(after(&["- Fern", "", "-", "- Moss"]), "Fern");
        assert_eq!(after(&["Moss"]), "- Fern");
        assert_eq!(after(&["- Fern"]), "Fern");
        assert_eq!(after(&[]), "Fern");
    }
}
