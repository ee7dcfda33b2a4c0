//! Names as pictures, cut to a width. Text is shaped: letters join where their script joins them, and
//! scripts that run from right to left do.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Node, Tree};

use crate::canvas::{Area, Canvas, Colour};
use crate::fonts::Fonts;

/// How names are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// Height of the letters in pixels.
    pub(crate) size: f32,
    pub(crate) colour: Colour,
}

/// One line of text, ready to be painted.
pub(crate) struct Line {
    shapes: Tree,
    /// The width before scaling.
    width: f32,
    scale: f32,
}

impl Line {
    /// Lays out the whole text.
    pub(crate) fn new(fonts: &Fonts, text: &str, style: Style) -> Self {
        let svg = as_svg(text, style);
        let shapes = Tree::from_str(&svg, &fonts.options());
        let shapes = shapes.expect("the text is escaped, and the rest is ours");
        // The box goes from the start of the text to where the next letter would be.
        let width = match shapes.root().children() {
            [Node::Text(text)] => text.bounding_box().right(),
            _ => 0.0,
        };
        Self {
            shapes,
            width,
            scale: 1.0,
        }
    }

    /// Lays out as much of the text as fits into `width` together with an ellipsis.
    pub(crate) fn cut(fonts: &Fonts, text: &str, style: Style, width: f32) -> Self {
        let up_to = |end: usize| Self::new(fonts, &format!("{}…", &text[..end]), style);
        let ends: Vec<usize> = text
            .char_indices()
            .filter(|(_, character)| !is_combining_mark(*character))
            .map(|(end, _)| end)
            .collect();
        let fitting = ends.partition_point(|end| up_to(*end).width() <= width);
        up_to(fitting.checked_sub(1).map_or(0, |last| ends[last]))
    }

    /// Returns the width in pixels.
    pub(crate) fn width(&self) -> f32 {
        self.width * self.scale
    }

    /// Makes the letters smaller or larger. This takes no time, while laying the text out again would.
    pub(crate) fn scaled(self, scale: f32) -> Self {
        Self { scale, ..self }
    }

    /// Paints the line centred on `middle`. Nothing outside of `clip` changes.
    pub(crate) fn draw_centred(&self, canvas: &mut Canvas, middle: f32, baseline: i32, clip: Area) {
        let size = (clip.right - clip.left, clip.bottom - clip.top);
        let Some(mut pixels) = Pixmap::new(size.0.max(0) as u32, size.1.max(0) as u32) else {
            return;
        };
        let start = (middle - self.width() / 2.0).round();
        let shift =
            Transform::from_translate(start - clip.left as f32, (baseline - clip.top) as f32);
        let place = shift.pre_scale(self.scale, self.scale);
        resvg::render(&self.shapes, place, &mut pixels.as_mut());
        canvas.overlay(clip.left, clip.top, &pixels);
    }
}

/// Returns a document that holds nothing but the text, with its baseline at the top.
fn as_svg(text: &str, Style { size, colour }: Style) -> String {
    let [red, green, blue] = colour;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="1024" height="64"><text xml:space="preserve" font-size="{size}" fill="#{red:02x}{green:02x}{blue:02x}">"##
    );
    let shown = text.chars().map(or_replacement);
    for character in shown.filter(|character| !is_format(*character)) {
        match character {
            '<' => svg.push_str("&lt;"),
            '>' => svg.push_str("&gt;"),
            '&' => svg.push_str("&amp;"),
            other => svg.push(other),
        }
    }
    svg.push_str("</text></svg>");
    svg
}

/// Returns what stands for a character of a name wherever it is shown, in pictures and in texts: U+FFFD for one that would
/// change how the text *around* it is shown.
#[must_use]
pub fn or_replacement(character: char) -> char {
    let is_disruptive = character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    match is_disruptive {
        true => char::REPLACEMENT_CHARACTER,
        false => character,
    }
}

/// Returns whether a character is drawn on top of the letter before it, so that a cut between the two
/// would change the letter.
fn is_combining_mark(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{64B}'..='\u{65F}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Returns whether a character has no shape of its own, because it controls how its neighbours look, or is none of
/// Unicode's characters.
fn is_format(character: char) -> bool {
    matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}'
            | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}'
            | '\u{1F3FB}'..='\u{1F3FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style {
        size: 16.0,
        colour: [255; 3],
    };

    #[track_caller]
    fn width(text: &str) -> f32 {
        Line::new(&Fonts::default(), text, STYLE).width()
    }

    #[test]
    fn a_cut_line_fills_its_width_and_does_not_exceed_it() {
        let fonts = Fonts::default();
        let text = "a name that goes on and on";
        for wanted in [40.0, 80.0, 120.0] {
            let cut = Line::cut(&fonts, text, STYLE, wanted).width();
            assert!(cut <= wanted && cut > wanted - 16.0, "{cut} of {wanted}");
        }
        let nothing = Line::cut(&fonts, text, STYLE, 0.0).width();
        assert_eq!(nothing, width("…"));
    }

    #[test]
    fn characters_without_a_shape_take_no_space() {
        assert_eq!(width("c\u{200B}o\u{FFFE}w\u{FE0F}"), width("cow"));
        assert_eq!(width("\u{200D}"), 0.0);
        assert_eq!(width(""), 0.0);
        assert!(width("a  b") > width("a b"), "blanks are kept");
    }

    #[test]
    fn a_character_that_would_reorder_the_text_around_it_is_drawn_as_in_texts() {
        for disruptive in ['\u{202E}', '\u{2066}', '\u{7}'] {
            assert_eq!(width(&format!("a{disruptive}b")), width("a\u{FFFD}b"));
        }
        assert!(width("a\u{FFFD}b") > width("ab"));
    }

    #[test]
    fn markup_is_drawn_as_it_is() {
        let text = "<b>&amp;</b>";
        let letters: f32 = text.chars().map(|letter| width(&letter.to_string())).sum();
        assert!((width(text) - letters).abs() < 4.0, "{letters}");
    }

    #[test]
    fn arabic_letters_join_and_a_mark_takes_no_space() {
        assert_eq!(width("e\u{301}"), width("e"));
        let apart: f32 = ["ل", "ا"].map(width).iter().sum();
        assert!(width("لا") <= apart);
    }
}
