//! How soon suggestions appear while a member types and charts are drawn.

use std::time::Duration;

use anyhow::Result;
use oxeye_tests::load::Latencies;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::charts::Charts;
use crate::community::{Community, NOTICES};
use crate::past::{name, old_name, taken};
use crate::plan::Plan;
use crate::{unless, unless_in_time};

/// Required at p99.
const MOST: Duration = Duration::from_millis(50);
/// Required of every one, so that a letter that takes a hundred times as long is found.
const MOST_EVER: Duration = Duration::from_millis(250);

/// Something that a member types into the option `name` of a command.
struct Kind {
    command: &'static str,
    what: &'static str,
    /// What is typed, given the number of players.
    typed: fn(&mut StdRng, usize) -> String,
    /// What one of the suggestions says; `None` where there are none.
    offered: Option<&'static str>,
}

const KINDS: [Kind; 8] = [
    Kind {
        command: "oxeye player",
        what: "the beginning of a name",
        typed: beginning,
        offered: Some("Player_"),
    },
    Kind {
        command: "oxeye player",
        what: "the middle of a name",
        typed: middle,
        offered: Some("Player_"),
    },
    Kind {
        command: "oxeye player",
        what: "a former name",
        typed: former,
        offered: Some("Once_"),
    },
    Kind {
        command: "oxeye player",
        what: "a name that somebody else had before",
        typed: |random, players| name(taken(random.random_range(0..players))),
        offered: Some("(until "),
    },
    Kind {
        command: "oxeye player",
        what: "nothing yet",
        typed: |_, _| String::new(),
        offered: Some("Player_"),
    },
    Kind {
        command: "oxeye player",
        what: "what nobody is called",
        typed: |random, _| format!("zz{}", random.random_range(0..1_000_000)),
        offered: None,
    },
    Kind {
        command: "oxeye notify add",
        what: "a whole name",
        typed: |random, players| name(random.random_range(0..players)),
        offered: Some("Player_"),
    },
    Kind {
        command: "oxeye notify remove",
        what: "the beginning of a name",
        typed: |random, _| beginning(random, NOTICES),
        offered: Some("Player_"),
    },
];

pub(crate) async fn print(community: &Community, plan: &Plan) -> Result<Vec<String>> {
    let mut random = StdRng::seed_from_u64(plan.seed);
    let charts = Charts::start(community);
    println!(
        "\n| suggestions, {} times each, charts being drawn | p50 | p99 | at most |",
        plan.typed
    );
    println!("|---|---|---|---|");
    let mut missed = Vec::new();
    for kind in KINDS {
        missed.extend(kind.measure(community, plan, &mut random).await);
    }
    println!("\n| charts drawn meanwhile | {} |", charts.stop().await?);
    Ok(missed)
}

impl Kind {
    async fn measure(
        &self,
        community: &Community,
        plan: &Plan,
        random: &mut StdRng,
    ) -> Vec<String> {
        let Self { command, what, .. } = self;
        let (mut took, mut unhelpful) = (Latencies::default(), Vec::new());
        for _ in 0..plan.typed {
            let typed = (self.typed)(random, plan.players);
            let member = community.notified();
            let asked = member.sends_typing(command, "name", &typed);
            let (choices, one) = asked.choices().await;
            took.push(one);
            let is_helpful = match self.offered {
                Some(words) => choices.iter().any(|(label, _)| label.contains(words)),
                None => choices.is_empty(),
            };
            if !is_helpful {
                unhelpful.push(typed);
            }
        }
        let (p50, p99, most) = (took.quantile(500), took.quantile(990), took.max());
        println!("| `/{command}`, {what} | {p50:.1?} | {p99:.1?} | {most:.1?} |");
        let of = format!("/{command}, {what}");
        let offered = format!(
            "{of}: right suggestions, not so for {:?}",
            unhelpful.first()
        );
        [
            unless(unhelpful.is_empty(), &offered),
            unless_in_time(plan, p99 < MOST, &format!("{of}: within 50 ms at p99")),
            unless_in_time(plan, most < MOST_EVER, &format!("{of}: within 250 ms")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
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
