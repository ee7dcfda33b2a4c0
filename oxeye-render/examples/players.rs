//! Draws made-up pictures of leaderboards and players, for a look at the drawing itself, and says how long each takes
//! and how large it is: `cargo run --release -p oxeye-render --example players -- target/gallery`

#![expect(clippy::print_stdout, reason = "an example prints what it has done")]

use std::path::PathBuf;
use std::time::Instant;

use oxeye_render::{Fonts, StripDay, TopRow, default_head, player_strip, top_picture};

const ODD_NAMES: [&str; 10] = [
    "jeb_",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "||spoiler|| `code` **bold**",
    "שלום עולם שלום עולם",
    "مرحبا بالعالم",
    "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀",
    "@everyone",
    "<@1> & <b>",
    "名前名前名前名前名前名前名前名前名前名前名前名前名前名前名前名前",
    "e\u{301}\u{301}\u{301} Zalgo",
];

fn main() {
    let folder: PathBuf = std::env::args().nth(1).expect("a folder").into();
    let fonts = Fonts::default();
    let plain = [
        "Dinnerbone",
        "Grumm",
        "jeb_",
        "Alex",
        "Steve",
        "Notch",
        "moss_",
        "Eve",
        "Bob",
        "Al",
    ];
    for (file, names, german) in [("top", plain, false), ("top-odd", ODD_NAMES, true)] {
        let heads = names.map(default_head);
        let places: Vec<_> = (0..10)
            .map(|place| format!("{}.", 1 + place * 1_300))
            .collect();
        let rows: Vec<_> = (0..10)
            .map(|number| TopRow {
                place: if german {
                    &places[number]
                } else {
                    ["1.", "2.", "2.", "4.", "5.", "6.", "7.", "8.", "9.", "10."][number]
                },
                name: names[number],
                head: Some(&heads[number]),
                amount: if german { "365 Tage 12 Std." } else { "9h 40m" },
                share: 1.0 / (number as f64 + 1.0),
            })
            .collect();
        let begun = Instant::now();
        let png = top_picture(&fonts, &rows);
        report(file, &png, begun);
        std::fs::write(folder.join(format!("{file}.png")), png).expect("a file");
    }
    let days = [
        "Mo", "Di", "Mi", "Do", "Fr", "Sa", "So", "Mo", "Di", "Mi", "Do", "Fr", "Sa", "So",
    ];
    for (file, amounts) in [
        ("player", [2, 0, 5, 1, 0, 0, 9, 3, 0, 8, 7, 2, 0, 4]),
        ("player-first", [9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        ("player-last", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]),
        ("player-none", [0; 14]),
    ] {
        let days: Vec<_> = days
            .iter()
            .zip(amounts)
            .map(|(label, amount)| StripDay {
                label,
                amount: f64::from(amount),
            })
            .collect();
        let begun = Instant::now();
        let png = player_strip(&fonts, Some(&default_head("jeb_")), &days, "5 Std. 12 Min.");
        report(file, &png, begun);
        std::fs::write(folder.join(format!("{file}.png")), png).expect("a file");
    }
}

fn report(file: &str, png: &[u8], begun: Instant) {
    println!("{file}: {} bytes, {:?}", png.len(), begun.elapsed());
}
