//! The hash by which a plugin identifies a skin.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::hex;

/// The SHA-256 of the skin property as the plugin saw it. The property may contain a timestamp, so
/// one skin can have many hashes: the hash identifies a report, not a picture.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TextureHash(pub [u8; 32]);

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a texture hash has exactly 64 hexadecimal digits")]
pub struct InvalidTextureHash;

impl FromStr for TextureHash {
    type Err = InvalidTextureHash;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        hex::parse_32_bytes(text)
            .map(Self)
            .ok_or(InvalidTextureHash)
    }
}

impl TryFrom<&str> for TextureHash {
    type Error = InvalidTextureHash;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<String> for TextureHash {
    type Error = InvalidTextureHash;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TextureHash> for String {
    fn from(hash: TextureHash) -> Self {
        hash.to_string()
    }
}

impl fmt::Display for TextureHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write_lower(&self.0, f)
    }
}

impl fmt::Debug for TextureHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextureHash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_accepted_in_either_case_and_written_in_lower_case() {
        let hash: TextureHash = "AB".repeat(32).parse().expect("64 digits");

        assert_eq!(hash, TextureHash([0xab; 32]));
        assert_eq!(hash.to_string(), "ab".repeat(32));
    }

    #[test]
    fn anything_but_64_digits_is_refused() {
        for text in [
            "",
            &"a".repeat(63),
            &"a".repeat(65),
            &"g".repeat(64),
            &"é".repeat(32),
            &"+1".repeat(32),
        ] {
            assert_eq!(
                text.parse::<TextureHash>(),
                Err(InvalidTextureHash),
                "{text:?}"
            );
        }
    }
}
