//! The one-time code that a member types in the game to prove which player they are.

use std::str::FromStr;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::crockford;
use crate::secret_text::secret_text;

/// What comes before the code in the chat. It is no command of any game, so every server prints it.
const IN_CHAT: &str = "!oxeye ";

/// Symbols on each side of the dash.
const HALF: usize = 4;

/// A code of eight Crockford base-32 characters, such as `7K2M-9QX4`, which are 40 random bits. It counts
/// only if the player whom it is about types it, within
/// [`MEMBER_CODE_LIFETIME`](crate::limits::MEMBER_CODE_LIFETIME).
///
/// Parsing accepts small letters, and I, L or O for 1, 1 or 0, but nothing around the code. The parsed
/// code is always in capitals. `Debug` hides it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct MemberCode(String);

/// The text is not such a code. The message does not repeat it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a member's code is four letters or digits, a dash, and four more")]
pub struct InvalidMemberCode;

impl MemberCode {
    /// Generates a code from the operating system's randomness.
    ///
    /// # Panics
    ///
    /// When the operating system provides no randomness, without which no secret can be generated.
    #[must_use]
    pub fn generate() -> Self {
        Self::of(&crockford::random::<{ 2 * HALF }>())
    }

    /// Reads what a player wrote in the chat: exactly `!oxeye`, a space and the code. Anything else is
    /// `None`, also with words before or after it.
    #[must_use]
    pub fn in_chat(text: &str) -> Option<Self> {
        text.strip_prefix(IN_CHAT)?.parse().ok()
    }

    /// Returns what the player has to write in the chat. Keep it out of logs, URLs and errors.
    #[must_use]
    pub fn to_type(&self) -> String {
        format!("{IN_CHAT}{}", self.0)
    }

    /// Returns the SHA-256 of the code, which is safe to keep.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }

    fn of(symbols: &[char]) -> Self {
        let (left, right) = symbols.split_at(HALF);
        let (left, right) = (left.iter(), right.iter());
        let text: String = left.chain([&'-']).chain(right).collect();
        Self(text.to_ascii_uppercase())
    }
}

impl FromStr for MemberCode {
    type Err = InvalidMemberCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (left, right) = text.split_once('-').ok_or(InvalidMemberCode)?;
        if left.len() != HALF || right.len() != HALF {
            return Err(InvalidMemberCode);
        }
        let symbols = left.chars().chain(right.chars()).map(crockford::canonical);
        let symbols: Option<Vec<_>> = symbols.collect();
        symbols
            .filter(|symbols| symbols.len() == 2 * HALF)
            .map(|symbols| Self::of(&symbols))
            .ok_or(InvalidMemberCode)
    }
}

secret_text!(MemberCode, InvalidMemberCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generated_code_is_read_from_what_is_to_be_typed() {
        let code = MemberCode::generate();

        assert_eq!(MemberCode::in_chat(&code.to_type()), Some(code.clone()));
        assert_eq!(code.to_type().len(), "!oxeye ABCD-EFGH".len());
        assert_ne!(code, MemberCode::generate());
    }

    #[test]
    fn a_code_that_was_copied_by_hand_is_accepted() {
        let typed = ["!oxeye 10AB-1X0Y", "!oxeye 1oab-lxOy", "!oxeye iOAb-IxOY"];
        for typed in typed {
            let code = MemberCode::in_chat(typed).expect(typed);
            assert_eq!(code.to_type(), "!oxeye 10AB-1X0Y");
            let shown = MemberCode::try_from("10AB-1X0Y").expect("shown");
            assert_eq!(code.sha256(), shown.sha256());
        }
    }

    #[test]
    fn chat_that_is_not_exactly_a_code_is_nothing() {
        for text in [
            "",
            "!oxeye",
            "!oxeye ",
            "!oxeye 10AB1X0Y",
            "!oxeye 10AB-1X0",
            "!oxeye 10AB-1X0YZ",
            "!oxeye 10A-B1X0Y",
            "!oxeye 10AB-1X0Y ",
            "!oxeye  10AB-1X0Y",
            " !oxeye 10AB-1X0Y",
            "!OXEYE 10AB-1X0Y",
            "!oxeye 10AB-1X0Y!",
            "!oxeye 10AB-1X0Y please",
            "type !oxeye 10AB-1X0Y",
            "<Alex> !oxeye 10AB-1X0Y",
            "§a!oxeye 10AB-1X0Y",
            "!oxeye §a10AB-1X0Y",
            "!oxeye 10AB-1XéY",
            "!oxeye éé-éé",
            "!oxeye 10AU-1X0Y",
            "!oxeye --------",
            "!oxeye 10AB\u{2010}1X0Y",
            "10AB-1X0Y",
        ] {
            assert_eq!(MemberCode::in_chat(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_code_is_never_printed_by_accident() {
        let code = MemberCode::try_from("10AB-1X0Y").expect("a code");
        assert_eq!(format!("{code:?}"), "MemberCode(redacted)");
        assert!(!InvalidMemberCode.to_string().contains("10AB"));
    }
}
