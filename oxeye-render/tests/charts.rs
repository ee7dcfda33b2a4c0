//! Tests of charts through the public interface.

#![expect(
    clippy::unwrap_used,
    reason = "helper functions may panic like the tests themselves"
)]

use std::sync::LazyLock;

use image::RgbImage;
use oxeye_render::{ChartPicture, ChartStep, ChartWeek, ChartWords, Fonts, chart_png, chart_svg};

/// The bundled fonts, unpacked once.
static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::default);

/// The most bytes that a picture may have.
const LIMIT: usize = 150_000;
const BACKGROUND: [u8; 3] = [0x2B, 0x2D, 0x31];
/// The colour of times about which nothing is known.
const UNKNOWN: [u8; 3] = [0x3A, 0x3D, 0x43];

fn words() -> ChartWords {
    ChartWords {
        average: "average".to_owned(),
        peak: "peak".to_owned(),
        record: "record".to_owned(),
        unknown: "nothing known".to_owned(),
        week: "Usually on".to_owned(),
        best: "the best time to come on".to_owned(),
        days: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map(str::to_owned),
        thousands: ',',
        ticks: Vec::new(),
        times: Vec::new(),
    }
}

fn steps(count: i64, average: impl Fn(i64) -> Option<f64>) -> Vec<ChartStep> {
    let step = |number| ChartStep {
        from: number * 3_600,
        to: (number + 1) * 3_600,
        average: average(number),
        peak: average(number).map_or(0, |average| average.ceil() as u32 + 1),
    };
    (0..count).map(step).collect()
}

fn png(steps: &[ChartStep], record: Option<u32>, week: Option<&ChartWeek>) -> Vec<u8> {
    let words = words();
    let picture = ChartPicture {
        steps,
        record,
        week,
        best: week.map(|_| (6, 23)),
        words: &words,
    };
    chart_png(&FONTS, &picture)
}

fn look(png: &[u8]) -> RgbImage {
    image::load_from_memory(png).unwrap().into_rgb8()
}

fn count(picture: &RgbImage, colour: [u8; 3]) -> usize {
    picture.pixels().filter(|pixel| pixel.0 == colour).count()
}

#[test]
fn a_chart_of_any_number_of_steps_is_small_and_leaves_its_edge_empty() {
    let busy = |number: i64| Some(((number * 7_919) % 97) as f64 / 3.0);
    let week: ChartWeek =
        std::array::from_fn(|day| std::array::from_fn(|hour| busy((day * 24 + hour) as i64)));
    for number in [1, 2, 200, 680, 10_000] {
        let png = png(&steps(number, busy), Some(40), Some(&week));
        assert!(png.len() < LIMIT, "{number} steps: {} bytes", png.len());
        let picture = look(&png);
        let (width, height) = picture.dimensions();
        for x in 0..width {
            for y in [0, 1, height - 2, height - 1] {
                assert_eq!(
                    picture.get_pixel(x, y).0,
                    BACKGROUND,
                    "{number} steps: {x}, {y}"
                );
            }
        }
        for y in 0..height {
            for x in [0, 1, width - 2, width - 1] {
                assert_eq!(
                    picture.get_pixel(x, y).0,
                    BACKGROUND,
                    "{number} steps: {x}, {y}"
                );
            }
        }
    }
}

#[test]
fn a_time_about_which_nothing_is_known_is_shaded_and_not_at_zero() {
    let known = look(&png(&steps(10, |_| Some(0.0)), None, None));
    let unknown = look(&png(
        &steps(10, |step| (step != 4).then_some(0.0)),
        None,
        None,
    ));

    assert_eq!(count(&known, UNKNOWN), 0);
    let tenth = known.width() as usize * 300 / 12;
    let shaded = count(&unknown, UNKNOWN);
    assert!(shaded > tenth / 2, "{shaded} pixels");
}

#[test]
fn a_tick_is_a_line_from_the_bottom_to_the_top_of_the_scale() {
    /// The colour of the lines of the scale.
    const GRID: [u8; 3] = [0x46, 0x49, 0x50];
    let steps = steps(10, |_| Some(0.0));
    let with_ticks = |ticks: &[i64]| {
        let words = ChartWords {
            ticks: ticks.to_vec(),
            ..words()
        };
        let picture = ChartPicture {
            steps: &steps,
            record: None,
            week: None,
            best: None,
            words: &words,
        };
        count(&look(&chart_png(&FONTS, &picture)), GRID)
    };

    let none = with_ticks(&[]);
    assert!(with_ticks(&[18_000]) > none + 500);
    // What lies at an end or outside is no line.
    assert_eq!(with_ticks(&[-1, 0, 36_000, 99_999]), none);
}

