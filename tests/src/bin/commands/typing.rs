//! How soon suggestions appear while a member types and charts are drawn.

use std::time::Duration;

use anyhow::Result;
use oxeye_tests::load::Latencies;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::charts::Charts;
use crate::community::Community;
use crate::past::{name, old_name};
use crate::plan::Plan;
use crate::unless;

/// Required at p99.
const MOST: Duration = Duration::from_millis(50);

/// What a member types, given the number of players.
type Typed = fn(&mut StdRng, usize) -> String;

pub(crate) async fn print(community: &Community, plan: &Plan) -> Result<Vec<String>> {
    let mut random = StdRng::seed_from_u64(plan.seed);
    let charts = Charts::start(community);
    println!(
        "\n| suggestions, {} times each, charts being drawn | p50 | p99 | at most |",
        plan.typed
    );
    println!("|---|---|---|---|");
    let mut missed = Vec::new();
    let kinds: [(&str, &str, Typed); 6] = [
        ("oxeye player", "the beginning of a name", beginning),
        ("oxeye player", "the middle of a name", middle),
        ("oxeye player", "a former name", former),
        ("oxeye player", "nothing yet", |_, _| String::new()),
        ("oxeye player", "what nobody is called", |random, _| {
            format!("zz{}", random.random_range(0..1_000_000))
        }),
        ("oxeye notify add", "a whole name", |random, players| {
            name(random.random_range(0..players))
        }),
    ];
    for (command, what, typed) in kinds {
        let mut took = Latencies::default();
        for number in 0..plan.typed {
            let typed = typed(&mut random, plan.players);
            let asked = community
                .stranger(number)
                .sends_typing(command, "name", &typed);
            let (_, one) = asked.choices().await;
            took.push(one);
        }
        println!(
            "| `/{command}`, {what} | {:.1?} | {:.1?} | {:.1?} |",
            took.quantile(500),
            took.quantile(990),
            took.max()
        );
        missed.extend(unless(
            took.quantile(990) < MOST,
            &format!("{what} suggested within 50 ms"),
        ));
    }
    println!("\n| charts drawn meanwhile | {} |", charts.stop().await?);
    Ok(missed)
}

/// As a member types it, letter by letter.
fn beginning(random: &mut StdRng, players: usize) -> String {
    let name = name(random.random_range(0..players)).to_lowercase();
    name[..random.random_range(1..=name.len())].to_owned()
}

fn middle(random: &mut StdRng, players: usize) -> String {
    let name = name(random.random_range(0..players));
    name[name.len() - random.random_range(2..=5)..].to_owned()
}

fn former(random: &mut StdRng, players: usize) -> String {
    old_name(random.random_range(0..players / 20) * 20).unwrap_or_default()
}
