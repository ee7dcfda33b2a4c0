//! Skin pictures, honest and lying.

use std::io::Cursor;

use base64::Engine as _;
use image::{ImageFormat, Rgba, RgbaImage};
use oxeye_plugin_proto::TextureHash;
use sha2::{Digest as _, Sha256};

/// A 64x64 skin all in one colour.
pub fn skin(red: u8, green: u8, blue: u8) -> Vec<u8> {
    png(64, 64, [red, green, blue])
}

/// A PNG of any size in one colour.
pub fn png(width: u32, height: u32, [red, green, blue]: [u8; 3]) -> Vec<u8> {
    encode(&RgbaImage::from_pixel(
        width,
        height,
        Rgba([red, green, blue, 255]),
    ))
}

/// A 64x64 skin that is different for every number, and in which every pixel has a colour of its
/// own: nobody's skin is more work to draw and to pack.
pub fn busy_skin(number: u32) -> Vec<u8> {
    encode(&RgbaImage::from_fn(64, 64, |x, y| {
        // Multiplying by an odd number is one to one, so no two pixels share a product.
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

/// A small PNG whose header claims 64x64 and which unpacks to 60 000 x 60 000, or the other way
/// round: whatever `width` and `height` say, the pixels behind are those of a 64x64 skin.
///
/// The header's checksum is right, so only the size check can notice.
pub fn lying_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = skin(1, 2, 3);
    // The IHDR chunk follows the 8 bytes of signature: length, type, width, height, 5 bytes, CRC.
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

/// The base 64 a plugin puts into `skin_data`.
pub fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// A texture hash as a plugin would make it of any text.
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

/// The checksum of PNG chunks (ISO 3309), bit by bit.
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
