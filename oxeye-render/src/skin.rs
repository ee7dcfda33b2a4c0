//! A skin that a plugin sent us.
//!
//! The bytes are untrusted: we check the size and the header before we decode anything, and the
//! decoder works within limits.

use std::fmt;
use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::{DynamicImage, Limits};
use sha2::{Digest, Sha256};

use crate::head::{Head, SIDE};
use crate::png;

/// Largest PNG of a skin, in bytes. Real ones have 1 to 4 KiB.
pub const MAX_SKIN_BYTES: usize = 64 * 1024;

/// How many bytes the decoder may allocate. A 64x64 picture needs 32 KiB at the largest colour depth.
const MAX_DECODER_BYTES: u64 = 1024 * 1024;

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
        if png.len() > MAX_SKIN_BYTES {
            return Err(SkinError::TooLong(png.len()));
        }
        let (width, height) = size_in_header(png).ok_or(SkinError::NotPng)?;
        if width != WIDTH || ![HEIGHT, LEGACY_HEIGHT].contains(&height) {
            return Err(SkinError::WrongSize { width, height });
        }
        let pixels = decode_within_limits(png).map_err(SkinError::Damaged)?;
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

impl fmt::Debug for Skin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Skin({WIDTH}x{})", self.height())
    }
}

/// Returns width and height from the header, which is always the first chunk of a PNG.
fn size_in_header(png: &[u8]) -> Option<(u32, u32)> {
    let header = png.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let (width, header) = header.split_first_chunk()?;
    let (height, _) = header.split_first_chunk()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}

fn decode_within_limits(png: &[u8]) -> image::ImageResult<Vec<u8>> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(WIDTH);
    limits.max_image_height = Some(HEIGHT);
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    let decoder = PngDecoder::with_limits(Cursor::new(png), limits)?;
    Ok(DynamicImage::from_decoder(decoder)?.into_rgba8().into_raw())
}

fn over(below: [u8; 3], [red, green, blue, alpha]: [u8; 4]) -> [u8; 3] {
    let above = [red, green, blue];
    std::array::from_fn(|channel| crate::canvas::mix(below[channel], above[channel], alpha))
}

const _: () = assert!(FACE.1 + SIDE <= LEGACY_HEIGHT as usize && HAT.0 + SIDE <= WIDTH as usize);
