//! Draws the players over time, and below them what is usual in a week. The drawing is an SVG, for the
//! web, and the same as a PNG, for Discord.
//!
//! | module    | what it holds                                             |
//! |-----------|-----------------------------------------------------------|
//! | `style`   | sizes, colours and lettering                              |
//! | `players` | average and peak of each step, the record, what is unknown |
//! | `week`    | how many are usually on at each hour of the week          |
//!
//! No language is known here: all words are arguments.

mod players;
mod style;
mod week;

use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea, SVGBackend};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::Tree;

use crate::fonts::Fonts;
use crate::png;
use style::{BACKGROUND, HEIGHT, PLAYERS_HEIGHT, WIDTH};

/// Where a chart is drawn.
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// Writing to a text never fails.
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// A step of a chart, in seconds since any moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartStep {
    /// The first second.
    pub from: i64,
    /// The first second after the step.
    pub to: i64,
    /// The average number of players; `None` if nothing is known.
    pub average: Option<f64>,
    /// The largest number of players at once.
    pub peak: u32,
}

/// The numbers of players at each hour of the week, from Monday on; `None` if nothing is known.
pub type ChartWeek = [[Option<f64>; 24]; 7];

/// The words of a chart, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ChartWords {
    /// What the area is.
    pub average: String,
    /// What the line is.
    pub peak: String,
    /// What the dashed line is.
    pub record: String,
    /// What a shaded time is.
    pub unknown: String,
    /// The heading of the week.
    pub week: String,
    /// What the outlined hours are.
    pub best: String,
    /// The days of the week, from Monday on.
    pub days: [String; 7],
    /// What stands between the thousands of a number.
    pub thousands: char,
    /// The seconds at which the axis of time has a tick: where its days, months or years begin.
    pub ticks: Vec<i64>,
    /// The labels of the axis of time, and the second of each.
    pub times: Vec<(i64, String)>,
}

impl ChartWords {
    /// Writes a number with separators between its thousands.
    fn number(&self, number: u32) -> String {
        let digits = number.to_string();
        let mut written = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                written.push(self.thousands);
            }
            written.push(digit);
        }
        written
    }
}

/// What a chart shows.
#[derive(Debug, Clone, Copy)]
pub struct ChartPicture<'a> {
    /// The steps, in order.
    pub steps: &'a [ChartStep],
    /// The largest number of players ever.
    pub record: Option<u32>,
    /// What is usual; without it, there is only the upper half.
    pub week: Option<&'a ChartWeek>,
    /// Day and hour at which the best two hours of the week begin, which are outlined.
    pub best: Option<(usize, usize)>,
    /// The words.
    pub words: &'a ChartWords,
}

/// Draws a chart as SVG.
#[must_use]
pub fn chart_svg(picture: &ChartPicture<'_>) -> String {
    let mut svg = String::new();
    draw(&mut svg, picture).expect("writing to a text succeeds");
    svg
}

/// Draws a chart as PNG.
#[must_use]
pub fn chart_png(fonts: &Fonts, picture: &ChartPicture<'_>) -> Vec<u8> {
    let shapes = Tree::from_str(&chart_svg(picture), &fonts.options());
    let shapes = shapes.expect("plotters escapes the words, and the rest is ours");
    let size = shapes.size().to_int_size();
    let mut pixels = Pixmap::new(size.width(), size.height()).expect("the size is not zero");
    resvg::render(&shapes, Transform::identity(), &mut pixels.as_mut());
    let opaque = pixels.pixels().iter();
    let rgb: Vec<u8> = opaque
        .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
        .collect();
    png::from_rgb(&rgb, size.width(), size.height())
}

fn draw(svg: &mut String, picture: &ChartPicture<'_>) -> Drawn {
    let height = match picture.week {
        Some(_) => HEIGHT,
        None => PLAYERS_HEIGHT,
    };
    let root = SVGBackend::with_string(svg, (WIDTH, height)).into_drawing_area();
    root.fill(&BACKGROUND)?;
    let (upper, lower) = root.split_vertically(PLAYERS_HEIGHT);
    players::draw(&upper, picture)?;
    if let Some(week) = picture.week {
        week::draw(&lower, week, picture.best, picture.words)?;
    }
    root.present()?;
    Ok(())
}
