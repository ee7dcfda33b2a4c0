//! Draws faces from a few colours: hair, eyes and a mouth.

use std::io::Cursor;

use image::{ImageFormat, Rgba, RgbaImage};
use oxeye_plugin_proto::TextureHash;
use sha2::{Digest, Sha256};

/// The columns and the rows of the face in a skin of 64x64 pixels: <https://minecraft.wiki/w/Skin>.
const FACE: std::ops::Range<u32> = 8..16;

/// The colours of a face, as 0xRRGGBB.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) skin: u32,
    pub(super) hair: u32,
    pub(super) eyes: u32,
}

/// A skin as a plugin reports it.
pub(super) struct MadeUpSkin {
    pub(super) texture_hash: TextureHash,
    pub(super) png: Vec<u8>,
}

/// The rows of the face: `h`air, `s`kin, `w`hite of the eye, `e`ye, `m`outh.
const PATTERN: [&[u8; 8]; 8] = [
    b"hhhhhhhh",
    b"hhhhhhhh",
    b"hhsssshh",
    b"hssssssh",
    b"swessews",
    b"ssssssss",
    b"ssmmmmss",
    b"ssssssss",
];

pub(super) fn draw(look: Look) -> anyhow::Result<MadeUpSkin> {
    let picture = RgbaImage::from_fn(64, 64, |x, y| pixel(look, x, y));
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png)?;
    let png = png.into_inner();
    Ok(MadeUpSkin {
        texture_hash: TextureHash(Sha256::digest(&png).into()),
        png,
    })
}

fn pixel(look: Look, x: u32, y: u32) -> Rgba<u8> {
    if !(FACE.contains(&x) && FACE.contains(&y)) {
        return Rgba([0; 4]);
    }
    let [column, row] = [x - FACE.start, y - FACE.start].map(|place| place as usize);
    match PATTERN[row][column] {
        b'h' => opaque(look.hair),
        b'w' => opaque(0xff_ffff),
        b'e' => opaque(look.eyes),
        b'm' => opaque(0x8a_3b34),
        _ => opaque(look.skin),
    }
}

fn opaque(colour: u32) -> Rgba<u8> {
    let [_, red, green, blue] = colour.to_be_bytes();
    Rgba([red, green, blue, 255])
}
