//! The one-time code that links a Minecraft server to a guild.

use std::str::FromStr;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::crockford;
use crate::secret_text::secret_text;

const PREFIX: &str = "oxeye-";

const SYMBOLS: usize = 10;

/// A code of `oxeye-` and ten Crockford base-32 characters, which are 50 random bits.
///
/// Parsing accepts what people write when they copy a code by hand: white space around it, capital
/// letters, and I, L or O for 1, 1 or 0. The parsed code is always in lower case. A code is a secret
/// while it is valid: `Debug` hides it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct LinkCode(String);

/// The text is not a link code. The message does not repeat it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a link code is `oxeye-` followed by ten letters or digits; copy it exactly as it was shown"
)]
pub struct InvalidLinkCode;

impl LinkCode {
    /// Generates a code from the operating system's randomness.
    ///
    /// # Panics
    ///
    /// When the operating system provides no randomness, without which no secret can be generated.
    #[must_use]
    pub fn generate() -> Self {
        let symbols = crockford::random::<SYMBOLS>();
        Self(PREFIX.chars().chain(symbols).collect())
    }

    /// Returns the code itself, for the person who will type it. Keep it out of logs, URLs and errors.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the SHA-256 of the code as [`expose`](Self::expose) returns it, which is safe to store.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}

impl FromStr for LinkCode {
    type Err = InvalidLinkCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (prefix, symbols) = text.split_at_checked(PREFIX.len()).ok_or(InvalidLinkCode)?;
        if !prefix.eq_ignore_ascii_case(PREFIX) || symbols.len() != SYMBOLS {
            return Err(InvalidLinkCode);
        }
        let symbols: String = symbols
            .chars()
            .map(crockford::canonical)
            .collect::<Option<_>>()
            .ok_or(InvalidLinkCode)?;
        Ok(Self(format!("{PREFIX}{symbols}")))
    }
}

secret_text!(LinkCode, InvalidLinkCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generated_code_is_valid_and_different() {
        let code = LinkCode::generate();

        assert_eq!(code.expose().parse(), Ok(code.clone()));
        assert_eq!(code.expose().len(), "oxeye-".len() + 10);
        assert_ne!(code, LinkCode::generate());
    }

    #[test]
    fn a_code_that_was_copied_by_hand_is_accepted() {
        for typed in [
            "oxeye-10ab1x0yz2",
            "OXEYE-1OABIXOYZ2",
            " Oxeye-loAblXoYz2\n",
        ] {
            assert_eq!(
                typed.parse::<LinkCode>().expect(typed).expose(),
                "oxeye-10ab1x0yz2"
            );
        }
    }

    #[test]
    fn two_spellings_of_a_code_have_the_same_hash() {
        let (shown, typed): (LinkCode, LinkCode) = (
            "oxeye-10ab1x0yz2".parse().expect("shown"),
            "OXEYE-LOABIXOYZ2".parse().expect("typed"),
        );

        assert_eq!(shown.sha256(), typed.sha256());
    }

    #[test]
    fn anything_but_a_code_is_refused() {
        for text in [
            "",
            "oxeye-",
            "10ab1x0yz2",
            "oxeye-10ab1x0yz",
            "oxeye-10ab1x0yz22",
            "oxeye-u0ab1x0yz2",
            "oxeye-éééééé",
            "oxeye-1é1é1é1",
        ] {
            assert_eq!(text.parse::<LinkCode>(), Err(InvalidLinkCode), "{text:?}");
        }
    }

    #[test]
    fn a_code_is_never_printed_by_accident() {
        assert_eq!(format!("{:?}", LinkCode::generate()), "LinkCode(redacted)");
        assert!(!InvalidLinkCode.to_string().contains("10ab"));
    }
}
