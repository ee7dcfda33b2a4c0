//! Each scene again and again while charts are drawn: until each step is acknowledged, until it is answered, and the size
//! of its picture.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use oxeye_tests::discord::Settled;
use oxeye_tests::load::Latencies;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::asked::{Asked, Scene};
use crate::charts::Charts;
use crate::community::Community;
use crate::plan::Plan;
use crate::pressed::Components;
use crate::run::Run;
use crate::scenes::ALL;
use crate::{unless, unless_in_time};

/// Required.
const MOST_UNTIL_ACKNOWLEDGED: Duration = Duration::from_secs(1);
const MOST_BYTES: usize = 150_000;
/// How long an answer is waited for.
const LIMIT: Duration = Duration::from_secs(60);

/// What was measured of one step.
#[derive(Default)]
struct Measured {
    acknowledged: Latencies,
    answered: Latencies,
    /// What came instead of an answer.
    missing: Option<String>,
}

/// What was found out about all of them.
#[derive(Default)]
struct Found {
    /// The largest file of each name.
    sizes: BTreeMap<String, usize>,
    components: Components,
}

pub(crate) async fn print(community: &Community, plan: &Plan) -> Result<Vec<String>> {
    let mut random = StdRng::seed_from_u64(plan.seed);
    let (mut found, mut number) = (Found::default(), 0);
    let charts = Charts::start(community);
    println!(
        "\n| {} times each, charts being drawn | acknowledged: p50 | p99 | at most | answered: p50 | p99 | at most |",
        plan.times
    );
    println!("|---|---|---|---|---|---|---|");
    let mut missed = Vec::new();
    for scene in ALL {
        let mut measured: Vec<_> = scene.iter().map(|_| Measured::default()).collect();
        for _ in 0..plan.times.min(scene[0].most_times) {
            number += 1;
            let mut run = Run::new(community, plan.players, &mut random, number);
            if !plays(scene, &mut run, &mut measured, &mut found).await {
                // Each of the others would be waited for just as long.
                break;
            }
        }
        for (asked, measured) in scene.iter().zip(measured) {
            missed.extend(measured.print(asked, plan));
        }
    }
    println!("\n| charts drawn meanwhile | {} |", charts.stop().await?);
    println!("\n| picture | largest |");
    println!("|---|---|");
    for (name, bytes) in found.sizes {
        println!("| {name} | {:.1} kB |", bytes as f64 / 1_000.0);
        missed.extend(unless(bytes < MOST_BYTES, &format!("{name} below 150 kB")));
    }
    missed.extend(found.components.print());
    for rule in community.discord.broken_rules() {
        println!("\nA rule of Discord was broken: {rule}");
        missed.push("all rules of Discord kept".to_owned());
    }
    Ok(missed)
}

/// Plays a scene. Returns false if a step was not answered.
async fn plays(
    scene: Scene,
    run: &mut Run<'_>,
    measured: &mut [Measured],
    found: &mut Found,
) -> bool {
    for (asked, measured) in scene.iter().zip(measured) {
        let sent = match run.sends(asked).await {
            Ok(sent) => sent,
            Err(error) => {
                measured.missing = Some(format!("{error:#}"));
                return false;
            }
        };
        let settled = sent.settles(LIMIT, asked.words, asked.has_picture).await;
        found.adds(&settled);
        run.saw(&settled);
        if !measured.adds(&settled) {
            measured.missing = Some(run.explains(&settled).await);
            return false;
        }
    }
    true
}

impl Found {
    fn adds(&mut self, settled: &Settled) {
        let Some(answer) = &settled.answer else {
            return;
        };
        let pictures = answer.files.iter();
        for file in pictures.filter(|file| file.name.ends_with(".png")) {
            let most = self.sizes.entry(file.name.clone()).or_default();
            *most = file.bytes.len().max(*most);
        }
        self.components.are_on(answer);
    }
}

impl Measured {
    /// Returns whether it was answered.
    fn adds(&mut self, settled: &Settled) -> bool {
        if let (Some(first), Some(whole)) = (settled.first_answer, settled.whole_answer) {
            self.acknowledged.push(first);
            self.answered.push(whole);
            return true;
        }
        false
    }

    fn print(mut self, asked: &Asked, plan: &Plan) -> Option<String> {
        let label = asked.label();
        let mut row = format!("| {label} ");
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
        let is_answered = self.missing.is_none() && self.answered.count() > 0;
        let is_in_time = self.acknowledged.max() < MOST_UNTIL_ACKNOWLEDGED;
        unless(is_answered, &format!("{label} answered")).or(unless_in_time(
            plan,
            is_in_time,
            &format!("{label} acknowledged within 1 s"),
        ))
    }
}
