//! A skin somebody sent us.
//!
//! The bytes come from strangers: size and header are checked before anything is decoded, and the
//! decoder works within limits.

use std::fmt;
use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::{DynamicImage, Limits};
use sha2::{Digest, Sha256};

use crate::head::{Head, SIDE};
use crate::png;

/// A skin PNG may be this long. Real ones are 1 to 4 KiB.
pub const MAX_SKIN_BYTES: usize = 64 * 1024;

/// What the decoder may allocate. A 64x64 picture needs 32 KiB at its deepest colour.
const MAX_DECODER_BYTES: u64 = 1024 * 1024;

const WIDTH: u32 = 64;
const HEIGHT: u32 = 64;
/// Height of the format before Minecraft 1.8.
const LEGACY_HEIGHT: u32 = 32;

/// Top left corners of the two layers of a head, see <https://minecraft.wiki/w/Skin>.
const FACE: (usize, usize) = (8, 8);
const HAT: (usize, usize) = (40, 8);

/// A player's skin in RGBA, 64x64 pixels, or 64x32 in the format before Minecraft 1.8.
#[derive(Clone, PartialEq, Eq)]
pub struct Skin {
    pixels: Vec<u8>,
}

/// Why something is not a skin, in one sentence for whoever sent it.
#[derive(Debug, thiserror::Error)]
pub enum SkinError {
    /// More than [`MAX_SKIN_BYTES`].
    #[error("a skin is a PNG of at most {MAX_SKIN_BYTES} bytes, this one has {0}")]
    TooLong(usize),
    /// The bytes do not begin as a PNG does.
    #[error("a skin is a PNG, and this is not one")]
    NotPng,
    /// The header names a size no skin has.
    #[error("a skin is a PNG of 64x64 or 64x32 pixels, this one says it is {width}x{height}")]
    WrongSize {
        /// Pixels per row, as the header says.
        width: u32,
        /// Rows, as the header says.
        height: u32,
    },
    /// It begins like a skin, and the rest cannot be decoded. The source says what is wrong.
    #[error("the PNG of this skin is damaged or asks for too much memory")]
    Damaged(#[source] image::ImageError),
}

impl Skin {
    /// Reads a PNG of any colour type.
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

    /// Identifies what the skin looks like, however its file was compressed.
    #[must_use]
    pub fn pixels_sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.pixels).into()
    }

    /// The skin as a PNG of our own making: nothing of the sender's file but its pixels.
    #[must_use]
    pub fn to_png(&self) -> Vec<u8> {
        png::from_rgba(&self.pixels, WIDTH, self.height())
    }

    /// The front of the head with the hat layer over it.
    ///
    /// The face is opaque whatever its alpha says, as in the game.
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

    /// Old skins often have a hat area painted solid, as early versions of the game ignored
    /// it. The game still shows no hat when nothing in the right half of such a skin is transparent.
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

/// Width and height from the header, which is always the first chunk of a PNG.
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
