//! The heads of players whose skin we do not have. We drew them ourselves.

use crate::head::{Head, SIDE};

/// Returns the head for a player whose skin we do not have: one of nine, always the same for the same name.
#[must_use]
pub fn default_head(name: &str) -> Head {
    DEFAULT_HEADS[chosen_by(name)].paint()
}

/// Returns the head for nobody in particular: an ox-eye daisy.
#[must_use]
pub fn unknown_head() -> Head {
    DAISY.paint()
}

const DEFAULT_HEADS: [Drawing; 9] = [DAISY, FOX, FROG, ROBOT, MUSHROOM, GARDENER, BEE, OWL, DIVER];

/// A drawing in letters, and the colour of each letter.
struct Drawing {
    pixels: [&'static [u8; SIDE]; SIDE],
    colours: &'static [(u8, [u8; 3])],
}

impl Drawing {
    fn paint(&self) -> Head {
        Head::from_fn(|x, y| {
            let letter = self.pixels[y][x];
            let mut colours = self.colours.iter();
            let colour = colours.find(|(of, _)| *of == letter);
            colour.map_or([0; 3], |(_, colour)| *colour)
        })
    }
}

/// Returns which head a name gets. This must never change: it is FNV-1a
/// (<http://www.isthe.com/chongo/tech/comp/fnv/>), whose upper half is folded into the lower one.
fn chosen_by(name: &str) -> usize {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let hash = name.bytes().fold(OFFSET, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    });
    let folded = (hash ^ (hash >> 32)) & 0xffff_ffff;
    folded as usize % DEFAULT_HEADS.len()
}

const DAISY: Drawing = Drawing {
    pixels: [
        b"mppmmppm",
        b"ppPppPpp",
        b"pPyyyyPp",
        b"mpeyyepm",
        b"mpyyyypm",
        b"pPyooyPp",
        b"ppPppPpp",
        b"mppmmppm",
    ],
    colours: &[
        (b'p', [0xF4, 0xF4, 0xEE]),
        (b'P', [0xDD, 0xE0, 0xDA]),
        (b'y', [0xF7, 0xC9, 0x3B]),
        (b'o', [0xC9, 0x84, 0x1E]),
        (b'e', [0x4A, 0x33, 0x1A]),
        (b'm', [0x4C, 0x7F, 0x3D]),
    ],
};

const FOX: Drawing = Drawing {
    pixels: [
        b"rr....rr",
        b"rpr..rpr",
        b"rrrrrrrr",
        b"rrrrrrrr",
        b"rerrrrer",
        b"wwrrrrww",
        b"wwwwwwww",
        b".wwnnww.",
    ],
    colours: &[
        (b'.', [0x36, 0x5E, 0x73]),
        (b'r', [0xE8, 0x7A, 0x2C]),
        (b'p', [0x5A, 0x2C, 0x1E]),
        (b'w', [0xFB, 0xF1, 0xE3]),
        (b'e', [0x24, 0x1A, 0x1A]),
        (b'n', [0x24, 0x1A, 0x1A]),
    ],
};

const FROG: Drawing = Drawing {
    pixels: [
        b".gg..gg.",
        b"gweggewg",
        b"gweggewg",
        b"gggggggg",
        b"gggggggg",
        b"gmggggmg",
        b"lgmmmmgl",
        b"llllllll",
    ],
    colours: &[
        (b'.', [0x2A, 0x4D, 0x6E]),
        (b'g', [0x5F, 0xB8, 0x4A]),
        (b'l', [0xC9, 0xE2, 0x8C]),
        (b'w', [0xFA, 0xFA, 0xF0]),
        (b'e', [0x1E, 0x24, 0x1E]),
        (b'm', [0x2C, 0x5E, 0x2A]),
    ],
};

const ROBOT: Drawing = Drawing {
    pixels: [
        b"...yy...",
        b"ssssssss",
        b"sddddddS",
        b"sdccdccS",
        b"sdccdccS",
        b"sddddddS",
        b"ssssssSS",
        b"sSkSkSkS",
    ],
    colours: &[
        (b'.', [0x4B, 0x3B, 0x66]),
        (b'y', [0xF2, 0x5C, 0x54]),
        (b's', [0xB8, 0xC4, 0xCE]),
        (b'S', [0x8A, 0x98, 0xA6]),
        (b'd', [0x25, 0x32, 0x40]),
        (b'c', [0x4F, 0xE3, 0xE8]),
        (b'k', [0x3A, 0x45, 0x50]),
    ],
};

