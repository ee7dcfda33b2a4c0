//! Tests of the pictures of leaderboards and players through the public interface.

#![expect(
    clippy::unwrap_used,
    reason = "helper functions may panic like the tests themselves"
)]

use std::sync::LazyLock;

use image::RgbImage;
use oxeye_render::{Fonts, MAX_ROWS, StripDay, TopRow, default_head, player_strip, top_picture};

/// The bundled fonts, unpacked once.
static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::default);

/// The most bytes that a picture may have.
const LIMIT: usize = 150_000;
const BAR: [u8; 3] = [0x7B, 0x86, 0xF4];

const ODD_NAMES: [&str; 9] = [
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "||spoiler|| `code` **bold**",
    "שלום עולם שלום עולם",
    "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀",
    "@everyone",
    "<@1> & <b>",
    "名前名前名前名前名前名前名前名前名前名前名前名前名前名前名前名前",
    "e\u{301}\u{301}",
    "\u{202E}x",
];

fn top(names: &[&str], amount: &str, share: f64) -> RgbImage {
    let rows: Vec<_> = names
        .iter()
        .map(|name| (*name, default_head("Alex")))
        .collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|(name, head)| TopRow {
            place: "1.",
            name,
            head: Some(head),
            amount,
            share,
        })
        .collect();
    let png = top_picture(&FONTS, &rows);
    assert!(png.len() <= LIMIT, "{} bytes", png.len());
    look(&png)
}

fn strip(amounts: &[f64]) -> RgbImage {
    let days: Vec<_> = amounts
        .iter()
        .map(|amount| StripDay {
            label: "Wed",
            amount: *amount,
        })
        .collect();
    let png = player_strip(
        &FONTS,
        Some(&default_head("Alex")),
        &days,
        "12 Tage 23 Std.",
    );
    assert!(png.len() <= LIMIT, "{} bytes", png.len());
    look(&png)
}

fn look(png: &[u8]) -> RgbImage {
    image::load_from_memory(png).unwrap().into_rgb8()
}

fn bar_pixels(picture: &RgbImage, y: u32) -> usize {
    let row = (0..picture.width()).map(|x| picture.get_pixel(x, y).0);
    row.filter(|pixel| *pixel == BAR).count()
}

#[test]
fn a_bar_is_as_long_as_its_share() {
    let length = |share| bar_pixels(&top(&["Alex"], "1h", share), 28 + 48);
    let whole = length(1.0);
    assert!(whole > 700, "{whole}");
    assert_eq!(length(0.5), whole / 2);
    for nothing in [0.0, -1.0, f64::NAN] {
        assert_eq!(length(nothing), 4, "whoever is there has a dot");
    }
    assert_eq!(length(f64::INFINITY), 4);
    assert_eq!(length(7.0), whole);
}

#[test]
fn no_name_reaches_into_the_amount_beside_it_or_the_row_below() {
    for amount in ["1h", "3,660 Tage 23 Std."] {
        let short = top(&["", "Eve"], amount, 0.5);
        for name in ODD_NAMES {
            let odd = top(&[name, "Eve"], amount, 0.5);
            assert_eq!(odd.dimensions(), short.dimensions());
            let changed = odd
                .enumerate_pixels()
                .filter(|(x, y, pixel)| *pixel != short.get_pixel(*x, *y));
            let changed: Vec<_> = changed.map(|(x, y, _)| (x, y)).collect();
            assert!(!changed.is_empty(), "{name} is drawn");
            let right = changed.iter().map(|(x, _)| *x).max().unwrap();
            let amount_begins = (0..odd.width()).rev().find(|x| {
                *x > right && (28..68).any(|y| odd.get_pixel(*x, y).0 != [0x2B, 0x2D, 0x31])
            });
            assert!(
                amount_begins.is_some(),
                "{name}: the amount is to the right of {right}"
            );
            assert!(
                changed
                    .iter()
                    .all(|(x, y)| *x >= 180 && (28..72).contains(y)),
                "{name}"
            );
        }
    }
}

#[test]
fn without_heads_words_and_bars_take_their_place() {
    let row = TopRow {
        place: "1.",
        name: "Alex",
        head: None,
        amount: "1h",
        share: 1.0,
    };
    let picture = look(&top_picture(&FONTS, &[row]));
    let with_head = top(&["Alex"], "1h", 1.0);
    assert_eq!(picture.dimensions(), with_head.dimensions());
    let bar = |picture: &RgbImage| bar_pixels(picture, 28 + 48);
    assert!(bar(&picture) > bar(&with_head) + 56, "the bar is longer");

    let days = [StripDay {
        label: "Wed",
        amount: 1.0,
    }];
    let strip_alone = look(&player_strip(&FONTS, None, &days, "1h"));
    let with_head = strip(&[1.0]);
    assert_eq!(strip_alone.dimensions(), with_head.dimensions());
    let widest = |picture: &RgbImage| (0..300).map(|y| bar_pixels(picture, y)).max();
    assert!(widest(&strip_alone) > widest(&with_head));
}

#[test]
fn no_more_rows_are_drawn_than_fit() {
    let many = vec!["Alex"; 1_000];
    let picture = top(&many, "1h", 1.0);
    assert_eq!(picture.height(), top(&many[..MAX_ROWS], "1h", 1.0).height());
    assert!(top(&[], "1h", 1.0).height() > 0);
}

#[test]
fn each_day_has_a_bar_of_its_height_and_today_is_the_last() {
    let picture = strip(&[0.0, 1.0, 2.0, 4.0]);
    let height = |x: u32| {
        let column = (0..picture.height()).map(|y| picture.get_pixel(x, y).0);
        column.filter(|pixel| *pixel == BAR).count()
    };
    let slot = (960 - 32 - 212) / 4;
    let heights = [0, 1, 2, 3].map(|day| height(212 + day * slot + slot / 2));
    assert_eq!(heights, [0, 39, 78, 156]);
}

#[test]
fn a_player_who_never_played_has_days_all_the_same() {
    let none = strip(&[0.0; 14]);
    assert_eq!((0..300).map(|y| bar_pixels(&none, y)).sum::<usize>(), 0);
    assert_eq!(strip(&[]).dimensions(), none.dimensions());
}

#[test]
fn labels_that_would_touch_stand_below_every_second_day() {
    const BACKGROUND: [u8; 3] = [0x2B, 0x2D, 0x31];
    // How many runs of columns below the bars hold letters, where a run may have gaps as between two letters.
    let labels = |days: usize| {
        let picture = strip(&vec![0.0; days]);
        let is_empty = |x: u32| (240..300).all(|y| picture.get_pixel(x, y).0 == BACKGROUND);
        let columns: Vec<bool> = (212..960).map(is_empty).collect();
        let runs = columns.chunk_by(|a, b| a == b);
        let gaps = runs.filter(|run| run[0] && run.len() >= 10);
        gaps.count() - 1
    };
    assert_eq!(labels(7), 7);
    assert_eq!(labels(14), 7, "the last is today");
}
