//! Members come and go while the backend is killed and started again, and what its file holds is compared with what
//! they did.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use oxeye_tests::community::Community;
use oxeye_tests::discord::{Channel, ChannelKind};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::json;

use crate::community;
use crate::plan::Plan;
use crate::rows::{self, Faults};
use crate::truth::{Doing, Life, Truth, now};
use crate::unless;

/// Members who joined, and those of the guild.
const JOINED: u64 = 40;
const MEMBERS: u64 = 60;
/// How long something is done, and how long it is not, on average.
const AVERAGE: Duration = Duration::from_secs(20);
/// After how many kills the backend stays away for a while.
const AWAY_EVERY: usize = 25;
/// How often the file is looked at.
const LOOK_EVERY: usize = 50;

/// Everybody who takes part.
struct Trial {
    community: Community,
    lounge: Channel,
    truth: Truth,
    lives: Vec<Life>,
    /// When the backend that runs was started.
    started: f64,
    random: StdRng,
}

pub(crate) async fn print(plan: &Plan) -> Result<Vec<String>> {
    let mut trial = Trial::start(plan.seed).await;
    let members: BTreeMap<u64, u64> = (0..JOINED)
        .map(|number| (community::member(&trial.community, number).id(), number))
        .collect();
    let mut faults = Faults::default();
    for kill in 1..=plan.kills {
        trial.lives_until_kill(kill).await;
        if kill % LOOK_EVERY == 0 || kill == plan.kills {
            let folder = trial.community.oxeye.folder();
            faults = rows::compare(folder, &members, &trial.truth, &trial.lives)?;
            // A later run could mend it.
            if faults.wrong() > 0 {
                break;
            }
        }
        // Now and then nobody is there for so long that it may not count.
        let away = Duration::from_secs(if kill % AWAY_EVERY == 0 { 12 } else { 0 });
        trial.passes(away).await;
        trial.change_some(AVERAGE / 40);
        trial = trial.start_again().await;
    }
    println!("| kills | sessions | seconds | doubled | negative | untrue | lost |");
    println!("|---|---|---|---|---|---|---|");
    println!(
        "| {} | {} | {:.0} | {} | {} | {} | {} |",
        trial.lives.len(),
        faults.sessions,
        faults.counted,
        faults.doubled,
        faults.negative,
        faults.untrue,
        faults.lost
    );
    if let Some(example) = &faults.example {
        println!("\nan example: {example}");
    }
    let is_something = faults.counted > 0.0;
    Ok([
        unless(faults.wrong() == 0, "true sessions after each kill"),
        unless(is_something, "anything to compare: more kills are needed"),
    ]
    .into_iter()
    .flatten()
    .collect())
}

impl Trial {
    async fn start(seed: u64) -> Self {
        let community = community::of_members(MEMBERS).await;
        let community = community::may_keep_everything(community).await;
        community::keep_everything_of(&community, JOINED).await;
        let lounge = community.guild.channel(ChannelKind::Voice, "Lounge");
        Self {
            community,
            lounge,
            truth: Truth::default(),
            lives: Vec::new(),
            started: now(),
            random: StdRng::seed_from_u64(seed),
        }
    }

    /// Lets the backend run for a while, and kills it.
    async fn lives_until_kill(&mut self, kill: usize) {
        // Most kills come soon, so that they hit what happens at a start. In some lives the evidence of what goes on
        // is written once a minute, too.
        let millis = match kill {
            kill if kill.is_multiple_of(100) => 70_000..90_000,
            kill if kill.is_multiple_of(10) => 1_000..12_000,
            _ => 5..300,
        };
        let time = Duration::from_millis(self.random.random_range(millis));
        let connected = now();
        self.passes(time).await;
        let killed = now();
        self.community.oxeye.kill().await;
        self.lives.push(Life {
            started: self.started,
            connected,
            killed,
        });
    }

    /// Lets members come and go for a time.
    async fn passes(&mut self, time: Duration) {
        let step = Duration::from_millis(25);
        let mut left = time;
        while !left.is_zero() {
            let now = step.min(left);
            tokio::time::sleep(now).await;
            self.change_some(now);
            left -= now;
        }
    }

    /// Lets as many members begin or end something as do in such a time.
    fn change_some(&mut self, time: Duration) {
        let share = time.as_secs_f64() / AVERAGE.as_secs_f64();
        // Those who have not joined do as much, and nothing of it may be there.
        for member in 0..MEMBERS {
            for doing in [Doing::Voice, Doing::Game] {
                if self.random.random_bool(share) {
                    self.turn(member, doing);
                }
            }
        }
    }

    fn turn(&mut self, number: u64, doing: Doing) {
        let member = community::member(&self.community, number);
        let begins = self.truth.turn(number, doing);
        match (doing, begins) {
            (Doing::Voice, true) => member.enters(&self.lounge),
            (Doing::Voice, false) => member.leaves_voice(),
            (Doing::Game, true) => {
                let began = (now() * 1e3).round();
                let game = json!([{"type": 0, "name": "Factorio", "created_at": began}]);
                member.does(&game);
            }
            (Doing::Game, false) => member.does(&json!([])),
        }
    }

    async fn start_again(self) -> Self {
        let started = now();
        let community = community::start_again(self.community).await;
        Self {
            community,
            started,
            ..self
        }
    }
}
