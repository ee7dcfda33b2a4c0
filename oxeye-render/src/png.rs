//! Encodes pixels as PNG.
//!
//! We use the lowest level of real compression. The next levels take three times as long and save a
//! quarter of the bytes; less compression doubles the bytes and saves time that nobody notices.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

pub(crate) fn from_rgb(pixels: &[u8], width: u32, height: u32) -> Vec<u8> {
    encode(pixels, width, height, ExtendedColorType::Rgb8)
}

pub(crate) fn from_rgba(pixels: &[u8], width: u32, height: u32) -> Vec<u8> {
    encode(pixels, width, height, ExtendedColorType::Rgba8)
}

fn encode(pixels: &[u8], width: u32, height: u32, color: ExtendedColorType) -> Vec<u8> {
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Level(1), FilterType::Adaptive)
        .write_image(pixels, width, height, color)
        .expect("writing to memory succeeds, and the number of pixels matches the size");
    png
}
