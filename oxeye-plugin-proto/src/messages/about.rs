//! `POST /about` says what kind of server this is. It is sent when that has changed.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Deserializer, Serialize};

use crate::AboutText;
use crate::limits::{MAX_ICON_BASE64_CHARS, MAX_ICON_PNG_BYTES};

/// What a server says about itself. It replaces everything that the server said before. It is shown to
/// people and never used in a decision.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutRequest {
    /// The version of Minecraft that the server runs, such as `1.21.11`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "text_or_nothing"
    )]
    pub version: Option<AboutText>,
    /// The server software, such as `Paper`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "text_or_nothing"
    )]
    pub software: Option<AboutText>,
    /// The message of the day.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "text_or_nothing"
    )]
    pub motd: Option<AboutText>,
    /// How many players may be online at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_players: Option<u32>,
    /// The address that players type to join.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "text_or_nothing"
    )]
    pub address: Option<AboutText>,
    /// The icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<IconData>,
}

/// A PNG of 64x64 pixels in base64. Nothing here checks that the bytes are a PNG.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IconData(Vec<u8>);

/// Why a text cannot be an icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIconData {
    /// More than [`MAX_ICON_PNG_BYTES`].
    #[error("an icon's PNG has at most {MAX_ICON_PNG_BYTES} bytes, but this one has more")]
    TooLarge,
    /// A character or the padding is not that of standard base64.
    #[error("the icon is not base64; send the PNG file in standard base64, without `data:`")]
    NotBase64,
}

impl IconData {
    /// Makes an icon of the bytes of a PNG file.
    ///
    /// # Errors
    ///
    /// [`InvalidIconData::TooLarge`].
    pub fn from_png(png: Vec<u8>) -> Result<Self, InvalidIconData> {
        if png.len() > MAX_ICON_PNG_BYTES {
            return Err(InvalidIconData::TooLarge);
        }
        Ok(Self(png))
    }

    /// Returns the bytes of the PNG file.
    #[must_use]
    pub fn png(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<String> for IconData {
    type Error = InvalidIconData;

    /// Decodes base64. The size is checked before anything is decoded.
    fn try_from(base64: String) -> Result<Self, Self::Error> {
        if base64.len() > MAX_ICON_BASE64_CHARS {
            return Err(InvalidIconData::TooLarge);
        }
        let png = BASE64_STANDARD
            .decode(&base64)
            .map_err(|_| InvalidIconData::NotBase64)?;
        Self::from_png(png)
    }
}

impl From<IconData> for String {
    fn from(icon: IconData) -> Self {
        BASE64_STANDARD.encode(icon.0)
    }
}

/// Reads a text of which nothing may be left, which is the same as none.
fn text_or_nothing<'de, D: Deserializer<'de>>(from: D) -> Result<Option<AboutText>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    Ok(text.and_then(|text| AboutText::new(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(body: &str, sentence: &str) {
        let error = serde_json::from_str::<AboutRequest>(body).expect_err(body);
        assert!(error.to_string().contains(sentence), "{error}");
    }

    #[test]
    fn a_text_without_anything_to_show_is_none() {
        let about: AboutRequest =
            serde_json::from_str(r#"{"motd": "§a ", "version": null, "software": "Paper"}"#)
                .expect("a body");

        assert_eq!(about.motd, None);
        assert_eq!(about.software, AboutText::new("Paper"));
    }

    #[test]
    fn an_icon_is_read_within_its_limits() {
        let body = |icon: &str| format!(r#"{{"icon": "{icon}"}}"#);
        let about: AboutRequest = serde_json::from_str(&body("iVBORw==")).expect("an icon");
        assert_eq!(about.icon.expect("an icon").png(), b"\x89PNG");

        check_refused(&body("data:image/png;base64,iVBORw=="), "is not base64");
        let long = BASE64_STANDARD.encode(vec![0; MAX_ICON_PNG_BYTES + 1]);
        check_refused(&body(&long), "has at most 65536 bytes");
        check_refused(&body(&"A".repeat(10_000_000)), "has at most 65536 bytes");
    }

    #[test]
    fn a_maximum_that_is_no_number_of_players_is_refused() {
        check_refused(r#"{"max_players": -1}"#, "invalid value");
        check_refused(r#"{"max_players": 5000000000}"#, "invalid value");
    }
}
