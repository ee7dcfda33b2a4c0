//! Draws made-up charts, for a look at the drawing itself, and says how long each takes and how large it
//! is: `cargo run --release -p oxeye-render --example charts -- target/gallery`

#![expect(clippy::print_stdout, reason = "an example prints what it has done")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use oxeye_render::{ChartPicture, ChartStep, ChartWeek, ChartWords, Fonts, chart_png};

const HOUR: i64 = 3_600;

/// What is drawn: its name, whether its words are German, its steps, the record, and the usual week.
type Chart = (
    &'static str,
    bool,
    Vec<ChartStep>,
    Option<u32>,
    Option<ChartWeek>,
);

fn main() -> io::Result<()> {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .unwrap_or_else(|| "gallery".into())
        .into();
    fs::create_dir_all(&folder)?;
    let fonts = Fonts::default();
    for (name, is_german, steps, record, week) in charts() {
        let words = if is_german { german() } else { english() };
        let picture = ChartPicture {
            steps: &steps,
            record,
            week: week.as_ref(),
            best: week.is_some().then_some((5, 19)),
            words: &words,
        };
        save(&fonts, &folder, name, &picture)?;
    }
    Ok(())
}

fn charts() -> Vec<Chart> {
    let average = |day: usize, hour: usize| Some(usual((day * 24 + hour) as i64) * 0.8);
    let week: ChartWeek = std::array::from_fn(|day| std::array::from_fn(|hour| average(day, hour)));
    let mut sparse = week;
    sparse[2] = [None; 24];
    let a_week = || steps(168, |_| true);
    let gaps = steps(168, |hour| !(40..70).contains(&hour));
    let nobody = a_week().into_iter().map(|step| ChartStep {
        average: Some(0.0),
        peak: 0,
        ..step
    });
    let zeros = [[Some(0.0); 24]; 7];
    let thousands = a_week().into_iter().map(|step| ChartStep {
        average: step.average.map(|average| average * 900.0),
        peak: step.peak * 900,
        ..step
    });
    let many = week.map(|day| day.map(|hour| hour.map(|players| players * 900.0)));
    vec![
        ("chart-week", false, a_week(), Some(14), Some(week)),
        ("chart-week-again", false, a_week(), Some(14), Some(week)),
        ("chart-german-gaps", true, gaps, Some(15), Some(sparse)),
        ("chart-one-point", false, steps(1, |_| true), None, None),
        (
            "chart-no-data",
            false,
            steps(168, |_| false),
            None,
            Some([[None; 24]; 7]),
        ),
        (
            "chart-10000-days",
            false,
            steps(329, |_| true),
            Some(16),
            Some(week),
        ),
        (
            "chart-thousands",
            true,
            thousands.collect(),
            Some(12_345),
            Some(many),
        ),
        ("chart-nobody", true, nobody.collect(), Some(3), Some(zeros)),
    ]
}

fn english() -> ChartWords {
    words(
        &[
            "average",
            "peak",
            "record",
            "nothing known",
            "Usually on",
            "the best time to come on",
        ],
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    )
}

fn german() -> ChartWords {
    words(
        &[
            "Durchschnitt",
            "Spitze",
            "Rekord",
            "unbekannt",
            "Gewöhnlich da",
            "am meisten los",
        ],
        ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
    )
}

fn save(fonts: &Fonts, folder: &Path, name: &str, picture: &ChartPicture<'_>) -> io::Result<()> {
    let begin = Instant::now();
    let png = chart_png(fonts, picture);
    println!("{name}: {:.1?}, {} bytes", begin.elapsed(), png.len());
    fs::write(folder.join(format!("{name}.png")), png)
}

/// Returns how many players are usually on at an hour of the week.
fn usual(hour: i64) -> f64 {
    let weekend = if hour / 24 >= 5 { 1.6 } else { 1.0 };
    let of_day = [
        2, 1, 1, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 5, 6, 7, 8, 9, 9, 8, 6, 4,
    ];
    f64::from(of_day[(hour % 24) as usize]) * weekend
}

fn steps(count: i64, is_known: impl Fn(i64) -> bool) -> Vec<ChartStep> {
    let step = |number: i64| {
        let average = usual(number % 168) * 0.7 + ((number * 37) % 10) as f64 / 10.0;
        let average = is_known(number).then_some(average);
        ChartStep {
            from: number * HOUR,
            to: (number + 1) * HOUR,
            average,
            peak: average.map_or(0, |average| (average * 1.3).ceil() as u32),
        }
    };
    (0..count).map(step).collect()
}

fn words(words: &[&str; 6], days: [&str; 7]) -> ChartWords {
    let [average, peak, record, unknown, week, best] = words.map(str::to_owned);
    let noons = days.iter().zip(0..);
    let noons = noons.map(|(name, day): (_, i64)| ((day * 24 + 12) * HOUR, (*name).to_owned()));
    ChartWords {
        average,
        peak,
        record,
        unknown,
        week,
        best,
        ticks: (1..7).map(|day| day * 24 * HOUR).collect(),
        times: noons.collect(),
        thousands: if days[1] == "Di" { '.' } else { ',' },
        days: days.map(str::to_owned),
    }
}
