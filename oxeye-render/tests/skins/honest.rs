//! The head of a skin, and skins that are encoded again.

use image::{DynamicImage, ExtendedColorType, RgbaImage};
use oxeye_render::{Head, Skin};

use crate::{BLUE, CLEAR, RED, chunk, header, png, skin_image, start, zlib};

fn head_of(image: impl Into<DynamicImage>) -> Head {
    Skin::decode(&png(image)).unwrap().head()
}

/// Makes a head of one colour.
fn plain(colour: [u8; 3]) -> Head {
    Head::from_bytes(&colour.repeat(64)).unwrap()
}

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
