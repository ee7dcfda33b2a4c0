//! Draws who has most of something: a row for each player, with place, head, name, amount and a bar.
//!
//! All words are arguments. The picture is drawn at twice the size at which Discord shows it.

use crate::canvas::{Area, Canvas, Colour};
use crate::fonts::Fonts;
use crate::head::{Head, SIDE};
use crate::lettering::{Line, Style};
use crate::theme;

/// A picture shows at most this many players.
pub const MAX_ROWS: usize = 25;

const WIDTH: i32 = 960;
const MARGIN: i32 = 28;
/// Pixels along the side of the square that each pixel of a head becomes.
const SQUARE: i32 = 7;
const HEAD_SIDE: i32 = SIDE as i32 * SQUARE;
const ROW_HEIGHT: i32 = HEAD_SIDE + 20;
/// The place is written to the left of this, its end at the right.
const PLACE_END: i32 = MARGIN + 62;
const HEAD_LEFT: i32 = PLACE_END + 20;
const TEXT_LEFT: i32 = HEAD_LEFT + HEAD_SIDE + 22;
const RIGHT: i32 = WIDTH - MARGIN;
/// Distance from the top of a row to the baseline of its text.
const BASELINE: i32 = 28;
const TEXT_HEIGHT: i32 = 40;
const BAR_TOP: i32 = 44;
const BAR_HEIGHT: i32 = 10;
const GAP: f32 = 28.0;

const SIZE: f32 = 28.0;
/// Size to which a name that is too wide is reduced before it is cut.
const SMALLEST: f32 = 18.0;
const CUT: f32 = 22.0;
/// The amount has at most this share of the width.
const MOST_OF_AMOUNT: f32 = 0.5;

const QUIET: Colour = [0xA6, 0xAC, 0xB5];
const BAR: Colour = [0x7B, 0x86, 0xF4];
const GROOVE: Colour = [0x3A, 0x3C, 0x43];

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct TopRow<'a> {
    /// The place, such as `1.`.
    pub place: &'a str,
    /// The name. One that is too long is cut.
    pub name: &'a str,
    /// The head of the player, or [`default_head`](crate::default_head()); `None` if no heads are shown.
    pub head: Option<&'a Head>,
    /// The amount, such as `9h 40m`.
    pub amount: &'a str,
    /// The amount as a share of the largest one on the leaderboard, from 0 to 1.
    pub share: f64,
}

/// Draws rows in the given order as a PNG. Rows beyond [`MAX_ROWS`] are left out.
#[must_use]
pub fn top_picture(fonts: &Fonts, rows: &[TopRow<'_>]) -> Vec<u8> {
    let rows = &rows[..rows.len().min(MAX_ROWS)];
    let height = 2 * MARGIN + rows.len().max(1) as i32 * ROW_HEIGHT - (ROW_HEIGHT - HEAD_SIDE);
    let mut canvas = Canvas::new(WIDTH as usize, height as usize, theme::BACKGROUND);
    for (row, number) in rows.iter().zip(0..) {
        draw_row(fonts, &mut canvas, row, MARGIN + number * ROW_HEIGHT);
    }
    canvas.to_png()
}

fn draw_row(fonts: &Fonts, canvas: &mut Canvas, row: &TopRow<'_>, top: i32) {
    let line = Area {
        left: 0,
        top,
        right: WIDTH,
        bottom: top + TEXT_HEIGHT,
    };
    let place = shrunk(fonts, row.place, (SIZE, QUIET), (PLACE_END - MARGIN) as f32);
    // The place stands beside the middle of the head.
    let beside = Area {
        top: top + (HEAD_SIDE - TEXT_HEIGHT) / 2,
        bottom: top + HEAD_SIDE,
        ..line
    };
    write_to(canvas, &place, PLACE_END as f32, beside);
    if let Some(head) = row.head {
        canvas.draw_head(head, HEAD_LEFT, top, SQUARE);
    }
    let left = text_left(row);
    let room = (RIGHT - left) as f32;
    let amount = fit(fonts, row.amount, theme::TEXT, room * MOST_OF_AMOUNT);
    write_to(canvas, &amount, RIGHT as f32, line);
    let room = room - amount.width() - GAP;
    let name = fit(fonts, row.name, theme::TEXT, room);
    let middle = left as f32 + name.width() / 2.0;
    name.draw_centred(canvas, middle, top + BASELINE, line);
    draw_bar(canvas, row.share, (left, top + BAR_TOP));
}

/// Returns where the words of a row begin: beside the head, or in its place if there is none.
fn text_left(row: &TopRow<'_>) -> i32 {
    if row.head.is_some() {
        TEXT_LEFT
    } else {
        HEAD_LEFT
    }
}

/// Draws how much it is, compared with the largest amount. Whoever has any has at least a dot.
fn draw_bar(canvas: &mut Canvas, share: f64, (left, top): (i32, i32)) {
    let groove = Area {
        left,
        top,
        right: RIGHT,
        bottom: top + BAR_HEIGHT,
    };
    canvas.fill(groove, GROOVE);
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let length = (f64::from(RIGHT - left) * share).round() as i32;
    let bar = Area {
        right: left + length.max(4),
        ..groove
    };
    canvas.fill(bar, BAR);
}

/// Lays out a short text of a size and colour, as much smaller as it takes. It is never cut.
pub(crate) fn shrunk(fonts: &Fonts, text: &str, (size, colour): (f32, Colour), width: f32) -> Line {
    let line = Line::new(fonts, text, Style { size, colour });
    let scale = (width / line.width().max(1.0)).min(1.0);
    line.scaled(scale)
}

/// Lays out a text: smaller if it is too wide, and cut if that does not help.
pub(crate) fn fit(fonts: &Fonts, text: &str, colour: Colour, width: f32) -> Line {
    let style = |size| Style { size, colour };
    let line = Line::new(fonts, text, style(SIZE));
    if line.width() <= width {
        return line;
    }
    let fitting = (SIZE * width / line.width()).floor();
    if fitting >= SMALLEST {
        return line.scaled(fitting / SIZE);
    }
    Line::cut(fonts, text, style(CUT), width)
}

/// Draws a line that ends at `right`.
fn write_to(canvas: &mut Canvas, line: &Line, right: f32, area: Area) {
    let middle = right - line.width() / 2.0;
    line.draw_centred(canvas, middle, area.top + BASELINE, area);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns how much lighter one colour is than another, as WCAG 2 defines it.
    fn contrast(one: Colour, other: Colour) -> f64 {
        let luminance = |colour: Colour| {
            let linear = colour.map(|channel| {
                let share = f64::from(channel) / 255.0;
                match share <= 0.04045 {
                    true => share / 12.92,
                    false => ((share + 0.055) / 1.055).powf(2.4),
                }
            });
            0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        };
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn bars_and_words_are_told_from_the_background() {
        for colour in [BAR, QUIET, theme::TEXT] {
            assert!(contrast(colour, theme::BACKGROUND) >= 3.0, "{colour:?}");
        }
        assert!(contrast(BAR, GROOVE) >= 3.0);
    }
}
