//! Hostile skins.

use std::error::Error;
use std::time::{Duration, Instant};

use oxeye_render::{MAX_SKIN_BYTES, Skin, SkinError};

use crate::{BLUE, RED, chunk, header, png, skin_image, start, zlib};

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
