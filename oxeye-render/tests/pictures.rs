//! Tests of status pictures through the public interface.

#![expect(
    clippy::unwrap_used,
    reason = "helper functions may panic like the tests themselves"
)]

use std::sync::LazyLock;

use image::RgbImage;
use oxeye_render::{
    Fonts, Head, MAX_HEADS, PictureEntry, default_head, status_picture, unknown_head,
};
use proptest::prelude::*;

/// The bundled fonts, unpacked once.
static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::default);

/// Decodes a PNG.
fn look(png: &[u8]) -> RgbImage {
    image::load_from_memory(png).unwrap().into_rgb8()
}

/// Draws players who all have the same head.
fn picture(names: &[&str], more: usize) -> Vec<u8> {
    let head = unknown_head();
    let entries: Vec<_> = names
        .iter()
        .map(|name| PictureEntry { name, head: &head })
        .collect();
    status_picture(&FONTS, &entries, more)
}

#[test]
fn the_same_roster_gives_the_same_bytes() {
    let names = ["Alex", "Ёжик", "王", "Z\u{335}\u{301}"];
    assert_eq!(picture(&names, 3), picture(&names, 3));
    assert_ne!(picture(&names, 3), picture(&names, 4));
    assert_ne!(picture(&names, 0), picture(&names[..3], 0));
}

#[test]
fn heads_are_sharp_and_in_the_given_order() {
    let red = Head::from_bytes(&[200, 0, 0].repeat(64)).unwrap();
    let blue = Head::from_bytes(&[0, 0, 200].repeat(64)).unwrap();
    let entries = [("a", &red), ("b", &blue)].map(|(name, head)| PictureEntry { name, head });

    let image = look(&status_picture(&FONTS, &entries, 0));

    let first = |colour: [u8; 3]| {
        image
            .enumerate_pixels()
            .find(|(.., pixel)| pixel.0 == colour)
            .unwrap()
    };
    let ((red_x, red_y, _), (blue_x, blue_y, _)) = (first([200, 0, 0]), first([0, 0, 200]));
    assert!(red_x < blue_x && red_y == blue_y);
    let red_pixels = image
        .pixels()
        .filter(|pixel| pixel.0 == [200, 0, 0])
        .count();
    assert_eq!(red_pixels, 64 * 64);
}

#[test]
fn players_without_a_skin_look_different() {
    let heads = ["Alex", "Steve", "jeb_"].map(default_head);

    assert!(heads[0] != heads[1] && heads[1] != heads[2] && heads[2] != heads[0]);
    assert_eq!(default_head("Alex"), heads[0]);
}

#[test]
fn an_empty_server_has_a_small_picture_of_its_own() {
    let nobody = look(&picture(&[], 0));
    assert!(nobody.width() <= 300 && nobody.height() <= 200);
    assert_ne!(picture(&[], 0), picture(&[], 1));
}

#[test]
fn players_beyond_the_limit_are_counted() {
    let names: Vec<String> = (0..MAX_HEADS + 5)
        .map(|number| format!("player{number}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(picture(&names, 2), picture(&names[..MAX_HEADS], 7));
    picture(&names, usize::MAX);
}

#[test]
fn a_picture_is_never_too_large_for_discord_to_show_well() {
    let widest = ["@@@@@@@@@@@@@@@@"; MAX_HEADS];
    let image = look(&picture(&widest, 940));
    assert!(
        image.width() <= 1900 && image.height() <= 1100,
        "{}x{}",
        image.width(),
        image.height()
    );
}

#[test]
fn the_png_of_a_head_has_the_requested_size() {
    let head = unknown_head();
    for (wanted, expected) in [(0, 8), (8, 8), (100, 100), (256, 256), (u32::MAX, 1024)] {
        let image = look(&head.to_png(wanted));
        assert_eq!(image.dimensions(), (expected, expected));
        assert_eq!(image.get_pixel(0, 0).0, head.as_bytes()[..3]);
        let last = image.get_pixel(expected - 1, expected - 1);
        assert_eq!(last.0, head.as_bytes()[189..]);
    }
    assert_eq!(look(&head.to_png(8)).as_raw()[..], head.as_bytes()[..]);
}

#[test]
fn a_head_has_exactly_192_bytes() {
    assert_eq!(
        Head::from_bytes(unknown_head().as_bytes()),
        Some(unknown_head())
    );
    for length in [0, 191, 193, 256] {
        assert_eq!(Head::from_bytes(&vec![0; length]), None);
    }
}

#[test]
fn every_character_can_be_drawn() {
    let all: Vec<char> = ('\0'..=char::MAX).collect();
    // Names of 32 characters, the longest there can be. Characters beyond the scripts of the font all
    // look the same, so a sample of them is enough.
    let tried = all
        .iter()
        .filter(|c| u32::from(**c) < 0x3000 || u32::from(**c) % 61 == 0);
    let names: Vec<String> = tried
        .copied()
        .collect::<Vec<_>>()
        .chunks(32)
        .map(|name| name.iter().collect())
        .collect();
    for names in names.chunks(MAX_HEADS) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        picture(&names, 0);
    }
}

#[test]
fn marks_without_a_letter_are_drawn() {
    let marks = "\u{301}".repeat(32);
    let image = look(&picture(&[&marks], 0));
    assert!(image.width() < 200);
    picture(&["\u{301}", "\u{20DD}", "\u{200D}", "\u{FE0F}", "", " "], 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_roster_can_be_drawn(names in proptest::collection::vec(proptest::string::string_regex("\\PC{0,40}").unwrap(), 0..70), more: usize) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        look(&picture(&names, more));
    }
}
