//! Draws the players who are online: heads in rows with names below.
//!
//! The few words in a picture are the same in every language we speak, so one picture serves all
//! readers.

use crate::canvas::{Area, Canvas, mix};
use crate::default_heads::unknown_head;
use crate::fonts::Fonts;
use crate::head::{Head, SIDE};
use crate::layout;
use crate::lettering::{Line, Style};
use crate::theme;

/// A picture shows at most this many heads and counts the rest.
pub const MAX_HEADS: usize = 60;

/// Pixels along the side of the square that each pixel of a head becomes.
const SQUARE: i32 = 8;
const HEAD_SIDE: i32 = SIDE as i32 * SQUARE;

const MARGIN: i32 = 16;
const COLUMN_GAP: i32 = 16;
const ROW_GAP: i32 = 14;
const NAME_HEIGHT: i32 = 24;
const FOOTER_HEIGHT: i32 = 30;
/// Distance from the bottom of a head, or from the top of the footer, to the baseline of the text.
const BASELINE: i32 = 19;

const NAME_SIZE: f32 = 16.0;
/// Size to which a name that is too wide is reduced. Any 16 ASCII characters fit at this size.
const SMALLEST_NAME_SIZE: f32 = 10.0;
/// Size of a name that does not fit even then and is cut.
const CUT_NAME_SIZE: f32 = 13.0;
const MAX_NAME_WIDTH: f32 = 164.0;

/// The numbers, which matter less than the names.
const QUIET: Style = Style {
    size: NAME_SIZE,
    colour: [0xA6, 0xAC, 0xB5],
};

/// One player of a picture.
#[derive(Debug, Clone, Copy)]
pub struct PictureEntry<'a> {
    /// Name of the player. Characters that no font has become hollow boxes, and a name that is too long
    /// is cut.
    pub name: &'a str,
    /// Head of the player, or [`default_head`](crate::default_head()).
    pub head: &'a Head,
}

/// Draws the roster in the given order as a PNG. Players beyond [`MAX_HEADS`] are added to `more`,
/// which is shown as "+N". Without any players the picture says "0 online".
#[must_use]
pub fn status_picture(fonts: &Fonts, players: &[PictureEntry<'_>], more: usize) -> Vec<u8> {
    let (shown, rest) = players.split_at(players.len().min(MAX_HEADS));
    let more = more.saturating_add(rest.len());
    if shown.is_empty() && more == 0 {
        return nobody_online(fonts);
    }
    let names = shown.iter().map(|player| fit_name(fonts, player.name));
    let names: Vec<Line> = names.collect();
    let plan = Plan::new(&names, more);
    let mut canvas = Canvas::new(plan.width as usize, plan.height as usize, theme::BACKGROUND);
    for (place, (player, name)) in plan.places().zip(shown.iter().zip(&names)) {
        canvas.draw_head(
            player.head,
            place.left + plan.head_inset(),
            place.top,
            SQUARE,
        );
        let top = place.top + HEAD_SIDE;
        write(&mut canvas, name, Area { top, ..place });
    }
    if more > 0 {
        let footer = Line::new(fonts, &format!("+{more}"), QUIET);
        write(&mut canvas, &footer, plan.footer());
    }
    canvas.to_png()
}

/// The position of everything in a picture.
struct Plan {
    rows: Vec<usize>,
    cell_width: i32,
    width: i32,
    height: i32,
}

impl Plan {
    fn new(names: &[Line], more: usize) -> Self {
        let widest = names.iter().map(Line::width).fold(0.0, f32::max);
        let cell_width = HEAD_SIDE.max(widest.ceil() as i32) + COLUMN_GAP;
        let row_height = HEAD_SIDE + NAME_HEIGHT + ROW_GAP;
        let rows = layout::rows(names.len(), cell_width, row_height);
        let columns = rows.first().map_or(2, |row| *row as i32);
        let mut height = 2 * MARGIN + rows.len() as i32 * row_height - ROW_GAP;
        if more > 0 {
            height += FOOTER_HEIGHT;
        }
        Self {
            width: 2 * MARGIN - COLUMN_GAP + columns * cell_width,
            height,
            cell_width,
            rows,
        }
    }

    /// Returns the cell of each head, row by row. Each row is centred.
    fn places(&self) -> impl Iterator<Item = Area> + '_ {
        self.rows.iter().enumerate().flat_map(move |(row, heads)| {
            let top = MARGIN + row as i32 * (HEAD_SIDE + NAME_HEIGHT + ROW_GAP);
            let start = (self.width - *heads as i32 * self.cell_width) / 2;
            (0..*heads as i32).map(move |column| {
                let left = start + column * self.cell_width;
                Area {
                    left,
                    top,
                    right: left + self.cell_width,
                    bottom: top + HEAD_SIDE + NAME_HEIGHT,
                }
            })
        })
    }

    fn head_inset(&self) -> i32 {
        (self.cell_width - HEAD_SIDE) / 2
    }

    fn footer(&self) -> Area {
        let bottom = self.height - MARGIN / 2;
        Area {
            left: 0,
            top: bottom - FOOTER_HEIGHT,
            right: self.width,
            bottom,
        }
    }
}

