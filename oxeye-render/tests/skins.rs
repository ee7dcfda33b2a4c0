//! Tests of honest skins and of hostile ones.

#![expect(
    clippy::unwrap_used,
    reason = "helper functions may panic like the tests themselves"
)]

#[path = "skins/honest.rs"]
mod honest;
#[path = "skins/hostile.rs"]
mod hostile;

use std::io::{Cursor, Write};

use flate2::{Compression, Crc, write::ZlibEncoder};
use image::{DynamicImage, ImageFormat, RgbaImage};

const RED: [u8; 4] = [200, 10, 20, 255];
const BLUE: [u8; 4] = [0, 0, 250, 255];
const CLEAR: [u8; 4] = [0, 0, 0, 0];

/// Makes a skin whose face and hat have one colour each and whose other pixels are clear.
fn skin_image(height: u32, face: [u8; 4], hat: [u8; 4]) -> RgbaImage {
    RgbaImage::from_fn(64, height, |x, y| {
        image::Rgba(match (x, y) {
            (8..16, 8..16) => face,
            (40..48, 8..16) => hat,
            _ => CLEAR,
        })
    })
}

fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let image: DynamicImage = image.into();
    image
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .unwrap();
    bytes
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    let length = (data.len() as u32).to_be_bytes();
    [&length[..], kind, data, &crc.sum().to_be_bytes()].concat()
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn header(width: u32, height: u32, bits: u8, colour_type: u8) -> Vec<u8> {
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[bits, colour_type, 0, 0, 0],
    ];
    chunk(b"IHDR", &header.concat())
}

fn start(header: &[u8]) -> Vec<u8> {
    [&b"\x89PNG\r\n\x1a\n"[..], header].concat()
}
