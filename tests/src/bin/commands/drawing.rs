//! How long drawing each kind of picture takes, with what the backend would draw and nothing else running.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use oxeye_render::{
    ChartPicture, ChartStep, ChartWeek, ChartWords, Fonts, Head, MAX_HEADS, PictureEntry, Skin,
    StripDay, TopRow, chart_png, player_strip, status_picture, top_picture,
};
use oxeye_tests::load::Latencies;
use oxeye_tests::skins;
use serde_json::Value;

use crate::community::Community;
use crate::past::name;
use crate::plan::Plan;
use crate::{unless, unless_in_time};

/// Required.
const MOST: Duration = Duration::from_millis(40);
const MOST_BYTES: usize = 150_000;
/// How often each picture is drawn, for each time that a command is asked.
const TIMES: usize = 10;

pub(crate) async fn print(community: &Community, plan: &Plan) -> Result<Vec<String>> {
    let times = TIMES * plan.times;
    let fonts = Fonts::default();
    let names: Vec<_> = (0..MAX_HEADS).map(name).collect();
    let heads = (0..u32::try_from(MAX_HEADS)?).map(|number| {
        let skin = Skin::decode(&skins::busy_skin(number));
        Ok(skin.map_err(|error| anyhow::anyhow!("{error}"))?.head())
    });
    let heads: Vec<Head> = heads.collect::<Result<_>>()?;
    println!("\n| drawing, {times} times each | p50 | p99 | at most | PNG |");
    println!("|---|---|---|---|---|");
    let with_heads = names.iter().zip(&heads);
    let entries: Vec<_> = with_heads
        .clone()
        .map(|(name, head)| PictureEntry { name, head })
        .collect();
    let rows = with_heads.zip(1..=10).map(|((name, head), place)| TopRow {
        place: "10.",
        name,
        head: Some(head),
        amount: "1,234h 56m",
        share: 1.0 / f64::from(place),
    });
    let rows: Vec<_> = rows.collect();
    let days: Vec<_> = (0..14)
        .map(|day| StripDay {
            label: "Mon",
            amount: f64::from(day % 5),
        })
        .collect();
    let mut missed = vec![
        measure(plan, "status, 800 players", || {
            status_picture(&fonts, &entries, 740)
        }),
        measure(plan, "leaderboard", || top_picture(&fonts, &rows)),
        measure(plan, "player", || {
            player_strip(&fonts, Some(&heads[0]), &days, "12h 34m")
        }),
    ];
    for range in ["1d", "7d", "30d", "90d", "365d", "all"] {
        let chart = Chart::of(&community.api(&format!("chart?range={range}")).await)?;
        let label = format!("chart, {range}, {} steps", chart.steps.len());
        missed.push(measure(plan, &label, || {
            chart_png(&fonts, &chart.picture())
        }));
    }
    Ok(missed.into_iter().flatten().collect())
}

/// Draws a picture again and again.
fn measure(plan: &Plan, label: &str, draw: impl Fn() -> Vec<u8>) -> Option<String> {
    let (mut took, mut bytes) = (Latencies::default(), 0);
    for _ in 0..TIMES * plan.times {
        let began = Instant::now();
        bytes = std::hint::black_box(draw()).len();
        took.push(began.elapsed());
    }
    let p99 = took.quantile(990);
    println!(
        "| {label} | {:.1?} | {p99:.1?} | {:.1?} | {:.1} kB |",
        took.quantile(500),
        took.max(),
        bytes as f64 / 1_000.0
    );
    let is_small = unless(bytes < MOST_BYTES, &format!("{label} below 150 kB"));
    let figure = format!("{label} drawn within 40 ms");
    is_small.or(unless_in_time(plan, p99 < MOST, &figure))
}

/// What a chart of the guild shows.
struct Chart {
    steps: Vec<ChartStep>,
    record: Option<u32>,
    week: Option<ChartWeek>,
    words: ChartWords,
}

impl Chart {
    /// Reads what the API says of a chart.
    fn of(report: &Value) -> Result<Self> {
        let to = report["to_at"].as_i64().context("to_at")?;
        let points = report["steps"].as_array().context("steps")?;
        let begins: Vec<_> = points
            .iter()
            .filter_map(|point| point["from_at"].as_i64())
            .collect();
        let ends = begins.iter().skip(1).copied().chain([to]);
        let steps = points
            .iter()
            .zip(&begins)
            .zip(ends)
            .map(|((point, from), to)| ChartStep {
                from: *from,
                to,
                average: point["average_count"].as_f64(),
                peak: point["peak_count"]
                    .as_u64()
                    .and_then(|peak| u32::try_from(peak).ok())
                    .unwrap_or_default(),
            });
        let steps: Vec<_> = steps.collect();
        let hour = |day: usize, hour: usize| report["weekdays"][day][hour].as_f64();
        let week = std::array::from_fn(|day| std::array::from_fn(|one| hour(day, one)));
        let record = report["record_count"].as_u64();
        let labels = steps.iter().step_by(steps.len() / 8 + 1);
        let times = labels
            .map(|step| (step.from, "28 Nov".to_owned()))
            .collect();
        let word = str::to_owned;
        let words = ChartWords {
            average: word("average"),
            peak: word("peak"),
            record: word("record"),
            unknown: word("unknown"),
            week: word("Usually on"),
            best: word("the best time to come on"),
            days: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map(word),
            thousands: ',',
            ticks: Vec::new(),
            times,
        };
        Ok(Self {
            steps,
            record: record.and_then(|record| u32::try_from(record).ok()),
            week: report["weekdays"].is_array().then_some(week),
            words,
        })
    }

    fn picture(&self) -> ChartPicture<'_> {
        ChartPicture {
            steps: &self.steps,
            record: self.record,
            week: self.week.as_ref(),
            best: self.week.map(|_| (5, 19)),
            words: &self.words,
        }
    }
}
