//! Members come and go while the backend is killed and started again, and what its file holds is compared with what
//! they did.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use oxeye_tests::discord::{Channel, ChannelKind};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::json;

use crate::community::Community;
use crate::plan::Plan;
use crate::rows::{self, Faults};
use crate::truth::{Doing, Span, Truth, now};
use crate::unless;

/// Members who joined, and those of the guild.
const JOINED: u64 = 40;
const MEMBERS: u64 = 60;
/// How long something is done, and how long it is not, on average.
const AVERAGE: Duration = Duration::from_secs(20);
/// How often the file is looked at.
const LOOK_EVERY: usize = 50;

/// Everybody who takes part.
struct Trial {
    community: Community,
    lounge: Channel,
    truth: Truth,
    /// When a backend ran.
    lives: Vec<Span>,
    random: StdRng,
}

pub(crate) async fn print(plan: &Plan) -> Result<Vec<String>> {
    let community = Community::start(MEMBERS).await;
    community.keeps_everything_of(JOINED).await?;
    let lounge = community.guild.channel(ChannelKind::Voice, "Lounge");
    let mut trial = Trial {
        community,
        lounge,
        truth: Truth::default(),
        lives: Vec::new(),
        random: StdRng::seed_from_u64(plan.seed),
    };
    let members: BTreeMap<u64, u64> = (0..JOINED)
        .map(|number| (trial.community.member(number).id(), number))
        .collect();
    let mut faults = Faults::default();
    for kill in 1..=plan.kills {
        // Most kills come soon, so that they hit what happens at a start. In some lives the evidence of what goes on
        // is written once a minute, too.
        let millis = match kill {
            kill if kill % 100 == 0 => 70_000..90_000,
            kill if kill % 10 == 0 => 1_000..12_000,
            _ => 5..300,
        };
        let up = Duration::from_millis(trial.random.random_range(millis));
        let from = now();
        trial.lives_for(up).await;
        let to = now();
        trial.community.oxeye.kill().await;
        trial.lives.push(Span { from, to });
        if kill % LOOK_EVERY == 0 || kill == plan.kills {
            let folder = trial.community.oxeye.folder();
            faults = rows::compare(folder, &members, &trial.truth, &trial.lives)?;
        }
        trial.change_some(AVERAGE / 40);
        trial = trial.start_again().await;
    }
    println!("| kills | sessions | seconds | doubled | negative | untrue | lost |");
    println!("|---|---|---|---|---|---|---|");
    println!(
        "| {} | {} | {:.0} | {} | {} | {} | {} |",
        plan.kills,
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
    let wrong = faults.doubled + faults.negative + faults.untrue + faults.lost;
    Ok(unless(wrong == 0, "true sessions after each kill")
        .into_iter()
        .collect())
}

impl Trial {
    /// Lets members come and go for a time.
    async fn lives_for(&mut self, time: Duration) {
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
        for member in 0..JOINED {
            for doing in [Doing::Voice, Doing::Game] {
                if self.random.random_bool(share) {
                    self.turn(member, doing);
                }
            }
        }
    }

    fn turn(&mut self, number: u64, doing: Doing) {
        let member = self.community.member(number);
        let begins = self.truth.turn(number, doing);
        match (doing, begins) {
            (Doing::Voice, true) => member.enters(&self.lounge),
            (Doing::Voice, false) => member.leaves_voice(),
            (Doing::Game, true) => member.does(&json!([{"type": 0, "name": "Factorio"}])),
            (Doing::Game, false) => member.does(&json!([])),
        }
    }

    async fn start_again(self) -> Self {
        let Community {
            discord,
            guild,
            oxeye,
        } = self.community;
        let oxeye = oxeye.start_again().await;
        discord.bot_is_up().await;
        Self {
            community: Community {
                discord,
                guild,
                oxeye,
            },
            ..self
        }
    }
}
