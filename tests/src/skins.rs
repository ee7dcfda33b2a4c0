//! Skin pictures, valid and malicious.

use std::io::Cursor;

use base64::Engine as _;
use image::{ImageFormat, Rgba, RgbaImage};
use oxeye_plugin_proto::TextureHash;
use sha2::{Digest as _, Sha256};

/// Returns a 64x64 skin of one colour.
pub fn skin(red: u8, green: u8, blue: u8) -> Vec<u8> {
    png(64, 64, [red, green, blue])
}

/// Returns a 64x64 skin with this face, of which `colour` gives each of the 8x8 pixels.
pub fn with_face(colour: impl Fn(usize, usize) -> [u8; 3]) -> Vec<u8> {
    encode(&RgbaImage::from_fn(64, 64, |x, y| {
        // The face is at (8, 8): <https://minecraft.wiki/w/Skin>.
        match (x.checked_sub(8), y.checked_sub(8)) {
            (Some(x @ 0..8), Some(y @ 0..8)) => {
                let [red, green, blue] = colour(x as usize, y as usize);
                Rgba([red, green, blue, 255])
            }
            _ => Rgba([0; 4]),
        }
    }))
}

/// Returns a server icon of 64x64 pixels in 8x8 blocks, of which `colour` gives each.
pub fn icon(colour: impl Fn(usize, usize) -> [u8; 3]) -> Vec<u8> {
    encode(&RgbaImage::from_fn(64, 64, |x, y| {
        let [red, green, blue] = colour(x as usize / 8, y as usize / 8);
        Rgba([red, green, blue, 255])
    }))
}

/// Returns a PNG of any size in one colour.
pub fn png(width: u32, height: u32, [red, green, blue]: [u8; 3]) -> Vec<u8> {
    encode(&RgbaImage::from_pixel(
        width,
        height,
        Rgba([red, green, blue, 255]),
    ))
}

/// Returns a 64x64 skin that is different for every number and has a different colour in every
/// pixel, which makes it the most expensive kind of skin to draw and to compress.
pub fn busy_skin(number: u32) -> Vec<u8> {
    encode(&RgbaImage::from_fn(64, 64, |x, y| {
        // Multiplying by an odd number is injective, so no two pixels share a product.
        let [red, green, blue, _] = (number << 12 | y << 6 | x)
            .wrapping_mul(0x9E37_79B1)
            .to_be_bytes();
        Rgba([red, green, blue, 255])
    }))
}

fn encode(picture: &RgbaImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("encoding into memory cannot fail");
    bytes.into_inner()
}

/// Returns a small PNG whose header may lie, for example 60,000 x 60,000: whatever `width` and
/// `height` say, the pixels behind it are those of a 64x64 skin.
///
/// The header's checksum is right, so only a check of the size can notice.
pub fn lying_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = skin(1, 2, 3);
    // The IHDR chunk follows the 8 bytes of signature: length, type, width, height, 5 bytes, CRC.
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

/// Returns the base 64 that a plugin puts into `skin_data`.
pub fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Returns a texture hash as a plugin would make it from any text.
///
/// # Panics
/// Never: a SHA-256 is a texture hash.
pub fn texture_hash(of: &str) -> TextureHash {
    let hex: String = Sha256::digest(of)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    hex.parse()
        .expect("64 hexadecimal digits are a texture hash")
}

/// Returns the checksum of PNG chunks (ISO 3309), computed bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
        }
    }
    !crc
}
