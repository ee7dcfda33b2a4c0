//! Decodes a PNG that a stranger sent: the size and the header are checked before anything is decoded,
//! and the decoder works within limits.

use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::{DynamicImage, Limits};

/// How many bytes the decoder may allocate. A 64x64 picture needs 32 KiB at the largest colour depth.
const MAX_DECODER_BYTES: u64 = 1024 * 1024;

/// Why a PNG is not used.
#[derive(Debug)]
pub(crate) enum Problem {
    /// It has more bytes than allowed.
    TooLong(usize),
    /// The bytes do not start like a PNG.
    NotPng,
    /// The header gives a width and height that are not allowed.
    WrongSize(u32, u32),
    /// It starts well, but the rest cannot be decoded.
    Damaged(image::ImageError),
}

/// Decodes a PNG of any colour type to RGBA pixels, row by row.
pub(crate) fn decode(
    png: &[u8],
    max_bytes: usize,
    is_allowed: impl Fn(u32, u32) -> bool,
) -> Result<Vec<u8>, Problem> {
    if png.len() > max_bytes {
        return Err(Problem::TooLong(png.len()));
    }
    let (width, height) = size_in_header(png).ok_or(Problem::NotPng)?;
    if !is_allowed(width, height) {
        return Err(Problem::WrongSize(width, height));
    }
    decode_within_limits(png, width, height).map_err(Problem::Damaged)
}

/// Returns width and height from the header, which is always the first chunk of a PNG.
fn size_in_header(png: &[u8]) -> Option<(u32, u32)> {
    let header = png.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let (width, header) = header.split_first_chunk()?;
    let (height, _) = header.split_first_chunk()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}

fn decode_within_limits(png: &[u8], width: u32, height: u32) -> image::ImageResult<Vec<u8>> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(width);
    limits.max_image_height = Some(height);
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    let decoder = PngDecoder::with_limits(Cursor::new(png), limits)?;
    Ok(DynamicImage::from_decoder(decoder)?.into_rgba8().into_raw())
}
