//! Tests of honest skins and of hostile ones.

#![expect(
    clippy::unwrap_used,
    reason = "helper functions may panic like the tests themselves"
)]

use std::error::Error;
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use flate2::{Compression, Crc, write::ZlibEncoder};
use image::{DynamicImage, ExtendedColorType, ImageFormat, RgbaImage};
use oxeye_render::{Head, MAX_SKIN_BYTES, Skin, SkinError};

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

fn head_of(image: impl Into<DynamicImage>) -> Head {
    Skin::decode(&png(image)).unwrap().head()
}

/// Makes a head of one colour.
fn plain(colour: [u8; 3]) -> Head {
    Head::from_bytes(&colour.repeat(64)).unwrap()
}

// The head of a skin.

#[test]
fn a_clear_hat_shows_the_face() {
    assert_eq!(head_of(skin_image(64, RED, CLEAR)), plain([200, 10, 20]));
}

#[test]
fn a_solid_hat_covers_the_face() {
    assert_eq!(head_of(skin_image(64, RED, BLUE)), plain([0, 0, 250]));
    assert_eq!(head_of(skin_image(32, RED, BLUE)), plain([0, 0, 250]));
}

#[test]
fn a_translucent_hat_is_blended_with_the_face() {
    let visor = [0, 0, 250, 102];
    assert_eq!(head_of(skin_image(64, RED, visor)), plain([120, 6, 112]));
}

#[test]
fn the_alpha_of_the_face_is_ignored() {
    assert_eq!(
        head_of(skin_image(64, [9, 8, 7, 0], CLEAR)),
        plain([9, 8, 7])
    );
}

#[test]
fn the_hat_of_an_old_skin_without_transparency_is_not_shown() {
    let mut old = skin_image(32, RED, BLUE);
    old.pixels_mut().for_each(|pixel| pixel.0[3] = 255);
    assert_eq!(head_of(old), plain([200, 10, 20]));

    let mut new = skin_image(64, RED, BLUE);
    new.pixels_mut().for_each(|pixel| pixel.0[3] = 255);
    assert_eq!(head_of(new), plain([0, 0, 250]));
}

#[test]
fn face_and_hat_come_from_their_places_in_the_skin() {
    let numbered = RgbaImage::from_fn(64, 64, |x, y| {
        image::Rgba([x as u8, y as u8, 0, if x < 32 { 255 } else { 0 }])
    });
    let head = head_of(numbered);
    assert_eq!(head.as_bytes()[..3], [8, 8, 0]);
    assert_eq!(head.as_bytes()[189..], [15, 15, 0]);
}

// How a skin was saved does not matter.

#[test]
fn every_colour_type_is_decoded() {
    let grey = RgbaImage::from_fn(64, 64, |x, _| image::Rgba([x as u8, x as u8, x as u8, 255]));
    let image = DynamicImage::ImageRgba8(grey);
    let wanted = Skin::decode(&png(image.clone())).unwrap();
    for same in [
        DynamicImage::ImageRgb8(image.to_rgb8()),
        DynamicImage::ImageLuma8(image.to_luma8()),
        DynamicImage::ImageLumaA8(image.to_luma_alpha8()),
        DynamicImage::ImageRgba16(image.to_rgba16()),
        DynamicImage::ImageLuma16(image.to_luma16()),
    ] {
        let color: ExtendedColorType = same.color().into();
        let skin = Skin::decode(&png(same)).unwrap();
        assert_eq!(skin.pixels_sha256(), wanted.pixels_sha256(), "{color:?}");
    }
}

