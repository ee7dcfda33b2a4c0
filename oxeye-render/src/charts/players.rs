//! The players over time: an area for the average, a line for the peak, a dashed one for the record, and
//! a shade where nothing is known.

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{Cartesian2d, ChartBuilder, ChartContext, Color, PathElement, Polygon};
use plotters::prelude::{Rectangle, SVGBackend};
use plotters::style::text_anchor::HPos;

use super::style::{AVERAGE, GRID, PEAK, QUIET, RECORD, TEXT, UNKNOWN, WIDTH, letters, width_of};
use super::{Area, ChartPicture, ChartStep, ChartWords, Drawn};

type Plot<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

const TOP: u32 = 78;
const BOTTOM: u32 = 58;
/// The least space on the left, and the space around the numbers of the scale there.
const LEFT: u32 = 84;
const AROUND_NUMBERS: (u32, u32) = (10, 14);
const RIGHT: u32 = 24;
/// Distance of the labels of the axis of time from the bottom.
const TIMES_UP: i32 = 28;
const LINE: u32 = 4;
/// Length of a dash and of the gap after it.
const DASH: (f64, f64) = (14.0, 10.0);
/// How much of the average is painted below its edge.
const AREA: f64 = 0.55;

pub(super) fn draw(area: &Area<'_>, picture: &ChartPicture<'_>) -> Drawn {
    let (Some(first), Some(last)) = (picture.steps.first(), picture.steps.last()) else {
        return Ok(());
    };
    let top = top_of_scale(picture.steps);
    let left = left_of_plot(&picture.words.number(top));
    let (from, to) = (first.from, last.to.max(first.from + 1));
    let mut plot = ChartBuilder::on(area)
        .margin_top(TOP)
        .margin_bottom(BOTTOM)
        .margin_left(left)
        .margin_right(RIGHT)
        .build_cartesian_2d(0.0..(to - from) as f64, 0.0..f64::from(top))?;
    let at = |second: i64| (second - from) as f64;
    let unknown = picture.steps.iter().filter(|step| step.average.is_none());
    plot.draw_series(unknown.clone().map(|step| {
        let corners = [(at(step.from), 0.0), (at(step.to), f64::from(top))];
        Rectangle::new(corners, UNKNOWN.filled())
    }))?;
    draw_ticks(&mut plot, picture, at)?;
    draw_scale(area, &mut plot, (left, picture.words), top)?;
    let known = picture
        .steps
        .chunk_by(|a, b| a.average.is_some() == b.average.is_some());
    for run in known.filter(|run| run[0].average.is_some()) {
        draw_run(&mut plot, run, at)?;
    }
    let record = picture.record.filter(|record| *record <= top);
    if let Some(record) = record {
        draw_record(&mut plot, left, f64::from(record))?;
    }
    let words = picture.words;
    let shown = [
        Some((words.average.as_str(), AVERAGE)),
        Some((words.peak.as_str(), PEAK)),
        record.map(|_| (words.record.as_str(), RECORD)),
        unknown
            .clone()
            .next()
            .map(|_| (words.unknown.as_str(), UNKNOWN)),
    ];
    draw_legend(area, shown.into_iter().flatten())?;
    let (width, height) = area.dim_in_pixel();
    let plotted = f64::from(width - left - RIGHT);
    for (second, label) in &words.times {
        let place = left as i32 + (at(*second) / at(to) * plotted).round() as i32;
        let place = (place, height as i32 - TIMES_UP);
        area.draw_text(label, &letters(QUIET, HPos::Center), place)?;
    }
    Ok(())
}

