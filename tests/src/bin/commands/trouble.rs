//! Commands in parallel, again and again, while charts are drawn, the gateway is lost in the middle, and requests to
//! Discord fail: whether an answer is lost that Discord would have taken, or doubled.

use std::time::Duration;

use anyhow::Result;
use oxeye_tests::discord::Settled;
use oxeye_tests::load::Latencies;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::asked::{ALL, Asked};
use crate::charts::Charts;
use crate::community::Community;
use crate::plan::Plan;
use crate::unless;

/// How long answers are waited for.
const LIMIT: Duration = Duration::from_secs(90);
/// The bot has tried as long as Discord waits if its last attempt was this late.
const TRIED_TO_THE_END: Duration = Duration::from_millis(2_300);

/// What became of the commands.
#[derive(Default)]
struct Outcome {
    asked: usize,
    acknowledged: Latencies,
    answered: Latencies,
    repeated: usize,
    /// All attempts to the very end failed.
    never_taken: usize,
    doubled: usize,
    lost: Vec<String>,
}

pub(crate) async fn print(community: &Community, plan: &Plan) -> Result<Vec<String>> {
    let discord = &community.discord;
    let mut random = StdRng::seed_from_u64(plan.seed);
    let mut outcome = Outcome::default();
    let begun = discord.sessions();
    let charts = Charts::start(community);
    discord.fails_at_random(plan.faults, plan.seed);
    discord.answers_fail_at_random(plan.faults, plan.seed);
    for round in 0..plan.rounds {
        let first = outcome.asked;
        let half = plan.parallel / 2;
        let mut sent = sends(community, plan, &mut random, first..first + half);
        match round % 3 {
            0 => discord.asks_to_reconnect(),
            1 => discord.closes_the_gateway(4_000),
            _ => discord.invalidates_the_session(true),
        }
        sent.extend(sends(
            community,
            plan,
            &mut random,
            first + half..first + plan.parallel,
        ));
        outcome.asked += sent.len();
        for (asked, sent) in sent {
            let settled = sent.settles(LIMIT, asked.words, asked.has_picture).await;
            outcome.takes(asked, &settled);
        }
    }
    discord.recovers();
    charts.stop().await?;
    let rules = discord.broken_rules();
    outcome.print(
        plan,
        discord.sessions().resumed - begun.resumed,
        discord.sessions().begun - begun.begun,
    );
    for rule in &rules {
        println!("\nA rule of Discord was broken: {rule}");
    }
    for lost in &outcome.lost {
        println!("\nLost: {lost}");
    }
    Ok([
        unless(outcome.lost.is_empty(), "no answer lost"),
        unless(outcome.doubled == 0, "no answer doubled"),
        unless(rules.is_empty(), "all rules of Discord kept in trouble"),
    ]
    .into_iter()
    .flatten()
    .collect())
}

/// Sends commands that change nothing, one for each number.
fn sends(
    community: &Community,
    plan: &Plan,
    random: &mut StdRng,
    numbers: std::ops::Range<usize>,
) -> Vec<(&'static Asked, oxeye_tests::discord::PendingAnswer)> {
    let harmless: Vec<_> = ALL.iter().filter(|asked| asked.only_reads).collect();
    let one = |number: usize| {
        let asked = harmless[random.random_range(0..harmless.len())];
        (asked, asked.sends(community, plan.players, random, number))
    };
    numbers.map(one).collect()
}

impl Outcome {
    fn takes(&mut self, asked: &Asked, settled: &Settled) {
        self.repeated += usize::from(settled.attempts > 1);
        self.doubled += usize::from(settled.followups > 0);
        if let (Some(first), Some(whole)) = (settled.first_answer, settled.whole_answer) {
            self.acknowledged.push(first);
            self.answered.push(whole);
            return;
        }
        let tried = settled.last_attempt.unwrap_or_default();
        if settled.first_answer.is_none() && settled.attempts > 3 && tried > TRIED_TO_THE_END {
            self.never_taken += 1;
            return;
        }
        let text = settled
            .answer
            .as_ref()
            .map(oxeye_tests::discord::Answer::text);
        self.lost.push(format!(
            "{}: {} attempts, the last after {tried:.1?}, acknowledged after {:?}, says {text:?}",
            asked.label(),
            settled.attempts,
            settled.first_answer
        ));
    }

    fn print(&mut self, plan: &Plan, resumed: usize, begun: usize) {
        let Plan {
            rounds,
            parallel,
            faults,
            ..
        } = plan;
        println!(
            "\n| {rounds} rounds of {parallel} commands in parallel, {:.0} % of the requests fail | |",
            faults * 100.0
        );
        println!("|---|---|");
        println!("| gateway sessions resumed, begun again | {resumed}, {begun} |");
        println!(
            "| acknowledged: p50, p99, at most | {:.1?}, {:.1?}, {:.1?} |",
            self.acknowledged.quantile(500),
            self.acknowledged.quantile(990),
            self.acknowledged.max()
        );
        println!(
            "| answered: p50, p99, at most | {:.1?}, {:.1?}, {:.1?} |",
            self.answered.quantile(500),
            self.answered.quantile(990),
            self.answered.max()
        );
        println!(
            "| asked, answered | {}, {} |",
            self.asked,
            self.answered.count()
        );
        println!("| whose first answer was sent again | {} |", self.repeated);
        println!(
            "| of which Discord took no attempt in its 3 s | {} |",
            self.never_taken
        );
        println!("| lost, doubled | {}, {} |", self.lost.len(), self.doubled);
    }
}