#[test]
fn an_indexed_skin_keeps_its_transparent_colour() {
    // Two bits per pixel: the face is colour 1, the rest colour 0, which tRNS makes clear.
    let mut rows = Vec::new();
    for y in 0..64 {
        rows.push(0);
        rows.extend((0..16).map(|byte| {
            if (8..16).contains(&y) && (2..4).contains(&byte) {
                0b0101_0101
            } else {
                0
            }
        }));
    }
    let mut bytes = start(&header(64, 64, 2, 3));
    bytes.extend(chunk(b"PLTE", &[1, 2, 3, 200, 10, 20]));
    bytes.extend(chunk(b"tRNS", &[0]));
    bytes.extend(chunk(b"IDAT", &zlib(&rows)));
    bytes.extend(chunk(b"IEND", &[]));

    let skin = Skin::decode(&bytes).unwrap();

    assert_eq!(skin.head(), plain([200, 10, 20]));
}

#[test]
fn a_skin_survives_being_encoded_again() {
    for height in [32, 64] {
        let skin = Skin::decode(&png(skin_image(height, RED, BLUE))).unwrap();
        let again = Skin::decode(&skin.to_png()).unwrap();
        assert_eq!(skin, again);
        assert_eq!(skin.to_png(), again.to_png());
        assert_eq!(skin.pixels_sha256(), again.pixels_sha256());
    }
}

#[test]
fn different_pixels_have_different_hashes() {
    let hash = |image| Skin::decode(&png(image)).unwrap().pixels_sha256();
    assert_ne!(
        hash(skin_image(64, RED, CLEAR)),
        hash(skin_image(64, RED, BLUE))
    );
    assert_ne!(
        hash(skin_image(64, RED, CLEAR)),
        hash(skin_image(32, RED, CLEAR))
    );
}

// Hostile files.

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

/// Makes a PNG of 64x64 RGBA whose compressed pixels are `data`, with `extra` chunks before them.
fn with_data(extra: &[u8], data: &[u8]) -> Vec<u8> {
    let (pixels, end) = (chunk(b"IDAT", data), chunk(b"IEND", &[]));
    [start(&header(64, 64, 8, 6)), extra.to_vec(), pixels, end].concat()
}

fn clear_rows() -> Vec<u8> {
    zlib(&[0; 64 * (64 * 4 + 1)])
}

/// Checks that a PNG is refused quickly and with one line of text, and returns the error.
#[track_caller]
fn refused(png: &[u8]) -> SkinError {
    let start = Instant::now();
    let error = Skin::decode(png).unwrap_err();
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    let text = error.to_string();
    assert!(
        !text.is_empty() && !text.contains('\n') && text.len() < 200,
        "{text}"
    );
    error
}

#[test]
fn anything_but_a_png_is_refused() {
    let jpeg = [&b"\xFF\xD8\xFF\xE0"[..], &[0; 100]].concat();
    for bytes in [&b""[..], b"\x89PNG", b"\x89PNG\r\n\x1a\n", b"hello", &jpeg] {
        assert!(matches!(refused(bytes), SkinError::NotPng));
    }
}

#[test]
fn a_png_that_is_too_long_is_refused() {
    let long = vec![0; MAX_SKIN_BYTES + 1];
    assert!(matches!(refused(&long), SkinError::TooLong(65_537)));
}

#[test]
fn a_small_file_with_a_huge_picture_is_refused_by_its_header() {
    // 12000x12000 grey pixels: these 35 KB would need 144 MB when decoded.
    let rows = zlib(&vec![0; 12_000 * 3_000]);
    let bomb = [start(&header(12_000, 12_000, 8, 0)), chunk(b"IDAT", &rows)].concat();
    assert!(
        (30_000..MAX_SKIN_BYTES).contains(&bomb.len()),
        "{}",
        bomb.len()
    );
    assert!(matches!(
        refused(&bomb),
        SkinError::WrongSize {
            width: 12_000,
            height: 12_000
        }
    ));
}

#[test]
fn sizes_that_no_skin_has_are_refused() {
    for (width, height) in [
        (0, 0),
        (64, 0),
        (32, 64),
        (64, 63),
        (64, 128),
        (128, 128),
        (64, u32::MAX),
        (u32::MAX, 64),
    ] {
        let png = start(&header(width, height, 8, 6));
        assert!(
            matches!(refused(&png), SkinError::WrongSize { .. }),
            "{width}x{height}"
        );
    }
}

