//! The secret that a plugin gets for its link code.
//!
//! A key is `oxk_`, 256 random bits as 43 base-62 characters, and the CRC-32 of those characters as 6
//! more. The checksum detects a key that was copied badly before anything is looked up. It is no
//! protection against guessing.

use std::str::FromStr;

use rand::{TryRngCore as _, rngs::OsRng};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::secret_text::secret_text;

const PREFIX: &str = "oxk_";
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Number of characters for 256 bits: 62^43 is just above 2^256.
const RANDOM_CHARS: usize = 43;

/// Number of characters for 32 bits: 62^6 is above 2^32.
const CHECKSUM_CHARS: usize = 6;

/// A secret that authenticates exactly one server. `Debug` hides it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct ApiKey(String);

/// The text is not an API key. The message does not repeat it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidApiKey {
    /// The prefix, the length or a character is not that of a key.
    #[error("this is not an Oxeye API key; link the server again to get one")]
    Malformed,
    /// It looks like a key, but some characters are wrong.
    #[error("this API key was not copied correctly; copy it again or link the server again")]
    WrongChecksum,
}

impl ApiKey {
    /// Generates a key from the operating system's randomness.
    ///
    /// # Panics
    ///
    /// When the operating system provides no randomness, without which no secret can be generated.
    #[must_use]
    pub fn generate() -> Self {
        let mut random = [0; 32];
        OsRng
            .try_fill_bytes(&mut random)
            .expect("the operating system provides randomness");
        let random = base62::<RANDOM_CHARS>(random);
        Self(format!("{PREFIX}{random}{}", checksum(&random)))
    }

    /// Returns the key itself, for the `Authorization` header. Keep it out of logs, URLs and errors.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the SHA-256 of the whole key, which is safe to store.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}

fn checksum(random: &str) -> String {
    base62::<CHECKSUM_CHARS>(crc32fast::hash(random.as_bytes()).to_be_bytes())
}

/// Writes a big-endian number with exactly `CHARS` base-62 digits, which must be enough for it.
fn base62<const CHARS: usize>(mut number: impl AsMut<[u8]>) -> String {
    let number = number.as_mut();
    let mut digits = [0; CHARS];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[divide_by_62(number)];
    }
    digits.map(char::from).iter().collect()
}

/// Divides a number in place and returns the remainder.
fn divide_by_62(number: &mut [u8]) -> usize {
    let mut remainder = 0;
    for byte in number {
        let dividend = remainder << 8 | u16::from(*byte);
        // Always fits: the remainder so far is below 62.
        *byte = (dividend / 62) as u8;
        remainder = dividend % 62;
    }
    usize::from(remainder)
}

impl FromStr for ApiKey {
    type Err = InvalidApiKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let body = text.strip_prefix(PREFIX).ok_or(InvalidApiKey::Malformed)?;
        let well_formed = body.len() == RANDOM_CHARS + CHECKSUM_CHARS
            && body.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !well_formed {
            return Err(InvalidApiKey::Malformed);
        }
        let (random, sent_checksum) = body.split_at(RANDOM_CHARS);
        if checksum(random) != sent_checksum {
            return Err(InvalidApiKey::WrongChecksum);
        }
        Ok(Self(text.to_owned()))
    }
}

secret_text!(ApiKey, InvalidApiKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generated_key_is_valid_and_different() {
        let key = ApiKey::generate();

        assert_eq!(key.expose().parse(), Ok(key.clone()));
        assert_eq!(key.expose().len(), 4 + 43 + 6);
        assert_ne!(key, ApiKey::generate());
        assert_ne!(key.sha256(), ApiKey::generate().sha256());
    }

    #[test]
    fn numbers_are_written_in_base_62() {
        assert_eq!(base62::<6>(0_u32.to_be_bytes()), "000000");
        assert_eq!(base62::<6>(61_u32.to_be_bytes()), "00000z");
        assert_eq!(base62::<6>(62_u32.to_be_bytes()), "000010");
        assert_eq!(base62::<6>(u32::MAX.to_be_bytes()), "4gfFC3");
        assert_eq!(base62::<43>([0; 32]), "0".repeat(43));
    }

    #[test]
    fn any_single_wrong_character_is_detected() {
        let key = ApiKey::generate();
        for position in PREFIX.len()..key.expose().len() {
            let mut copied = key.expose().as_bytes().to_vec();
            copied[position] = if copied[position] == b'x' { b'y' } else { b'x' };
            let copied = String::from_utf8(copied).expect("ASCII");

            assert_eq!(
                copied.parse::<ApiKey>(),
                Err(InvalidApiKey::WrongChecksum),
                "position {position}"
            );
        }
    }

    #[test]
    fn anything_but_a_key_is_refused() {
        let key = ApiKey::generate();
        let too_short = &key.expose()[..52];
        let too_long = format!("{}0", key.expose());
        let other_prefix = key.expose().replace("oxk_", "OXK_");
        let other_characters = format!("oxk_{}-", "é".repeat(24));
        for text in [
            "",
            "oxk_",
            "Bearer",
            too_short,
            &too_long,
            &other_prefix,
            &other_characters,
        ] {
            assert_eq!(text.parse::<ApiKey>(), Err(InvalidApiKey::Malformed));
        }
    }

    #[test]
    fn a_key_is_never_printed_by_accident() {
        let key = ApiKey::generate();
        let error = serde_json::from_str::<ApiKey>(&format!("\"{}x\"", key.expose()))
            .expect_err("too long");

        assert_eq!(format!("{key:?}"), "ApiKey(redacted)");
        assert!(!error.to_string().contains("oxk_"), "{error}");
    }
}
