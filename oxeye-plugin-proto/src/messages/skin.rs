//! `POST /skin` sends a skin that the answer to a join or a sync asked for.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    PlayerName, TextureHash,
    limits::{MAX_SKIN_BASE64_CHARS, MAX_SKIN_PNG_BYTES},
};

/// A skin for one of the server's own players.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkinRequest {
    /// Who wears it.
    pub player: PlayerName,
    /// The hash under which the plugin reported it.
    pub texture_hash: TextureHash,
    /// A PNG of 64x64 or 64x32 pixels in base64. [`SkinRequest::png`] decodes it.
    pub skin_data: String,
    /// Where the plugin got the skin. The backend never fetches this URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texture_url: Option<String>,
}

/// Why `skin_data` cannot be a skin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSkinData {
    /// More than [`MAX_SKIN_PNG_BYTES`].
    #[error("a skin's PNG has at most {MAX_SKIN_PNG_BYTES} bytes, but this one has more")]
    TooLarge,
    /// A character or the padding is not that of standard base64.
    #[error("the skin_data is not base64; send the PNG file in standard base64")]
    NotBase64,
}

impl SkinRequest {
    /// Makes a request with this PNG.
    #[must_use]
    pub fn new(player: PlayerName, texture_hash: TextureHash, png: &[u8]) -> Self {
        Self {
            player,
            texture_hash,
            skin_data: BASE64_STANDARD.encode(png),
            texture_url: None,
        }
    }

    /// Decodes `skin_data`. This does not check that the bytes are a PNG.
    ///
    /// # Errors
    ///
    /// [`InvalidSkinData`]. The size is checked before anything is decoded.
    pub fn png(&self) -> Result<Vec<u8>, InvalidSkinData> {
        if self.skin_data.len() > MAX_SKIN_BASE64_CHARS {
            return Err(InvalidSkinData::TooLarge);
        }
        let png = BASE64_STANDARD
            .decode(&self.skin_data)
            .map_err(|_| InvalidSkinData::NotBase64)?;
        if png.len() > MAX_SKIN_PNG_BYTES {
            return Err(InvalidSkinData::TooLarge);
        }
        Ok(png)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skin(png: &[u8]) -> SkinRequest {
        SkinRequest::new(
            PlayerName::try_from("jeb_").expect("a name"),
            TextureHash([7; 32]),
            png,
        )
    }

    #[test]
    fn a_skin_is_sent_as_base64() {
        assert_eq!(skin(b"\x89PNG").png(), Ok(b"\x89PNG".to_vec()));
        assert_eq!(skin(b"\x89PNG").skin_data, "iVBORw==");
    }

    #[test]
    fn the_size_of_a_skin_is_limited() {
        assert!(skin(&[0; MAX_SKIN_PNG_BYTES]).png().is_ok());
        assert_eq!(
            skin(&[0; MAX_SKIN_PNG_BYTES + 1]).png(),
            Err(InvalidSkinData::TooLarge)
        );
        assert_eq!(
            skin(&[0; MAX_SKIN_PNG_BYTES * 2]).png(),
            Err(InvalidSkinData::TooLarge)
        );
    }

    #[test]
    fn anything_but_base64_is_refused() {
        let request = SkinRequest {
            skin_data: "https://example.org/skin.png".to_owned(),
            ..skin(b"")
        };

        assert_eq!(request.png(), Err(InvalidSkinData::NotBase64));
    }
}
