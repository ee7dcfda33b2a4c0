//! The skins of the players in the scene and the icon of the server, drawn by us: 8x8 pixels each.

use oxeye_tests::skins;

/// What a letter in a face stands for.
type Palette = &'static [(u8, [u8; 3])];

struct Drawing {
    rows: [&'static str; 8],
    palette: Palette,
}

const FACES: [Drawing; 5] = [
    // Leaves for hair, and a green scarf.
    Drawing {
        rows: [
            "gGgggGgg", "ggGgggGg", "gSsssssG", "sssssssS", "swkssKws", "sssnnsss", "Sssmmsss",
            "cCccccCc",
        ],
        palette: &[
            (b'g', [74, 122, 50]),
            (b'G', [97, 148, 62]),
            (b's', [205, 151, 108]),
            (b'S', [189, 135, 94]),
            (b'w', [245, 245, 240]),
            (b'k', [47, 110, 72]),
            (b'K', [47, 110, 72]),
            (b'n', [180, 124, 84]),
            (b'm', [146, 74, 62]),
            (b'c', [46, 90, 58]),
            (b'C', [58, 108, 70]),
        ],
    },
    // Dark hair and round glasses.
    Drawing {
        rows: [
            "hHhhhhHh", "hhhhHhhh", "hsssssSh", "hSssssSh", "rwkrrwkr", "rrrssrrr", "sssmmsss",
            "SsssssSS",
        ],
        palette: &[
            (b'h', [40, 32, 30]),
            (b'H', [58, 47, 43]),
            (b's', [141, 92, 62]),
            (b'S', [126, 80, 53]),
            (b'r', [214, 180, 92]),
            (b'w', [240, 240, 235]),
            (b'k', [92, 64, 140]),
            (b'm', [98, 48, 42]),
        ],
    },
    // A fox's ears and cheeks.
    Drawing {
        rows: [
            "ofoooofo", "oooOOooo", "oOooooOo", "oooooooo", "okwoowko", "wwwoowww", "wwwnnwww",
            "wwwwwwww",
        ],
        palette: &[
            (b'o', [218, 118, 48]),
            (b'O', [234, 140, 66]),
            (b'f', [70, 42, 34]),
            (b'w', [244, 236, 224]),
            (b'k', [38, 30, 30]),
            (b'n', [48, 36, 36]),
        ],
    },
    // Violet hair under a band of flowers.
    Drawing {
        rows: [
            "vVvvVvvv", "fpfyfpfy", "vVsssssv", "vsssssSv", "vwksskwv", "vssssssv", "vSsmmsSv",
            "VvssssvV",
        ],
        palette: &[
            (b'v', [104, 62, 146]),
            (b'V', [124, 80, 168]),
            (b'f', [72, 128, 66]),
            (b'p', [240, 150, 178]),
            (b'y', [246, 212, 96]),
            (b's', [240, 204, 172]),
            (b'S', [226, 186, 152]),
            (b'w', [250, 250, 248]),
            (b'k', [58, 140, 130]),
            (b'm', [198, 98, 96]),
        ],
    },
    // An owl with amber eyes.
    Drawing {
        rows: [
            "bBbbbbBb", "bbBddBbb", "dyyddyyd", "yaayyaay", "yakyykay", "dyynnyyd", "bdBnnBdb",
            "bbdBBdbb",
        ],
        palette: &[
            (b'b', [112, 78, 54]),
            (b'B', [138, 100, 70]),
            (b'd', [84, 56, 40]),
            (b'y', [222, 196, 158]),
            (b'a', [244, 172, 42]),
            (b'k', [30, 24, 22]),
            (b'n', [206, 128, 40]),
        ],
    },
];

/// A daisy in the grass.
const ICON: Drawing = Drawing {
    rows: [
        "GgwggwgG", "gwwwwwwg", "wwwyywww", "gwyyyywg", "gwyyyywg", "wwwyywww", "gwwwwwwg",
        "GgwggwgG",
    ],
    palette: &[
        (b'g', [86, 138, 58]),
        (b'G', [104, 158, 70]),
        (b'w', [246, 246, 240]),
        (b'y', [242, 194, 48]),
    ],
};

/// Returns the skin of the player with this number as a PNG.
pub(crate) fn skin(number: usize) -> Vec<u8> {
    let face = &FACES[number % FACES.len()];
    skins::with_face(|x, y| face.colour(x, y))
}

/// Returns the icon of the server as a PNG.
pub(crate) fn icon() -> Vec<u8> {
    skins::icon(|x, y| ICON.colour(x, y))
}

impl Drawing {
    fn colour(&self, x: usize, y: usize) -> [u8; 3] {
        let letter = self.rows[y].as_bytes()[x];
        let found = self.palette.iter().find(|(of, _)| *of == letter);
        found.map_or([255, 0, 255], |(_, colour)| *colour)
    }
}