/// Returns the upper end of the scale: a round number that is not below any peak.
fn top_of_scale(steps: &[ChartStep]) -> u32 {
    let peak = steps.iter().map(|step| step.peak).max().unwrap_or_default();
    let mut unit: u32 = 1;
    loop {
        for factor in [2, 4, 6, 10] {
            let top = unit.saturating_mul(factor);
            if top >= peak {
                return top;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// Returns the space on the left, given the longest number of the scale.
fn left_of_plot(number: &str) -> u32 {
    let (before, after) = AROUND_NUMBERS;
    LEFT.max(before + width_of(number) + after)
}

/// Draws a line at each tick.
fn draw_ticks(
    plot: &mut Plot<'_, '_>,
    picture: &ChartPicture<'_>,
    at: impl Fn(i64) -> f64,
) -> Drawn {
    let (times, levels) = (plot.x_range(), plot.y_range());
    let places = picture.words.ticks.iter().map(|second| at(*second));
    let inner = places.filter(|place| *place > times.start && *place < times.end);
    plot.draw_series(inner.map(|place| {
        let line = vec![(place, levels.start), (place, levels.end)];
        PathElement::new(line, GRID.stroke_width(2))
    }))?;
    Ok(())
}

/// Draws the lines of the scale and its numbers.
fn draw_scale(
    area: &Area<'_>,
    plot: &mut Plot<'_, '_>,
    (left, words): (u32, &ChartWords),
    top: u32,
) -> Drawn {
    let (end, (_, height)) = (plot.x_range().end, area.dim_in_pixel());
    let plotted = f64::from(height - TOP - BOTTOM);
    for (number, share) in [(0, 0.0), (top / 2, 0.5), (top, 1.0)] {
        let level = f64::from(top) * share;
        plot.draw_series([PathElement::new(
            vec![(0.0, level), (end, level)],
            GRID.stroke_width(2),
        )])?;
        let place = TOP as i32 + (plotted * (1.0 - share)).round() as i32;
        let place = ((left - AROUND_NUMBERS.1) as i32, place);
        let number = words.number(number);
        area.draw_text(&number, &letters(QUIET, HPos::Right), place)?;
    }
    Ok(())
}

/// Draws average and peak of steps of which something is known.
fn draw_run(plot: &mut Plot<'_, '_>, run: &[ChartStep], at: impl Fn(i64) -> f64) -> Drawn {
    let edge = |height: fn(&ChartStep) -> f64| {
        let corners = run.iter().flat_map(|step| {
            let height = height(step);
            [(at(step.from), height), (at(step.to), height)]
        });
        corners.collect::<Vec<_>>()
    };
    let average = edge(|step| step.average.unwrap_or_default());
    let peak = edge(|step| f64::from(step.peak));
    let (begin, end) = (at(run[0].from), at(run[run.len() - 1].to));
    let mut outline = vec![(begin, 0.0)];
    outline.extend(&average);
    outline.push((end, 0.0));
    plot.draw_series([Polygon::new(outline, AVERAGE.mix(AREA).filled())])?;
    plot.draw_series([PathElement::new(average, AVERAGE.stroke_width(LINE))])?;
    plot.draw_series([PathElement::new(peak, PEAK.stroke_width(LINE))])?;
    Ok(())
}

fn draw_record(plot: &mut Plot<'_, '_>, left: u32, record: f64) -> Drawn {
    let end = plot.x_range().end;
    let pixels = f64::from(WIDTH - left - RIGHT);
    let (dash, gap) = DASH;
    let dashes = (pixels / (dash + gap)).ceil() as u32;
    let place = |pixel: f64| (pixel / pixels).min(1.0) * end;
    let dashes = (0..dashes).map(|number| {
        let from = f64::from(number) * (dash + gap);
        let corners = vec![(place(from), record), (place(from + dash), record)];
        PathElement::new(corners, RECORD.stroke_width(LINE))
    });
    plot.draw_series(dashes)?;
    Ok(())
}

/// Writes what the colours are, one after the other.
fn draw_legend<'a>(
    area: &Area<'_>,
    entries: impl Iterator<Item = (&'a str, plotters::prelude::RGBColor)>,
) -> Drawn {
    /// Side of the square with the colour, and the space after it.
    const SQUARE: i32 = 26;
    const SPACE: i32 = 12;
    /// Space between two entries, and the usual width of a letter.
    const BETWEEN: i32 = 30;
    const LETTER: f64 = 18.5;
    let mut left = 24;
    let middle = 36;
    for (word, colour) in entries {
        let corners = [
            (left, middle - SQUARE / 2),
            (left + SQUARE, middle + SQUARE / 2),
        ];
        area.draw(&Rectangle::new(corners, colour.filled()))?;
        left += SQUARE + SPACE;
        area.draw_text(word, &letters(TEXT, HPos::Left), (left, middle))?;
        left += (word.chars().count() as f64 * LETTER).round() as i32 + BETWEEN;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_number_that_no_peak_exceeds() {
        for (peak, top) in [
            (0, 2),
            (1, 2),
            (3, 4),
            (5, 6),
            (7, 10),
            (14, 20),
            (31, 40),
            (61, 100),
            (1_001, 2_000),
        ] {
            let step = ChartStep {
                from: 0,
                to: 1,
                average: None,
                peak,
            };
            assert_eq!(top_of_scale(&[step]), top, "{peak}");
            assert!(top.is_multiple_of(2), "half of it is a whole number");
        }
        let step = ChartStep {
            from: 0,
            to: 1,
            average: None,
            peak: u32::MAX,
        };
        assert!(top_of_scale(&[step]) >= u32::MAX / 2);
    }
}
