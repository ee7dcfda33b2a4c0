//! How many players are usually on at each hour of the week: a square per hour, the lighter the more. The
//! two hours in a row with the most are outlined.

use plotters::prelude::{Color, PathElement, Rectangle};
use plotters::style::text_anchor::HPos;

use super::style::{GRID, PEAK, QUIET, TEXT, heat, letters, width_of};
use super::{Area, ChartWeek, ChartWords, Drawn};

const LEFT: i32 = 84;
const TOP: i32 = 70;
const CELL: (i32, i32) = (35, 38);
/// Space between two squares.
const GAP: i32 = 3;
/// Width of the line around the best two hours.
const OUTLINE: u32 = 5;
/// Hours between two labels.
const LABELLED: usize = 6;
/// The squares that explain the colours.
const LEGEND: i32 = 5;

pub(super) fn draw(
    area: &Area<'_>,
    week: &ChartWeek,
    best: Option<(usize, usize)>,
    words: &ChartWords,
) -> Drawn {
    let hours = week.iter().flatten().flatten();
    let most = hours.copied().fold(0.0, f64::max);
    area.draw_text(&words.week, &letters(TEXT, HPos::Left), (24, 30))?;
    if most > 0.0 {
        let most = words.number(most.ceil() as u32);
        draw_legend(area, &most)?;
    }
    for (day, (hours, name)) in week.iter().zip(&words.days).enumerate() {
        let middle = TOP + day as i32 * CELL.1 + CELL.1 / 2;
        area.draw_text(name, &letters(QUIET, HPos::Right), (LEFT - 14, middle))?;
        for (hour, average) in hours.iter().enumerate() {
            draw_hour(area, (day as i32, hour as i32), *average, most)?;
        }
    }
    let below = TOP + 7 * CELL.1 + 24;
    for hour in (0..=24).step_by(LABELLED) {
        let place = (LEFT + hour * CELL.0, below);
        area.draw_text(&hour.to_string(), &letters(QUIET, HPos::Center), place)?;
    }
    if let Some(best) = best {
        draw_best(area, best)?;
        let outlined = below + 40;
        draw_outline(area, [(24, outlined - 13), (50, outlined + 13)])?;
        area.draw_text(&words.best, &letters(QUIET, HPos::Left), (62, outlined))?;
    }
    Ok(())
}

/// Draws the square of an hour. One of which nothing is known is a dash.
fn draw_hour(area: &Area<'_>, (day, hour): (i32, i32), average: Option<f64>, most: f64) -> Drawn {
    let corners = square((day, hour));
    let [(left, top), (right, bottom)] = corners;
    let Some(average) = average else {
        let middle = (top + bottom) / 2;
        let dash = vec![(left + 10, middle), (right - 10, middle)];
        area.draw(&PathElement::new(dash, GRID.stroke_width(3)))?;
        return Ok(());
    };
    let share = if most > 0.0 { average / most } else { 0.0 };
    area.draw(&Rectangle::new(corners, heat(share).filled()))?;
    Ok(())
}

/// Returns the corners of the square of an hour.
fn square((day, hour): (i32, i32)) -> [(i32, i32); 2] {
    let (left, top) = (LEFT + hour * CELL.0, TOP + day * CELL.1);
    [(left, top), (left + CELL.0 - GAP, top + CELL.1 - GAP)]
}

/// Draws a line around two hours in a row, or two lines if the second is on the next day.
fn draw_best(area: &Area<'_>, (day, hour): (usize, usize)) -> Drawn {
    let (day, hour) = (day as i32, hour as i32);
    let first = square((day, hour));
    if hour < 23 {
        let [_, end] = square((day, hour + 1));
        return draw_outline(area, [first[0], end]);
    }
    draw_outline(area, first)?;
    draw_outline(area, square(((day + 1) % 7, 0)))
}

/// Draws a line around a place. plotters ignores the width of the edge of a rectangle, so this is a path.
fn draw_outline(area: &Area<'_>, [(left, top), (right, bottom)]: [(i32, i32); 2]) -> Drawn {
    let half = OUTLINE as i32 / 2;
    let (left, top, right, bottom) = (left + half, top + half, right - half, bottom - half);
    let path = vec![
        (left - half, top),
        (right, top),
        (right, bottom),
        (left, bottom),
        (left, top),
    ];
    area.draw(&PathElement::new(path, PEAK.stroke_width(OUTLINE)))?;
    Ok(())
}

/// Draws the colours from nobody to the most players, at the right of the heading.
fn draw_legend(area: &Area<'_>, most: &str) -> Drawn {
    let (width, middle) = (area.dim_in_pixel().0 as i32, 30);
    let side = 26;
    let end = width - 24 - width_of(most) as i32;
    let begin = end - LEGEND * side - 12;
    for place in 0..LEGEND {
        let left = begin + place * side;
        let corners = [
            (left, middle - side / 2),
            (left + side - 2, middle + side / 2),
        ];
        let share = f64::from(place) / f64::from(LEGEND - 1);
        area.draw(&Rectangle::new(corners, heat(share).filled()))?;
    }
    area.draw_text("0", &letters(QUIET, HPos::Right), (begin - 10, middle))?;
    area.draw_text(most, &letters(QUIET, HPos::Left), (end, middle))?;
    Ok(())
}
