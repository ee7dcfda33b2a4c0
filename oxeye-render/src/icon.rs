//! The icon of a server, as players see it in their list of servers.

use std::fmt;
use std::sync::Arc;

use crate::png;
use crate::untrusted_png::{self, Problem};

/// Largest PNG of an icon that is decoded, in bytes.
pub const MAX_ICON_BYTES: usize = 64 * 1024;

/// Pixels along one side, which the game demands.
const SIDE: u32 = 64;

/// An icon of 64x64 pixels, as a PNG that we encoded. It has at most 17 KiB, and a copy is cheap.
#[derive(Clone, PartialEq, Eq)]
pub struct Icon(Arc<[u8]>);

/// Why a PNG is not an icon, as a sentence for whoever sent it.
#[derive(Debug, thiserror::Error)]
pub enum IconError {
    /// More than [`MAX_ICON_BYTES`].
    #[error("an icon is a PNG of at most {MAX_ICON_BYTES} bytes, but this one has {0}")]
    TooLong(usize),
    /// The bytes do not start like a PNG.
    #[error("an icon is a PNG, but this is not one")]
    NotPng,
    /// The header gives another size.
    #[error("an icon is a PNG of {SIDE}x{SIDE} pixels, but the header of this one says {0}x{1}")]
    WrongSize(u32, u32),
    /// It starts like an icon, but the rest cannot be decoded. The source says why.
    #[error("the PNG of this icon is damaged or needs too much memory")]
    Damaged(#[source] image::ImageError),
}

impl Icon {
    /// Decodes a PNG of any colour type and encodes its pixels again, so that nothing else of the
    /// sender's file is kept.
    ///
    /// # Errors
    /// When it is not a PNG of 64x64 pixels, or cannot be decoded within the limits.
    pub fn decode(png: &[u8]) -> Result<Self, IconError> {
        let is_icon = |width, height| (width, height) == (SIDE, SIDE);
        let pixels = untrusted_png::decode(png, MAX_ICON_BYTES, is_icon)?;
        Ok(Self(png::from_rgba(&pixels, SIDE, SIDE).into()))
    }

    /// Returns an icon that [`Self::decode`] made before. The bytes are not checked.
    #[must_use]
    pub fn from_own_png(png: &[u8]) -> Self {
        Self(png.into())
    }

    /// Returns the PNG.
    #[must_use]
    pub fn png(&self) -> &Arc<[u8]> {
        &self.0
    }
}

impl From<Problem> for IconError {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::TooLong(bytes) => Self::TooLong(bytes),
            Problem::NotPng => Self::NotPng,
            Problem::WrongSize(width, height) => Self::WrongSize(width, height),
            Problem::Damaged(error) => Self::Damaged(error),
        }
    }
}

impl fmt::Debug for Icon {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Icon({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns pixels that hardly compress.
    fn noise(bytes: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        std::iter::repeat_with(next).take(bytes).collect()
    }

    #[test]
    fn an_icon_keeps_its_pixels_and_nothing_else() {
        let pixels = noise((SIDE * SIDE * 4) as usize);
        let mut sent = png::from_rgba(&pixels, SIDE, SIDE);
        sent.extend(b"appended to the file");

        let icon = Icon::decode(&sent).expect("an icon");

        assert!(icon.png().len() <= 17 * 1024, "{icon:?}");
        let kept = untrusted_png::decode(icon.png(), MAX_ICON_BYTES, |_, _| true).expect("a PNG");
        assert!(kept == pixels);
        assert_eq!(Icon::decode(icon.png()).expect("an icon"), icon);
    }

    #[test]
    fn anything_but_an_icon_is_refused() {
        #[track_caller]
        fn check(png: &[u8], sentence: &str) {
            let error = Icon::decode(png).expect_err(sentence).to_string();
            assert!(error.contains(sentence), "{error}");
        }
        check(b"GIF89a", "is not one");
        check(b"", "is not one");
        check(&png::from_rgba(&noise(32 * 64 * 4), 64, 32), "says 64x32");
        check(&vec![0; MAX_ICON_BYTES + 1], "at most 65536 bytes");
        let whole = png::from_rgba(&noise(64 * 64 * 4), SIDE, SIDE);
        check(&whole[..whole.len() / 2], "is damaged");
    }
}