const MUSHROOM: Drawing = Drawing {
    pixels: [
        b"..rrrr..",
        b".rwwrrr.",
        b"rrwwrrwr",
        b"rrrrrrrr",
        b"RRRRRRRR",
        b".feffef.",
        b".ffffff.",
        b".fpmmpf.",
    ],
    colours: &[
        (b'.', [0x2F, 0x5A, 0x4A]),
        (b'r', [0xD6, 0x3A, 0x3A]),
        (b'R', [0x9E, 0x24, 0x2C]),
        (b'w', [0xFF, 0xF6, 0xEA]),
        (b'f', [0xF2, 0xDE, 0xC0]),
        (b'e', [0x3A, 0x2A, 0x24]),
        (b'p', [0xEF, 0xA8, 0x98]),
        (b'm', [0x8C, 0x4A, 0x42]),
    ],
};

const GARDENER: Drawing = Drawing {
    pixels: [
        b".hhhhhh.",
        b".hhhhhh.",
        b".bbbbbb.",
        b"hhhhhhhh",
        b".sesses.",
        b".ssssss.",
        b".gggggg.",
        b".ggmmgg.",
    ],
    colours: &[
        (b'.', [0x6F, 0xA8, 0xC9]),
        (b'h', [0xE6, 0xC2, 0x6A]),
        (b'b', [0x7A, 0x3F, 0x8C]),
        (b's', [0x8E, 0x5B, 0x3C]),
        (b'e', [0x22, 0x18, 0x14]),
        (b'g', [0xE9, 0xE6, 0xE0]),
        (b'm', [0x8C, 0x3E, 0x3A]),
    ],
};

const BEE: Drawing = Drawing {
    pixels: [
        b"k......k",
        b".k....k.",
        b"yyyyyyyy",
        b"ywyyyywy",
        b"yeyyyyey",
        b"kkkkkkkk",
        b"yyyyyyyy",
        b"kkkkkkkk",
    ],
    colours: &[
        (b'.', [0x9C, 0xD0, 0xE8]),
        (b'y', [0xF6, 0xC4, 0x2C]),
        (b'k', [0x2A, 0x22, 0x20]),
        (b'e', [0x2A, 0x22, 0x20]),
        (b'w', [0xFF, 0xFF, 0xFF]),
    ],
};

const OWL: Drawing = Drawing {
    pixels: [
        b"b......b",
        b"bbb..bbb",
        b"bwwbbwww",
        b"wewbbwew",
        b"wwwoowww",
        b"bbboobbb",
        b"btbttbtb",
        b"tbtbbtbt",
    ],
    colours: &[
        (b'.', [0x2C, 0x2F, 0x6B]),
        (b'b', [0x8A, 0x62, 0x44]),
        (b't', [0xC9, 0xA2, 0x7A]),
        (b'w', [0xF6, 0xEE, 0xDC]),
        (b'e', [0x1E, 0x1A, 0x1A]),
        (b'o', [0xF0, 0x9A, 0x2A]),
    ],
};

const DIVER: Drawing = Drawing {
    pixels: [
        b".cccccc.",
        b"cCggggcc",
        b"cgvvvvgc",
        b"cgwvvvgc",
        b"cgvvvvgc",
        b"cCggggCc",
        b"cccccccc",
        b"Cb.bb.bC",
    ],
    colours: &[
        (b'.', [0x14, 0x5E, 0x74]),
        (b'c', [0xD0, 0x8A, 0x4A]),
        (b'C', [0x9A, 0x5C, 0x2C]),
        (b'g', [0xF0, 0xD0, 0x8A]),
        (b'v', [0x2A, 0x6C, 0xA8]),
        (b'w', [0xD8, 0xF0, 0xFA]),
        (b'b', [0x9A, 0x5C, 0x2C]),
    ],
};

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_letter_of_a_drawing_has_a_colour() {
        for drawing in &DEFAULT_HEADS {
            let letters = drawing.pixels.iter().flat_map(|row| row.iter());
            for letter in letters {
                let of = drawing.colours.iter().filter(|(of, _)| of == letter);
                assert_eq!(of.count(), 1, "{}", char::from(*letter));
            }
        }
    }

    #[test]
    fn no_two_heads_are_alike() {
        let heads: HashSet<_> = DEFAULT_HEADS.iter().map(Drawing::paint).collect();
        assert_eq!(heads.len(), DEFAULT_HEADS.len());
    }

    #[test]
    fn a_name_always_gets_the_same_head() {
        let heads = ["Alex", "alex", "Steve", "jeb_", "王小明", ""].map(chosen_by);
        assert_eq!(heads, [6, 1, 7, 2, 3, 8]);
    }

    #[test]
    fn names_are_spread_over_all_heads() {
        let mut players = [0; DEFAULT_HEADS.len()];
        for number in 0..900 {
            players[chosen_by(&format!("player{number}"))] += 1;
        }
        assert!(
            players.iter().all(|count| (60..=140).contains(count)),
            "{players:?}"
        );
    }
}
