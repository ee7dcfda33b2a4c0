//! Draws pictures of made-up players for the README, and for a look at the drawing itself:
//! `cargo run --release -p oxeye-render --example gallery -- target/gallery`

use std::fs;
use std::io;
use std::path::PathBuf;

use oxeye_render::{Fonts, Head, PictureEntry, default_head, status_picture, unknown_head};

const NAMES: [&str; 16] = [
    "Marigold",
    "FernByTheLake",
    "cobblepaw",
    "Old_Thistle",
    "Quillon",
    "xX_Birch_Xx",
    "Ada",
    "mossyBrick42",
    "TheLanternMaker",
    "Juniper",
    "beekeeper_bo",
    "Rook",
    "Saffron_Fields",
    "W_WWMMWW_QQQ_WW",
    "ilil_il",
    "Petal",
];

/// Names that are hard to draw: other scripts, nothing visible, too long, marks without a letter.
const ODD_NAMES: [&str; 19] = [
    "Ёжик_в_тумане",
    "Αστερίας",
    "Ñandú Ægir ß",
    "王小明",
    "emoji 🐄🌼 star ★",
    "WWWWWWWWWWWWWWWW",
    "@@@@@@@@@@@@@@@@",
    "a Bedrock name of 32 characters!",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "\u{301}\u{302}\u{316}\u{323}",
    "Z\u{335}\u{321}\u{31B}a\u{337}\u{30D}l\u{334}\u{350}g\u{338}\u{33F}o\u{336}\u{30A}",
    ".bedrock_friend",
    "\u{200B}\u{200D}",
    "\"quoted\" <x>",
    "שלום",
    "한국어이름",
    "さくらプレイヤー",
    "مرحبا",
    "नमस्ते",
];

fn main() -> io::Result<()> {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .unwrap_or_else(|| "gallery".into())
        .into();
    fs::create_dir_all(&folder)?;
    let fonts = Fonts::default();
    let heads: Vec<Head> = (0..64).map(made_up_head).collect();
    let all: Vec<_> = NAMES
        .iter()
        .cycle()
        .zip(&heads)
        .map(|(name, head)| PictureEntry { name, head })
        .collect();
    for players in [0, 1, 2, 3, 5, 7, 12, 23, 40, 60] {
        fs::write(
            folder.join(format!("status-{players}.png")),
            status_picture(&fonts, &all[..players], 0),
        )?;
    }
    fs::write(
        folder.join("status-60-and-more.png"),
        status_picture(&fonts, &all[..60], 1234),
    )?;
    fs::write(
        folder.join("status-only-more.png"),
        status_picture(&fonts, &[], 12),
    )?;
    let heads_by_name = ODD_NAMES.map(default_head);
    let odd = ODD_NAMES.iter().zip(&heads_by_name);
    let odd: Vec<_> = odd
        .map(|(name, head)| PictureEntry { name, head })
        .collect();
    fs::write(
        folder.join("odd-names.png"),
        status_picture(&fonts, &odd, 0),
    )?;
    let heads_by_name = NAMES.map(default_head);
    let defaults = NAMES.iter().zip(&heads_by_name);
    let defaults: Vec<_> = defaults
        .map(|(name, head)| PictureEntry { name, head })
        .collect();
    fs::write(
        folder.join("default-heads.png"),
        status_picture(&fonts, &defaults, 0),
    )?;
    fs::write(folder.join("unknown-head.png"), unknown_head().to_png(256))?;
    fs::write(folder.join("made-up-head.png"), heads[1].to_png(256))
}

const FACES: [&[u8; 64]; 5] = [
    b"hhhhhhhhhhhhhhhhhsssssshssssssssswessewsssssssssssmmmmssssssssss",
    b"cccccccccccccccchsssssshssssssss sessesssssnnssssssmmsssssssssss",
    b"hhhhhhhhhhhsshhhhssssssshsssssssswessewssssnnssshhmmmmhhhhhhhhhh",
    b"cchhhhccchhsshhcchsssshcchsssshccwessewcchsssshccccmmccccccccccc",
    b"hhhhhhhhhsshhsshsssssssssshsshssswessewssssnnsssssssssssssmmmmss",
];
type Palette = [[u8; 3]; 5];
const SKINS: Palette = [
    [0xE8, 0xB8, 0x94],
    [0xC6, 0x8A, 0x62],
    [0x8A, 0x57, 0x3A],
    [0xF2, 0xD3, 0xB5],
    [0x7F, 0xA8, 0x6B],
];
const HAIRS: Palette = [
    [0x3A, 0x26, 0x1A],
    [0xB7, 0x7A, 0x2B],
    [0x8C, 0x2F, 0x24],
    [0x22, 0x22, 0x2A],
    [0xD9, 0xD4, 0xC8],
];
const CLOTHS: Palette = [
    [0x2E, 0x5E, 0x8C],
    [0x6B, 0x2F, 0x7A],
    [0x2F, 0x7A, 0x5B],
    [0xA8, 0x3A, 0x32],
    [0x40, 0x44, 0x4C],
];
const EYES: Palette = [
    [0x2B, 0x4B, 0x7A],
    [0x3E, 0x2A, 0x1C],
    [0x2F, 0x6B, 0x3A],
    [0x22, 0x22, 0x2A],
    [0x5A, 0x3A, 0x6B],
];

/// Makes a face out of a few parts that are chosen by a number.
fn made_up_head(number: u32) -> Head {
    let pick = |palette: Palette, salt: u32| {
        let mixed = (number + salt).wrapping_mul(0x9E37_79B9) >> 16;
        palette[mixed as usize % palette.len()]
    };
    let (skin, hair) = (pick(SKINS, 1), pick(HAIRS, 2));
    let (cloth, eye) = (pick(CLOTHS, 3), pick(EYES, 4));
    let face = FACES[number as usize % FACES.len()].iter().enumerate();
    let bytes = face.flat_map(|(index, part)| {
        let colour = match part {
            b'h' => hair,
            b'c' => cloth,
            b'w' => [0xF5, 0xF5, 0xF5],
            b'e' => eye,
            b'm' => [0x8E, 0x4A, 0x42],
            b'n' => skin.map(|channel| channel - 24),
            _ => skin,
        };
        // A little grain, as hand-painted skins have.
        let grain = [0, 6, 3, 9][(index * 7 + index / 8 * 3) % 4];
        colour.map(|channel: u8| channel.saturating_sub(grain))
    });
    Head::from_bytes(&bytes.collect::<Vec<u8>>()).expect("64 pixels of three bytes")
}
