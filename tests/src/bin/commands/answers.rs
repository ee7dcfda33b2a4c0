//! Each command again and again while charts are drawn: until it is acknowledged, until it is answered, and the size of
//! its picture.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use oxeye_tests::load::Latencies;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::asked::{ALL, Asked};
use crate::charts::Charts;
use crate::community::Community;
use crate::plan::Plan;
use crate::unless;

/// Required.
const MOST_UNTIL_ACKNOWLEDGED: Duration = Duration::from_secs(1);
const MOST_BYTES: usize = 150_000;
/// How long an answer is waited for.
const LIMIT: Duration = Duration::from_secs(60);

/// What was measured of one command.
#[derive(Default)]
struct Measured {
    acknowledged: Latencies,
    answered: Latencies,
    /// What came instead of an answer.
    missing: Option<String>,
}

pub(crate) async fn print(community: &Community, plan: &Plan) -> Result<Vec<String>> {
    let mut random = StdRng::seed_from_u64(plan.seed);
    let (mut sizes, mut number) = (BTreeMap::new(), 0);
    let charts = Charts::start(community);
    println!(
        "\n| {} times each, charts being drawn | acknowledged: p50 | p99 | at most | answered: p50 | p99 | at most |",
        plan.times
    );
    println!("|---|---|---|---|---|---|---|");
    let mut missed = Vec::new();
    for asked in ALL {
        let mut measured = Measured::default();
        for _ in 0..plan.times {
            number += 1;
            let sent = asked.sends(community, plan.players, &mut random, number);
            let settled = sent.settles(LIMIT, asked.words, asked.has_picture).await;
            match (settled.first_answer, settled.whole_answer) {
                (Some(first), Some(whole)) => {
                    measured.acknowledged.push(first);
                    measured.answered.push(whole);
                }
                _ => {
                    let answer = settled.answer.as_ref();
                    let text = answer.map(oxeye_tests::discord::Answer::text);
                    measured.missing = Some(format!("{text:?}"));
                    // Each of the others would be waited for just as long.
                    break;
                }
            }
            let files = settled.answer.iter().flat_map(|answer| &answer.files);
            for file in files.filter(|file| file.name.ends_with(".png")) {
                let most: &mut usize = sizes.entry(file.name.clone()).or_default();
                *most = file.bytes.len().max(*most);
            }
        }
        missed.extend(measured.print(asked));
    }
    println!("\n| charts drawn meanwhile | {} |", charts.stop().await?);
    println!("\n| picture | largest |");
    println!("|---|---|");
    for (name, bytes) in sizes {
        println!("| {name} | {:.1} kB |", bytes as f64 / 1_000.0);
        missed.extend(unless(bytes < MOST_BYTES, &format!("{name} below 150 kB")));
    }
    for rule in community.discord.broken_rules() {
        println!("\nA rule of Discord was broken: {rule}");
        missed.push("all rules of Discord kept".to_owned());
    }
    Ok(missed)
}

impl Measured {
    fn print(mut self, asked: &Asked) -> Option<String> {
        let label = asked.label();
        let mut row = format!("| `{label}` ");
        for took in [&mut self.acknowledged, &mut self.answered] {
            row += &format!(
                "| {:.1?} | {:.1?} | {:.1?} ",
                took.quantile(500),
                took.quantile(990),
                took.max()
            );
        }
        println!("{row}|");
        if let Some(answer) = &self.missing {
            println!("| not answered as it should be: {answer} |");
        }
        let is_reached =
            self.missing.is_none() && self.acknowledged.max() < MOST_UNTIL_ACKNOWLEDGED;
        unless(
            is_reached,
            &format!("{label} acknowledged within 1 s and answered"),
        )
    }
}
