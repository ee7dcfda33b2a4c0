//! A player's skin.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::head::{Head, SIDE};
use crate::png;
use crate::untrusted_png::{self, Problem};

/// Largest PNG of a skin, in bytes. Real ones have 1 to 4 KiB.
pub const MAX_SKIN_BYTES: usize = 64 * 1024;

const WIDTH: u32 = 64;
const HEIGHT: u32 = 64;
/// Height of the format before Minecraft 1.8.
const LEGACY_HEIGHT: u32 = 32;

/// Top left corners of the two layers of a head. See <https://minecraft.wiki/w/Skin>.
const FACE: (usize, usize) = (8, 8);
const HAT: (usize, usize) = (40, 8);

/// A player's skin in RGBA: 64x64 pixels, or 64x32 in the format before Minecraft 1.8.
#[derive(Clone, PartialEq, Eq)]
pub struct Skin {
    pixels: Vec<u8>,
}

/// Why a PNG is not a skin, as a sentence for whoever sent it.
#[derive(Debug, thiserror::Error)]
pub enum SkinError {
    /// More than [`MAX_SKIN_BYTES`].
    #[error("a skin is a PNG of at most {MAX_SKIN_BYTES} bytes, but this one has {0}")]
    TooLong(usize),
    /// The bytes do not start like a PNG.
    #[error("a skin is a PNG, but this is not one")]
    NotPng,
    /// The header gives a size that no skin has.
    #[error(
        "a skin is a PNG of 64x64 or 64x32 pixels, but the header of this one says {width}x{height}"
    )]
    WrongSize {
        /// Pixels per row, according to the header.
        width: u32,
        /// Number of rows, according to the header.
        height: u32,
    },
    /// It starts like a skin, but the rest cannot be decoded. The source says why.
    #[error("the PNG of this skin is damaged or needs too much memory")]
    Damaged(#[source] image::ImageError),
}

impl Skin {
    /// Decodes a PNG of any colour type.
    ///
    /// # Errors
    /// When it is not a PNG of a skin's size, or cannot be decoded within the limits.
    pub fn decode(png: &[u8]) -> Result<Self, SkinError> {
        let is_skin = |width, height| width == WIDTH && [HEIGHT, LEGACY_HEIGHT].contains(&height);
        let pixels = untrusted_png::decode(png, MAX_SKIN_BYTES, is_skin)?;
        Ok(Self { pixels })
    }

    /// Returns a hash of the pixels, which does not depend on how the file was compressed.
    #[must_use]
    pub fn pixels_sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.pixels).into()
    }

    /// Encodes the skin again as a PNG, which keeps nothing of the sender's file but the pixels.
    #[must_use]
    pub fn to_png(&self) -> Vec<u8> {
        png::from_rgba(&self.pixels, WIDTH, self.height())
    }

    /// Returns the front of the head with the hat layer over it.
    ///
    /// The face is always opaque, as in the game.
    #[must_use]
    pub fn head(&self) -> Head {
        let wears_hat = !self.is_legacy_without_hat();
        Head::from_fn(|x, y| {
            let [red, green, blue, _] = self.pixel(FACE.0 + x, FACE.1 + y);
            let face = [red, green, blue];
            if wears_hat {
                over(face, self.pixel(HAT.0 + x, HAT.1 + y))
            } else {
                face
            }
        })
    }

    /// Returns whether this is an old skin whose hat the game does not show. Early versions of the
    /// game ignored the area of the hat, so many old skins have it filled. The game still shows no
    /// hat if nothing in the right half of such a skin is transparent.
    fn is_legacy_without_hat(&self) -> bool {
        let right_half = || (0..32).flat_map(|y| (32..64).map(move |x| (x, y)));
        self.height() == LEGACY_HEIGHT && right_half().all(|(x, y)| self.pixel(x, y)[3] >= 128)
    }

    fn height(&self) -> u32 {
        if self.pixels.len() == (WIDTH * LEGACY_HEIGHT * 4) as usize {
            LEGACY_HEIGHT
        } else {
            HEIGHT
        }
    }

    fn pixel(&self, x: usize, y: usize) -> [u8; 4] {
        let at = (y * WIDTH as usize + x) * 4;
        [0, 1, 2, 3].map(|channel| self.pixels[at + channel])
    }
}

impl From<Problem> for SkinError {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::TooLong(bytes) => Self::TooLong(bytes),
            Problem::NotPng => Self::NotPng,
            Problem::WrongSize(width, height) => Self::WrongSize { width, height },
            Problem::Damaged(error) => Self::Damaged(error),
        }
    }
}

impl fmt::Debug for Skin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Skin({WIDTH}x{})", self.height())
    }
}

fn over(below: [u8; 3], [red, green, blue, alpha]: [u8; 4]) -> [u8; 3] {
    let above = [red, green, blue];
    std::array::from_fn(|channel| crate::canvas::mix(below[channel], above[channel], alpha))
}

const _: () = assert!(FACE.1 + SIDE <= LEGACY_HEIGHT as usize && HAT.0 + SIDE <= WIDTH as usize);