#[test]
fn a_second_header_does_not_change_the_size() {
    let second = header(30_000, 30_000, 8, 6);
    refused(&with_data(&second, &clear_rows()));
}

#[test]
fn more_pixels_than_the_header_says_do_no_harm() {
    // 60 MB of rows behind a header of 64x64.
    let bomb = with_data(&[], &zlib(&vec![0; 60_000_000]));
    assert!(bomb.len() <= MAX_SKIN_BYTES);
    let start = Instant::now();
    let _either = Skin::decode(&bomb);
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn fewer_pixels_than_the_header_says_are_refused() {
    assert!(matches!(
        refused(&with_data(&[], &zlib(&[0; 500]))),
        SkinError::Damaged(_)
    ));
    assert!(matches!(
        refused(&with_data(&[], &[])),
        SkinError::Damaged(_)
    ));
}

#[test]
fn the_error_for_a_damaged_png_has_a_source() {
    let error = refused(&with_data(&[], b"this was never compressed"));
    assert!(error.source().is_some());
}

#[test]
fn impossible_headers_are_refused() {
    for (bits, colour_type) in [(0, 6), (1, 6), (3, 0), (8, 1), (8, 7), (16, 3), (255, 255)] {
        let png = [
            start(&header(64, 64, bits, colour_type)),
            chunk(b"IDAT", &clear_rows()),
            chunk(b"IEND", &[]),
        ];
        refused(&png.concat());
    }
}

#[test]
fn a_png_without_its_palette_is_refused() {
    let png = [
        start(&header(64, 64, 8, 3)),
        chunk(b"IDAT", &clear_rows()),
        chunk(b"IEND", &[]),
    ];
    refused(&png.concat());
}

#[test]
fn compressed_text_chunks_are_not_unpacked_beyond_the_limit() {
    let bomb = zlib(&vec![b'a'; 40_000_000]);
    let notes = [
        (b"zTXt", &b"note\0\0"[..]),
        (b"iTXt", b"note\0\x01\0\0\0"),
        (b"iCCP", b"profile\0\0"),
    ];
    for (kind, prefix) in notes {
        let png = with_data(&chunk(kind, &[prefix, &bomb].concat()), &clear_rows());
        assert!(png.len() <= MAX_SKIN_BYTES);
        let start = Instant::now();
        if let Ok(skin) = Skin::decode(&png) {
            assert!(skin.to_png().len() < 1000);
        }
        assert!(
            start.elapsed() < Duration::from_millis(500),
            "{:?}",
            start.elapsed()
        );
    }
}

#[test]
fn a_chunk_that_claims_gigabytes_is_refused() {
    for kind in [b"tEXt", b"IDAT", b"iCCP", b"PLTE", b"eXIf"] {
        let mut png = start(&header(64, 64, 8, 6));
        png.extend(0x7FFF_FFFF_u32.to_be_bytes());
        png.extend(kind);
        png.extend([7; 40]);
        assert!(matches!(refused(&png), SkinError::Damaged(_)));
    }
}

#[test]
fn a_truncated_skin_is_refused_wherever_it_is_cut() {
    let whole = png(skin_image(64, RED, BLUE));
    let end_of_pixels = whole.len() - 12;
    for length in 0..end_of_pixels {
        refused(&whole[..length]);
    }
}

#[test]
fn a_flipped_bit_never_causes_a_panic() {
    let whole = png(skin_image(64, RED, BLUE));
    for bit in 0..whole.len() * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let _either = Skin::decode(&flipped).map(|skin| skin.head());
    }
}

proptest::proptest! {
    #[test]
    fn garbage_after_a_valid_header_never_causes_a_panic(garbage in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
        let _either = Skin::decode(&[start(&header(64, 64, 8, 6)), garbage.clone()].concat());
        let _either = Skin::decode(&with_data(&[], &garbage));
        let _either = Skin::decode(&with_data(&garbage, &clear_rows()));
        let _either = Skin::decode(&garbage);
    }
}
