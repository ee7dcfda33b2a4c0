//! The agent's trial. Players come and go on a server that writes its log in real time, agent and
//! backend are killed repeatedly, and in the end the backend must know exactly what happened.
//!
//! | module    | what it holds                                                              |
//! |-----------|----------------------------------------------------------------------------|
//! | `server`  | the server: its players, its chat, its stops, crashes and rotated logs     |
//! | `script`  | what really happened, and its comparison with the backend's answers        |
//! | `found`   | the backend's answers                                                      |
//! | `parties` | the agent and the backend, killed and started again                        |
//! | `journal` | a record of who did what and when, for diagnosing a failure                |
//!
//! Every join and leave must be right to the second. Only the end of a stay that was cut off by a
//! crash of the server is an estimate.

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
use self::parties::{Kills, Parties};
pub use self::script::Differences;
use self::server::{Incident, Server};

/// How long the backend may take to learn what happened. An agent that could not reach it for a
/// long time waits up to a minute before it tries again.
const DELIVERED_WITHIN: Duration = Duration::from_secs(90);

/// How often we ask whether the backend is up to date.
const CHECK_EVERY: Duration = Duration::from_millis(200);

/// The settings of a trial.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many times the agent, the backend or both are killed.
    pub cycles: usize,
    /// The number of cycles after which the backend's answers are compared with the script.
    pub cycles_per_check: usize,
    /// Whether there are long outages too: sometimes a party is down for so long that its late
    /// reports count as old, or the server is down for so long that the agent notices its dead
    /// port.
    pub long_outages: bool,
}

/// The results of a trial.
#[derive(Debug, Default)]
pub struct Tally {
    /// Number of times the agent, the backend or both were killed.
    pub cycles: usize,
    /// Number of joins.
    pub joins: usize,
    /// Number of leaves.
    pub leaves: usize,
    /// Number of stays that a crash of the server cut off.
    pub cut_off: usize,
    /// Number of times the agent was killed.
    pub agent_kills: usize,
    /// Number of times the backend was killed.
    pub backend_kills: usize,
    /// Number of times the server began a new log, restarts included.
    pub rotations: usize,
    /// Number of times the server was started again.
    pub boots: usize,
    /// The differences between the backend's answers and the script.
    pub differences: Differences,
    /// What happened since the two last agreed; empty if they agree now.
    pub journal: Vec<String>,
}

/// Kills agent and backend repeatedly; ends early when the backend's answers are wrong.
///
/// # Errors
/// If the log cannot be written or the backend does not answer.
///
/// # Panics
/// If the agent or the backend does not start again.
pub async fn run(plan: &Plan) -> Result<Tally> {
    let mut trial = Trial::begin(plan).await;
    let mut tally = Tally::default();
    while tally.cycles < plan.cycles && tally.differences.is_empty() {
        trial.cycle(plan).await?;
        tally.cycles += 1;
        if tally.cycles % plan.cycles_per_check == 0 || tally.cycles == plan.cycles {
            tally.differences = trial.lasting_differences().await?;
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
        let server = Server::started(plan.long_outages);
        let parties = Parties::start(server.minecraft()).await;
        Self {
            server,
            parties,
            journal: Journal::default(),
        }
    }

    /// Kills the agent, the backend or both, and starts them again while the server keeps running.
    async fn cycle(&mut self, plan: &Plan) -> Result<()> {
        let kills = Kills::random(plan.long_outages);
        let length = kills.length() + random_up_to(Duration::from_millis(1_200));
        let incident = if kills.is_long() {
            // The meaning of a crash must be clear even if it is reported long afterwards.
            Some((Incident::Crash, random_up_to(length / 6)))
        } else {
            Incident::random().map(|incident| (incident, random_up_to(length)))
        };
        let running = self.server.run_for(length, incident, &self.journal);
        let (ran, ()) = tokio::join!(running, self.parties.carry_out(&kills, &self.journal));
        ran
    }

    /// Returns the differences that remain after everything had time to arrive.
    async fn lasting_differences(&mut self) -> Result<Differences> {
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
            sleep(CHECK_EVERY).await;
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

/// Returns a random part of this duration.
fn random_up_to(longest: Duration) -> Duration {
    longest.mul_f64(rand::rng().random_range(0.0..=1.0))
}
