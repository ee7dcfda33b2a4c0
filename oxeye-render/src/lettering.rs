//! Names in the bundled font, cut to a width.
//!
//! The font has Latin, Greek, Cyrillic, Armenian and Georgian letters and common symbols. Any other
//! character is drawn as a hollow box. Text runs from left to right and is not shaped.

use std::sync::LazyLock;

use fontdue::{Font, FontSettings};

use crate::canvas::{Area, Canvas, Colour};

/// The font. Parsing it takes milliseconds, so we do it once.
static FONT: LazyLock<Font> = LazyLock::new(|| {
    let bytes: &[u8] = include_bytes!("../fonts/DejaVuSans-subset.ttf");
    Font::from_bytes(bytes, FontSettings::default()).expect("the bundled font is valid")
});

/// One line of text, ready to be painted.
pub(crate) struct Line {
    glyphs: Vec<Glyph>,
    size: f32,
    width: f32,
}

#[derive(Debug, Clone, Copy)]
struct Glyph {
    kind: Kind,
    left: f32,
    right: f32,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    InFont(char),
    Box,
}

impl Line {
    /// Lays out the whole text with letters of `size` pixels.
    pub(crate) fn new(text: &str, size: f32) -> Self {
        let mut glyphs: Vec<Glyph> = Vec::new();
        let mut pen = 0.0;
        for character in text.chars().filter(|character| is_visible(*character)) {
            let left = pen + kerning(glyphs.last(), character, size);
            let (kind, advance) = look_up(character, size);
            pen = left + advance;
            glyphs.push(Glyph {
                kind,
                left,
                right: pen,
            });
        }
        Self {
            glyphs,
            size,
            width: pen,
        }
    }

    /// Lays out as much of the text as fits into `width` together with an ellipsis.
    pub(crate) fn cut(text: &str, size: f32, width: f32) -> Self {
        let mut line = Self::new(text, size);
        let (kind, advance) = look_up('…', size);
        let fits = |glyph: &Glyph| glyph.right + advance <= width;
        let kept = line.glyphs.iter().take_while(|glyph| fits(glyph)).count();
        line.glyphs.truncate(kept);
        let left = line.glyphs.last().map_or(0.0, |glyph| glyph.right);
        let right = left + advance;
        line.glyphs.push(Glyph { kind, left, right });
        line.width = right;
        line
    }

    /// Returns the width in pixels.
    pub(crate) fn width(&self) -> f32 {
        self.width
    }

    /// Paints the line centred on `middle`. Nothing outside of `clip` changes.
    pub(crate) fn draw_centred(
        &self,
        canvas: &mut Canvas,
        middle: f32,
        baseline: i32,
        colour: Colour,
        clip: Area,
    ) {
        let start = (middle - self.width / 2.0).round();
        for glyph in &self.glyphs {
            let left = (start + glyph.left).round() as i32;
            let mut paint = |x: i32, y: i32, alpha: u8| {
                if clip.contains(x, y) {
                    canvas.blend(x, y, colour, alpha);
                }
            };
            match glyph.kind {
                Kind::InFont(character) => {
                    paint_glyph(character, self.size, left, baseline, &mut paint);
                }
                Kind::Box => paint_box(self.size, left, baseline, &mut paint),
            }
        }
    }
}

fn look_up(character: char, size: f32) -> (Kind, f32) {
    if FONT.has_glyph(character) {
        let advance = FONT.metrics(character, size).advance_width;
        (Kind::InFont(character), advance)
    } else {
        (Kind::Box, box_width(size) as f32 + 2.0)
    }
}

fn kerning(before: Option<&Glyph>, character: char, size: f32) -> f32 {
    match before.map(|glyph| glyph.kind) {
        Some(Kind::InFont(left)) => FONT.horizontal_kern(left, character, size).unwrap_or(0.0),
        _ => 0.0,
    }
}

fn paint_glyph(
    character: char,
    size: f32,
    left: i32,
    baseline: i32,
    paint: &mut impl FnMut(i32, i32, u8),
) {
    let (metrics, coverage) = FONT.rasterize(character, size);
    let left = left + metrics.xmin;
    let top = baseline - metrics.ymin - metrics.height as i32;
    for (index, alpha) in coverage.into_iter().enumerate() {
        let x = left + (index % metrics.width) as i32;
        let y = top + (index / metrics.width) as i32;
        paint(x, y, alpha);
    }
}

fn box_width(size: f32) -> i32 {
    (size * 0.6).round() as i32
}

/// Paints the hollow box for a character that the font lacks. It is as high as a capital letter.
fn paint_box(size: f32, left: i32, baseline: i32, paint: &mut impl FnMut(i32, i32, u8)) {
    let (left, right) = (left + 1, left + box_width(size));
    let top = baseline - (size * 0.73).round() as i32;
    for x in left..=right {
        paint(x, top, 170);
        paint(x, baseline - 1, 170);
    }
    for y in top + 1..baseline - 1 {
        paint(left, y, 170);
        paint(right, y, 170);
    }
}

fn is_visible(character: char) -> bool {
    let lost_mark = is_combining_mark(character) && !FONT.has_glyph(character);
    !lost_mark && !is_format(character)
}

/// Returns whether a character is drawn on top of the letter before it. If the font lacks it, it is
/// left out: boxes would make the name unreadable.
fn is_combining_mark(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{64B}'..='\u{65F}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Returns whether a character has no shape of its own: it controls a terminal or how its neighbours
/// look.
fn is_format(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}'
            | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{1F3FB}'..='\u{1F3FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_letters_and_symbols_are_in_the_font() {
        for character in "AzÄßñŁőΩщЇґ★♥→€…@ᴀɢƎ✔ճჯ".chars() {
            assert!(FONT.has_glyph(character), "{character}");
        }
        for character in "王🐄한".chars() {
            assert!(
                matches!(look_up(character, 16.0).0, Kind::Box),
                "{character}"
            );
        }
    }

    #[test]
    fn a_cut_line_stays_within_its_width() {
        let text = "a name that goes on and on";
        let cut = Line::cut(text, 13.0, 80.0);
        assert!(cut.width() <= 80.0 && cut.glyphs.len() > 5);
        assert!(matches!(
            cut.glyphs.last(),
            Some(Glyph {
                kind: Kind::InFont('…'),
                ..
            })
        ));
        assert_eq!(Line::cut(text, 13.0, 0.0).glyphs.len(), 1);
    }

    #[test]
    fn characters_without_a_shape_take_no_space() {
        let plain = Line::new("cow", 16.0).width();
        assert_eq!(Line::new("c\u{200B}o\u{350}w\u{FE0F}", 16.0).width(), plain);
        assert_eq!(Line::new("\u{200D}", 16.0).width(), 0.0);
    }
}