/// Lays out a name: smaller if it is too wide, and cut if that does not help.
fn fit_name(fonts: &Fonts, name: &str) -> Line {
    let style = |size| Style {
        size,
        colour: theme::TEXT,
    };
    let line = Line::new(fonts, name, style(NAME_SIZE));
    if line.width() <= MAX_NAME_WIDTH {
        return line;
    }
    let fitting = (NAME_SIZE * MAX_NAME_WIDTH / line.width()).floor();
    if fitting >= SMALLEST_NAME_SIZE {
        return line.scaled(fitting / NAME_SIZE);
    }
    Line::cut(fonts, name, style(CUT_NAME_SIZE), MAX_NAME_WIDTH)
}

/// Draws a line of text centred in an area, and nothing outside of it.
fn write(canvas: &mut Canvas, line: &Line, area: Area) {
    let middle = (area.left + area.right) as f32 / 2.0;
    line.draw_centred(canvas, middle, area.top + BASELINE, area);
}

/// Draws the picture of an empty server: a dimmed daisy.
fn nobody_online(fonts: &Fonts) -> Vec<u8> {
    let (width, height) = (200, 2 * MARGIN + HEAD_SIDE + NAME_HEIGHT);
    let mut canvas = Canvas::new(width as usize, height as usize, theme::BACKGROUND);
    let daisy = unknown_head();
    let dimmed = Head::from_fn(|x, y| {
        let bright = daisy.pixel(x, y);
        std::array::from_fn(|channel| mix(theme::BACKGROUND[channel], bright[channel], 90))
    });
    canvas.draw_head(&dimmed, (width - HEAD_SIDE) / 2, MARGIN, SQUARE);
    let area = Area {
        left: 0,
        top: MARGIN + HEAD_SIDE,
        right: width,
        bottom: height,
    };
    write(&mut canvas, &Line::new(fonts, "0 online", QUIET), area);
    canvas.to_png()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_16_ascii_characters_is_cut() {
        let fonts = Fonts::default();
        let style = Style {
            size: SMALLEST_NAME_SIZE,
            colour: theme::TEXT,
        };
        for character in '!'..='~' {
            let name = character.to_string().repeat(16);
            let whole = Line::new(&fonts, &name, style).width();
            assert!(whole <= MAX_NAME_WIDTH, "{character} {whole}");
        }
    }

    #[test]
    fn every_cell_is_within_the_picture() {
        let fonts = Fonts::default();
        for heads in 1..=MAX_HEADS {
            let name = || fit_name(&fonts, "WWWWWWWWWWWWWWWW");
            let names: Vec<Line> = (0..heads).map(|_| name()).collect();
            let plan = Plan::new(&names, 5);
            assert_eq!(plan.places().count(), heads);
            for place in plan.places() {
                assert!(place.left >= 0 && place.right <= plan.width);
                assert!(place.top >= 0 && place.bottom <= plan.footer().top);
            }
            assert!(plan.footer().bottom <= plan.height);
        }
    }
}
