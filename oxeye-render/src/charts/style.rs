//! Sizes, colours and lettering of charts. A phone shows 960 pixels about 360 points wide, so 30 pixels
//! become 11 points.

use plotters::prelude::{Color, IntoFont, RGBColor, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::canvas::Colour;
use crate::theme;

pub(super) const WIDTH: u32 = 960;
pub(super) const HEIGHT: u32 = 876;
/// Height of the upper half, which shows the players over time.
pub(super) const PLAYERS_HEIGHT: u32 = 450;

/// Size of the letters.
const LETTERS: u32 = 30;
/// Width of a digit at this size, rounded up. The separators of thousands are narrower.
const DIGIT: u32 = 20;
/// plotters divides the size of letters by this.
const PLOTTERS_SCALE: f64 = 1.24;

pub(super) const BACKGROUND: RGBColor = rgb(theme::BACKGROUND);
pub(super) const TEXT: RGBColor = rgb(theme::TEXT);
pub(super) const QUIET: RGBColor = RGBColor(0xB5, 0xBA, 0xC1);
pub(super) const GRID: RGBColor = RGBColor(0x46, 0x49, 0x50);
pub(super) const AVERAGE: RGBColor = RGBColor(0x6F, 0x7B, 0xF7);
pub(super) const PEAK: RGBColor = RGBColor(0xFE, 0xE7, 0x5C);
pub(super) const RECORD: RGBColor = RGBColor(0xFF, 0x8A, 0x8D);
pub(super) const UNKNOWN: RGBColor = RGBColor(0x3A, 0x3D, 0x43);

/// The colours of an hour in which hardly anybody is on, and of one with the most players.
const FEW: RGBColor = RGBColor(0x5F, 0x6C, 0xF0);
const MOST: RGBColor = RGBColor(0xE4, 0xE7, 0xFF);

const fn rgb([red, green, blue]: Colour) -> RGBColor {
    RGBColor(red, green, blue)
}

/// Returns the style of words at a side of the place where they stand.
pub(super) fn letters(colour: RGBColor, side: HPos) -> TextStyle<'static> {
    let size = f64::from(LETTERS) * PLOTTERS_SCALE;
    ("sans-serif", size)
        .into_font()
        .color(&colour.to_rgba())
        .pos(Pos::new(side, VPos::Center))
}

/// Returns the space that a number needs, in pixels.
pub(super) fn width_of(number: &str) -> u32 {
    DIGIT * number.chars().count() as u32
}

/// Returns the colour of an hour with a share of the most players, from 0 to 1. An hour in which nobody
/// is on is darker than all others.
pub(super) fn heat(share: f64) -> RGBColor {
    if share <= 0.0 {
        return UNKNOWN;
    }
    let mix = |few: u8, most: u8| {
        let mixed = f64::from(few) + (f64::from(most) - f64::from(few)) * share.min(1.0);
        mixed.round() as u8
    };
    RGBColor(mix(FEW.0, MOST.0), mix(FEW.1, MOST.1), mix(FEW.2, MOST.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the luminance of a colour, as the guidelines for web content define it.
    fn luminance(RGBColor(red, green, blue): RGBColor) -> f64 {
        let linear = |channel: u8| {
            let channel = f64::from(channel) / 255.0;
            match channel <= 0.04045 {
                true => channel / 12.92,
                false => ((channel + 0.055) / 1.055).powf(2.4),
            }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn contrast(colour: RGBColor) -> f64 {
        (luminance(colour) + 0.05) / (luminance(BACKGROUND) + 0.05)
    }

    #[test]
    fn everything_that_says_something_stands_out_from_the_background() {
        for colour in [AVERAGE, PEAK, RECORD] {
            assert!(contrast(colour) >= 3.0, "{colour:?}: {}", contrast(colour));
        }
        for colour in [TEXT, QUIET] {
            assert!(contrast(colour) >= 4.5, "{colour:?}: {}", contrast(colour));
        }
        for share in 1..=100 {
            let colour = heat(f64::from(share) / 100.0);
            assert!(contrast(colour) >= 3.0, "{share}: {}", contrast(colour));
        }
        assert!(contrast(heat(0.0)) < 1.5);
    }
}
