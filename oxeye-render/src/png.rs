//! Pixels to PNG bytes. The lowest level of real compression: the next ones take three times as
//! long and save a quarter, the ones below save time that nobody notices and double the bytes.

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
        .expect("writing to memory succeeds, and callers pass as many pixels as they say");
    png
}
