//! The agent's trial: players come and go on a server that writes its log in real time, agent and
//! backend are killed again and again, and in the end the backend must know exactly what happened.
//!
//! | module    | what it holds                                                              |
//! |-----------|----------------------------------------------------------------------------|
//! | `server`  | the server: its players, its chat, its stops, crashes and rotated logs     |
//! | `script`  | what really happened, and how the backend's word is held against it        |
//! | `found`   | the backend's word                                                         |
//! | `parties` | the agent and the backend, killed and started again                        |
//! | `journal` | who did what and when, to be read when something went wrong                |
//!
//! Not even the second of a join or a leave may differ. Only the end of a stay that a crash of the
//! server cut off is an estimate.

mod found;
mod journal;
mod parties;
mod script;
mod server;

use std::time::Duration;

use anyhow::Result;
use rand::Rng as _;
use tokio::time::{Instant, sleep};

use self::journal::Journal;
use self::parties::{Parties, Trouble};
pub use self::script::Differences;
use self::server::{Server, Turn};

/// By then the backend must know what happened: an agent that found it away for long waits up to a
/// minute before it tries again.
const DELIVERED_WITHIN: Duration = Duration::from_secs(90);

/// How often it is looked whether the backend knows.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// What a trial is to do.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// So many times somebody is killed.
    pub cycles: usize,
    /// After so many the backend's word is held against the script.
    pub cycles_per_check: usize,
    /// Now and then somebody is away for so long that what is told afterwards is old news, or the
    /// server is down for so long that its dead port is noticed.
    pub takes_its_time: bool,
}

/// What a trial has seen.
#[derive(Debug, Default)]
pub struct Tally {
    /// So many times somebody was killed.
    pub cycles: usize,
    /// So many times a player came.
    pub joins: usize,
    /// So many times a player went.
    pub leaves: usize,
    /// Stays that a crash of the server cut off.
    pub cut_off: usize,
    /// So many times the agent was killed.
    pub agent_kills: usize,
    /// So many times the backend was killed.
    pub backend_kills: usize,
    /// So many times the server began a new log, restarts included.
    pub rotations: usize,
    /// So many times the server was started again.
    pub boots: usize,
    /// How the backend's word differs from the script.
    pub differences: Differences,
    /// What happened since both last agreed, if they do not agree.
    pub journal: Vec<String>,
}

/// Kills agent and backend again and again; ends early when the backend does not know what happened.
///
/// # Errors
/// When the log cannot be written or the backend does not answer.
///
/// # Panics
/// When the agent or the backend does not start again.
pub async fn run(plan: &Plan) -> Result<Tally> {
    let mut trial = Trial::begin(plan).await;
    let mut tally = Tally::default();
    while tally.cycles < plan.cycles && tally.differences.is_empty() {
        trial.cycle(plan).await?;
        tally.cycles += 1;
        if tally.cycles % plan.cycles_per_check == 0 || tally.cycles == plan.cycles {
            tally.differences = trial.differences_that_stay().await?;
        }
    }
    trial.count(&mut tally);
    Ok(tally)
}

struct Trial {
    server: Server,
    parties: Parties,
    journal: Journal,
}

impl Trial {
    async fn begin(plan: &Plan) -> Self {
        let server = Server::started(plan.takes_its_time);
        let parties = Parties::start(server.minecraft()).await;
        Self {
            server,
            parties,
            journal: Journal::default(),
        }
    }

    /// Somebody is killed and started again while the server goes on.
    async fn cycle(&mut self, plan: &Plan) -> Result<()> {
        let trouble = Trouble::random(plan.takes_its_time);
        let length = trouble.length() + random_up_to(Duration::from_millis(1_200));
        let turn = if trouble.is_long() {
            // What a crash means must be known even if it is told long afterwards.
            Some((Turn::Crash, random_up_to(length / 6)))
        } else {
            Turn::random().map(|turn| (turn, random_up_to(length)))
        };
        let live = self.server.live(length, turn, &self.journal);
        let (lived, ()) = tokio::join!(live, self.parties.suffer(&trouble, &self.journal));
        lived
    }

    /// How the backend's word differs from the script even after everything had time to arrive.
    async fn differences_that_stay(&mut self) -> Result<Differences> {
        let deadline = Instant::now() + DELIVERED_WITHIN;
        loop {
            let found = found::read(self.parties.oxeye(), parties::SERVER).await?;
            let differences = self.server.script.differences(&found);
            if differences.is_empty() {
                self.journal.forget();
                return Ok(differences);
            }
            if Instant::now() >= deadline {
                return Ok(differences);
            }
            sleep(LOOK_EVERY).await;
        }
    }

    fn count(&self, tally: &mut Tally) {
        let script = &self.server.script;
        (tally.joins, tally.leaves, tally.cut_off) = (script.joins, script.leaves, script.cut_off);
        (tally.agent_kills, tally.backend_kills) =
            (self.parties.agent_kills, self.parties.backend_kills);
        (tally.rotations, tally.boots) = (self.server.rotations, self.server.boots);
        if !tally.differences.is_empty() {
            tally.journal = self.journal.lines();
            tally.journal.push("the agent has logged:".to_owned());
            let log = self.parties.agent_log();
            tally.journal.extend(log.lines().map(str::to_owned));
        }
    }
}

/// A random part of this time.
fn random_up_to(longest: Duration) -> Duration {
    longest.mul_f64(rand::rng().random_range(0.0..=1.0))
}