#[test]
fn the_numbers_of_the_scale_are_whole_however_many_players_are_on() {
    for most in [9, 999, 1_014, 12_345, 654_321, 99_999_999] {
        let week = [[Some(f64::from(most)); 24]; 7];
        let step = ChartStep {
            from: 0,
            to: 3_600,
            average: Some(f64::from(most)),
            peak: most,
        };
        let picture = look(&png(&[step], None, Some(&week)));
        let (width, height) = picture.dimensions();
        // The scale is on the left of the upper half, the number of the week on the right of the lower one.
        let left = (0..8).flat_map(|x| (0..450).map(move |y| (x, y)));
        let right = (width - 8..width).flat_map(|x| (0..height).map(move |y| (x, y)));
        for (x, y) in left.chain(right) {
            assert_eq!(picture.get_pixel(x, y).0, BACKGROUND, "{most}: {x}, {y}");
        }
    }
}

#[test]
fn the_numbers_of_the_scale_have_separators() {
    let step = ChartStep {
        from: 0,
        to: 3_600,
        average: Some(1_000.0),
        peak: 1_014,
    };
    let words = ChartWords {
        thousands: '.',
        ..words()
    };
    let picture = ChartPicture {
        steps: &[step],
        record: None,
        week: None,
        best: None,
        words: &words,
    };
    let svg = chart_svg(&picture);
    assert!(svg.contains("2.000") && svg.contains("1.000"), "{svg}");
}

#[test]
fn the_best_two_hours_are_outlined_also_over_midnight() {
    /// The colour of the outline.
    const OUTLINE: [u8; 3] = [0xFE, 0xE7, 0x5C];
    let steps = steps(5, |_| Some(0.0));
    let outlined = |best| {
        let words = words();
        let picture = ChartPicture {
            steps: &steps,
            record: None,
            week: Some(&[[Some(1.0); 24]; 7]),
            best,
            words: &words,
        };
        let lower = look(&chart_png(&FONTS, &picture));
        let lower = lower
            .enumerate_pixels()
            .filter(|(_, y, pixel)| *y > 450 && pixel.0 == OUTLINE);
        // The left column of days, that of the last hour, and the explanation below the squares.
        let (mut first, mut last, mut below) = (0, 0, 0);
        for (x, y, _) in lower {
            match (x, y) {
                (_, 790..) => below += 1,
                (84..119, _) => first += 1,
                (889.., _) => last += 1,
                _ => {}
            }
        }
        (first > 100, last > 100, below > 100)
    };

    assert_eq!(outlined(None), (false, false, false));
    assert_eq!(outlined(Some((2, 0))), (true, false, true));
    assert_eq!(outlined(Some((2, 22))), (false, true, true));
    assert_eq!(outlined(Some((6, 23))), (true, true, true));
}

#[test]
fn without_a_week_there_is_only_the_upper_half() {
    let week = [[Some(1.0); 24]; 7];
    let steps = steps(5, |_| Some(1.0));
    let (short, whole) = (
        look(&png(&steps, None, None)),
        look(&png(&steps, None, Some(&week))),
    );
    assert_eq!(short.width(), whole.width());
    assert!(short.height() < whole.height() * 6 / 10);
}

#[test]
fn odd_numbers_and_no_steps_at_all_can_be_drawn() {
    let week = [[None; 24]; 7];
    for steps in [
        Vec::new(),
        vec![ChartStep {
            from: 0,
            to: 0,
            average: Some(0.0),
            peak: 0,
        }],
        vec![ChartStep {
            from: 0,
            to: 1,
            average: Some(1e9),
            peak: u32::MAX,
        }],
    ] {
        let picture = look(&png(&steps, Some(u32::MAX), Some(&week)));
        assert_eq!(picture.width(), 960);
    }
}

#[test]
fn words_are_escaped_and_change_nothing_else() {
    let steps = steps(5, |_| Some(1.0));
    let mut words = words();
    words.average = "<script>\"&amp;'".to_owned();
    words.times = vec![(3_600, "</svg>".to_owned())];
    let picture = ChartPicture {
        steps: &steps,
        record: None,
        week: None,
        best: None,
        words: &words,
    };
    let svg = chart_svg(&picture);
    assert!(
        !svg.contains("<script>") && svg.matches("</svg>").count() == 1,
        "{svg}"
    );
    assert!(chart_png(&FONTS, &picture).len() < LIMIT);
}
