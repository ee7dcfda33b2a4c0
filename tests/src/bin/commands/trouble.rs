//! Commands and buttons in parallel, again and again, while charts are drawn, the gateway is lost in the middle, and
//! requests to Discord fail: whether an answer is lost that Discord would have taken, or doubled.

use std::time::Duration;

use anyhow::Result;
use oxeye_tests::discord::{PendingAnswer, Settled};
use oxeye_tests::load::Latencies;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::asked::{Asked, Scene, in_parallel};
use crate::charts::Charts;
use crate::community::Community;
use crate::plan::Plan;
use crate::run::Run;
use crate::unless;

/// How long answers are waited for.
const LIMIT: Duration = Duration::from_secs(90);
/// The bot has tried as long as Discord waits, which is 3 s, if its last attempt was this late.
const TRIED_TO_THE_END: Duration = Duration::from_millis(2_700);
/// The number of the first run: nobody in it has asked anything before.
const FIRST_RUN: usize = 1_000_000;

/// What became of the commands and buttons.
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

/// Somebody who plays one scene after another, a step in each round.
struct Member<'a> {
    scene: Scene,
    step: usize,
    run: Run<'a>,
}

/// The members, and where they get their scenes from.
struct Crowd<'a> {
    community: &'a Community,
    players: usize,
    scenes: Vec<Scene>,
    random: StdRng,
    runs: usize,
    members: Vec<Member<'a>>,
}

pub(crate) async fn print(community: &Community, plan: &Plan) -> Result<Vec<String>> {
    let discord = &community.discord;
    let mut crowd = Crowd::of(community, plan);
    let mut outcome = Outcome::default();
    let begun = discord.sessions();
    let charts = Charts::start(community);
    discord.fails_at_random(plan.faults, plan.seed);
    discord.answers_fail_at_random(plan.faults, plan.seed);
    for round in 0..plan.rounds {
        let half = plan.parallel / 2;
        let mut sent = crowd.sends(0..half).await?;
        match round % 3 {
            0 => discord.asks_to_reconnect(),
            1 => discord.closes_the_gateway(4_000),
            _ => discord.invalidates_the_session(true),
        }
        sent.extend(crowd.sends(half..plan.parallel).await?);
        outcome.asked += sent.len();
        for (number, sent) in sent.iter().enumerate() {
            let asked = crowd.members[number].asked();
            let settled = sent.settles(LIMIT, asked.words, asked.has_picture).await;
            let says = match settled.whole_answer {
                Some(_) => String::new(),
                None => crowd.members[number].run.explains(&settled).await,
            };
            let is_answered = outcome.takes(asked, &settled, &says);
            crowd.goes_on(number, &settled, is_answered);
        }
    }
    discord.recovers();
    charts.stop().await?;
    let rules = discord.broken_rules();
    let now = discord.sessions();
    let resumed = now.resumed - begun.resumed;
    let begun = now.begun - begun.begun;
    outcome.print(plan, resumed, begun);
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
        unless(
            resumed + begun >= plan.rounds,
            "the gateway lost in each round",
        ),
    ]
    .into_iter()
    .flatten()
    .collect())
}

impl<'a> Crowd<'a> {
    fn of(community: &'a Community, plan: &Plan) -> Self {
        let mut crowd = Self {
            community,
            players: plan.players,
            scenes: in_parallel(),
            random: StdRng::seed_from_u64(plan.seed),
            runs: FIRST_RUN,
            members: Vec::new(),
        };
        for _ in 0..plan.parallel {
            let member = crowd.begins();
            crowd.members.push(member);
        }
        crowd
    }

    /// Returns somebody else at the beginning of a scene.
    fn begins(&mut self) -> Member<'a> {
        let scene = self.scenes[self.random.random_range(0..self.scenes.len())];
        self.runs += 1;
        let run = Run::new(self.community, self.players, &mut self.random, self.runs);
        Member {
            scene,
            step: 0,
            run,
        }
    }

    /// Has these members do their next steps.
    async fn sends(&self, members: std::ops::Range<usize>) -> Result<Vec<PendingAnswer>> {
        let mut sent = Vec::new();
        for member in &self.members[members] {
            sent.push(member.run.sends(member.asked()).await?);
        }
        Ok(sent)
    }

    /// Has a member go on with the scene. Where it ends, or where an answer is missing, another one begins.
    fn goes_on(&mut self, number: usize, settled: &Settled, is_answered: bool) {
        let member = &mut self.members[number];
        member.step += 1;
        member.run.saw(settled);
        if !is_answered || member.step == member.scene.len() {
            self.members[number] = self.begins();
        }
    }
}

impl Member<'_> {
    fn asked(&self) -> &'static Asked {
        &self.scene[self.step]
    }
}

impl Outcome {
    /// Returns whether it was answered; if not, `says` what came instead.
    fn takes(&mut self, asked: &Asked, settled: &Settled, says: &str) -> bool {
        self.repeated += usize::from(settled.attempts > 1);
        self.doubled += usize::from(settled.followups > 0);
        if let (Some(first), Some(whole)) = (settled.first_answer, settled.whole_answer) {
            self.acknowledged.push(first);
            self.answered.push(whole);
            return true;
        }
        let tried = settled.last_attempt.unwrap_or_default();
        if settled.first_answer.is_none() && settled.attempts > 3 && tried > TRIED_TO_THE_END {
            self.never_taken += 1;
            return false;
        }
        self.lost.push(format!(
            "{}: {} attempts, the last after {tried:.1?}, acknowledged after {:?}, says {says}",
            asked.label(),
            settled.attempts,
            settled.first_answer
        ));
        false
    }

    fn print(&mut self, plan: &Plan, resumed: usize, begun: usize) {
        let Plan {
            rounds,
            parallel,
            faults,
            ..
        } = plan;
        println!(
            "\n| {rounds} rounds of {parallel} commands and buttons in parallel, {:.0} % of the requests fail | |",
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
