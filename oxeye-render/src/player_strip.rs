//! Draws how much somebody played on each of the last days: the head, if heads are shown, and a bar for each day.
//!
//! All words are arguments. The picture is drawn at twice the size at which Discord shows it.

use crate::canvas::{Area, Canvas, Colour};
use crate::fonts::Fonts;
use crate::head::{Head, SIDE};
use crate::lettering::{Line, Style};
use crate::theme;
use crate::top_picture::{fit, shrunk};

const WIDTH: i32 = 960;
const HEIGHT: i32 = 300;
const MARGIN: i32 = 32;
/// Pixels along the side of the square that each pixel of the head becomes.
const SQUARE: i32 = 18;
const HEAD_SIDE: i32 = SIDE as i32 * SQUARE;
const DAYS_RIGHT: i32 = WIDTH - MARGIN;
const LABEL_HEIGHT: i32 = 40;
/// The bars stand on this line.
const GROUND: i32 = HEIGHT - MARGIN - LABEL_HEIGHT;
/// The longest bar reaches up to here; what it stands for is written above.
const SUMMIT: i32 = MARGIN + LABEL_HEIGHT;
/// The share of a day's width that its bar has.
const BAR_SHARE: f32 = 0.66;
const LABEL_SIZE: f32 = 24.0;
/// The least space between two labels. If they are wider, every second day has one.
const BETWEEN_LABELS: f32 = 14.0;

const QUIET: Colour = [0xA6, 0xAC, 0xB5];
const BAR: Colour = [0x7B, 0x86, 0xF4];
const NOTHING: Colour = [0x4A, 0x4D, 0x55];

/// A day.
#[derive(Debug, Clone, Copy)]
pub struct StripDay<'a> {
    /// The label below, such as `Mon`.
    pub label: &'a str,
    /// How much, in any unit.
    pub amount: f64,
}

/// Draws a strip as a PNG, with the head if there is one. The last day is today. `most` is what the longest bar stands
/// for, in words.
#[must_use]
pub fn player_strip(
    fonts: &Fonts,
    head: Option<&Head>,
    days: &[StripDay<'_>],
    most: &str,
) -> Vec<u8> {
    let mut canvas = Canvas::new(WIDTH as usize, HEIGHT as usize, theme::BACKGROUND);
    let days_left = match head {
        Some(head) => {
            canvas.draw_head(head, MARGIN, (HEIGHT - HEAD_SIDE) / 2, SQUARE);
            MARGIN + HEAD_SIDE + 36
        }
        None => MARGIN,
    };
    let amounts = days.iter().map(|day| day.amount);
    let longest = amounts.clone().fold(0.0, f64::max);
    let width = (DAYS_RIGHT - days_left) as f32 / days.len().max(1) as f32;
    let labels = Labels::of(fonts, days, width);
    let longest_day = amounts
        .clone()
        .rposition(|amount| amount >= longest && longest > 0.0);
    for (number, day) in days.iter().enumerate() {
        let middle = days_left as f32 + (number as f32 + 0.5) * width;
        let share = if longest > 0.0 {
            day.amount / longest
        } else {
            0.0
        };
        let top = draw_bar(&mut canvas, middle, width * BAR_SHARE, share);
        labels.draw(&mut canvas, number, middle);
        if longest_day == Some(number) {
            let words = fit(fonts, most, theme::TEXT, (DAYS_RIGHT - days_left) as f32);
            // The words stay within the picture, also above the first and the last day.
            let half = words.width() / 2.0;
            let middle = middle.clamp(days_left as f32 + half, DAYS_RIGHT as f32 - half);
            let above = Area {
                left: days_left,
                top: 0,
                right: WIDTH,
                bottom: top,
            };
            words.draw_centred(&mut canvas, middle, top - 12, above);
        }
    }
    canvas.to_png()
}

/// The labels of days that are `width` pixels apart.
struct Labels<'a> {
    fonts: &'a Fonts,
    days: &'a [StripDay<'a>],
    /// Days from one label to the next.
    every: usize,
    /// The most pixels that a label may have.
    room: f32,
}

impl<'a> Labels<'a> {
    fn of(fonts: &'a Fonts, days: &'a [StripDay<'a>], width: f32) -> Self {
        let widths = days.iter().map(|day| {
            let style = Style {
                size: LABEL_SIZE,
                colour: QUIET,
            };
            Line::new(fonts, day.label, style).width()
        });
        let widest = widths.fold(0.0, f32::max);
        let every = if widest + BETWEEN_LABELS > width {
            2
        } else {
            1
        };
        Self {
            fonts,
            days,
            every,
            room: width * every as f32 - BETWEEN_LABELS,
        }
    }

    /// Draws the label of a day, if it has one. Today has.
    fn draw(&self, canvas: &mut Canvas, number: usize, middle: f32) {
        let before_today = self.days.len() - 1 - number;
        if !before_today.is_multiple_of(self.every) {
            return;
        }
        let colour = if before_today == 0 {
            theme::TEXT
        } else {
            QUIET
        };
        let style = (LABEL_SIZE, colour);
        let label = shrunk(self.fonts, self.days[number].label, style, self.room);
        let below = Area {
            left: (middle - self.room / 2.0) as i32 - 1,
            top: GROUND,
            right: (middle + self.room / 2.0) as i32 + 1,
            bottom: HEIGHT,
        };
        label.draw_centred(canvas, middle, GROUND + 32, below);
    }
}

/// Draws a bar and returns its top. A day with nothing has a short line, so that it is seen to be a day.
fn draw_bar(canvas: &mut Canvas, middle: f32, width: f32, share: f64) -> i32 {
    let height = (f64::from(GROUND - SUMMIT) * share).round() as i32;
    let (height, colour) = match share > 0.0 {
        true => (height.max(8), BAR),
        false => (4, NOTHING),
    };
    let bar = Area {
        left: (middle - width / 2.0).round() as i32,
        top: GROUND - height,
        right: (middle + width / 2.0).round() as i32,
        bottom: GROUND,
    };
    canvas.fill(bar, colour);
    bar.top
}
