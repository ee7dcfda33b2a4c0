//! Measures how long the picture of a server with 100 players takes, which shows 60 of them. The target
//! is 8 ms at the median. `cargo bench -p oxeye-render --bench picture`

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::time::{Duration, Instant};

use oxeye_render::{Fonts, MAX_HEADS, PictureEntry, status_picture, unknown_head};

const PLAYERS: usize = 100;
const PICTURES: usize = 200;

fn main() {
    println!("| {PLAYERS} players | first picture | p50 | p99 | PNG |");
    println!("|---|---|---|---|---|");
    measure("ASCII names", |number| format!("Player_{number}"));
    measure("long ASCII names", |number| {
        format!("A_name_of_20_chars{number:02}")
    });
    measure("names in many scripts", |number| {
        let names = [
            "Ёжик",
            "王小明",
            "さくら",
            "한국어",
            "مرحبا",
            "🐄🌼",
            "Αστερίας",
        ];
        format!("{}{number}", names[number % names.len()])
    });
}

fn measure(label: &str, name: impl Fn(usize) -> String) {
    let head = unknown_head();
    let names: Vec<String> = (0..MAX_HEADS).map(name).collect();
    let entries: Vec<_> = names
        .iter()
        .map(|name| PictureEntry { name, head: &head })
        .collect();
    let fonts = Fonts::default();
    let draw = || {
        let begin = Instant::now();
        let png = status_picture(&fonts, &entries, PLAYERS - MAX_HEADS);
        (begin.elapsed(), png.len())
    };
    let (first, bytes) = draw();
    let mut took: Vec<Duration> = (0..PICTURES).map(|_| draw().0).collect();
    took.sort_unstable();
    println!(
        "| {label} | {first:.1?} | {:.1?} | {:.1?} | {} KB |",
        took[PICTURES / 2],
        took[PICTURES * 99 / 100],
        bytes / 1000
    );
}
