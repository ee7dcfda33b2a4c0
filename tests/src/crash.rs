//! The crash trial: plugins hammer a backend, it is killed in the middle of that and started again,
//! and then its file must hold what was answered, nothing less and nothing twice.
//!
//! | module     | what it holds                                                          |
//! |------------|------------------------------------------------------------------------|
//! | `plugins`  | who hammers: single requests, and batches out of a spool               |
//! | `script`   | what was told of one player, and what was answered                     |
//! | `found`    | what the file says of a player                                         |
//! | `sessions` | a file with very many sessions, to see how long it takes to open it    |
//!
//! A file must agree with the scripts after every crash. What was told and not answered may be in
//! it or not, but a batch is in it as a whole or not at all.

mod found;
mod plugins;
mod script;
mod sessions;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rand::Rng as _;
use tokio::task::JoinSet;

use crate::backend::{Oxeye, Setup};
use crate::raw::Request;
use crate::watched::{PATIENCE, Watched};
use found::Found;
use plugins::Plugin;
pub use sessions::time_to_reopen;

/// Then a new store begins: what is checked is the whole file, every time.
const CYCLES_PER_STORE: usize = 40;

/// What a trial is to do.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// So many times the backend is killed.
    pub cycles: usize,
    /// At most so many answers after it was started.
    pub answers: u64,
}

/// What a trial has seen.
#[derive(Debug, Default)]
pub struct Tally {
    /// So many times the backend was killed.
    pub cycles: usize,
    /// Joins and leaves that were answered.
    pub acknowledged: u64,
    /// Those that the file did not hold afterwards.
    pub lost: u64,
    /// Those that it held more than once, and those that nobody told.
    pub doubled: u64,
    /// Told when the backend was killed: they may be in the file or not.
    pub in_flight: u64,
    /// The longest time from the start of the process to the first 200 of `/readyz`.
    pub slowest_reopen: Duration,
}

/// Kills a backend again and again, and looks into its file each time.
///
/// # Errors
/// When a plugin is refused, or the file cannot be read.
///
/// # Panics
/// When the backend does not start again.
pub async fn run(plan: &Plan) -> Result<Tally> {
    let mut tally = Tally::default();
    while tally.cycles < plan.cycles {
        let mut trial = Trial::begin().await?;
        for _ in 0..CYCLES_PER_STORE.min(plan.cycles - tally.cycles) {
            trial = trial.cycle(plan.answers, &mut tally).await?;
            tally.cycles += 1;
        }
        trial.end(&mut tally).await?;
    }
    Ok(tally)
}

/// One store, and those who hammer it.
struct Trial {
    oxeye: Oxeye,
    plugins: Vec<Plugin>,
}

impl Trial {
    async fn begin() -> Result<Self> {
        let oxeye = unlimited().start().await;
        let plugins = plugins::link_all(&oxeye).await?;
        Ok(Self { oxeye, plugins })
    }

    async fn cycle(mut self, answers: u64, tally: &mut Tally) -> Result<Self> {
        let (before, after) = random_moment(answers);
        let answered = Arc::new(Watched::new(0));
        let mut hammering = JoinSet::new();
        for plugin in self.plugins.drain(..) {
            hammering.spawn(plugin.hammer(self.oxeye.address(), Arc::clone(&answered)));
        }
        answered
            .within(PATIENCE, |count| (*count >= before).then_some(()))
            .await;
        tokio::time::sleep(after).await;
        self.oxeye.kill().await;
        while let Some(plugin) = hammering.join_next().await {
            self.plugins.push(plugin??);
        }
        let count = answered.look(|count| *count);
        ensure!(count >= before, "only {count} of {before} answers came");

        tally.acknowledged += count;
        let (oxeye, took) = reopen(self.oxeye).await;
        tally.slowest_reopen = tally.slowest_reopen.max(took);
        self.oxeye = oxeye;
        self.check(tally).await?;
        Ok(self)
    }

    /// Everything that still waits is delivered, and then the file holds exactly that.
    async fn end(mut self, tally: &mut Tally) -> Result<()> {
        for plugin in &mut self.plugins {
            tally.acknowledged += plugin.finish(self.oxeye.address()).await?;
        }
        self.check(tally).await?;
        ensure!(
            self.oxeye.terminate().await == Some(0),
            "{}",
            self.oxeye.log()
        );
        Ok(())
    }

    async fn check(&mut self, tally: &mut Tally) -> Result<()> {
        let found = Found::read(&self.oxeye.folder().join("oxeye.db"))?;
        let told: usize = self.plugins.iter().map(Plugin::players).sum();
        let strangers = found.players().saturating_sub(told);
        tally.doubled += strangers as u64 + found.loose_ends;
        for plugin in &mut self.plugins {
            plugin.check(&found, now()?, tally);
            let mut shown = self.oxeye.online(plugin.server()).await;
            shown.retain(|player| plugin.plays(player));
            shown.sort();
            let online = plugin.online_in(&found);
            ensure!(
                shown == online,
                "{shown:?} are shown online, not {online:?}"
            );
        }
        Ok(())
    }
}

/// Starts a backend that was killed; answers how long it took to the first 200 of `/readyz`.
async fn reopen(oxeye: Oxeye) -> (Oxeye, Duration) {
    let begin = Instant::now();
    let oxeye = oxeye.start_again().await;
    while oxeye.ask(&Request::get("/readyz")).await.status != 200 {
        assert!(begin.elapsed() < PATIENCE, "never ready:\n{}", oxeye.log());
    }
    (oxeye, begin.elapsed())
}

/// After how many answers, and how long after the last of them.
fn random_moment(answers: u64) -> (u64, Duration) {
    let mut random = rand::rng();
    let after = Duration::from_micros(random.random_range(0..5_000));
    (random.random_range(1..=answers), after)
}

/// A backend whose rate limits are out of the way.
fn unlimited() -> Setup {
    Setup::new()
        .set("RATE_LIMIT_EVENTS_PER_SEC", "1000000")
        .set("RATE_LIMIT_EVENTS_BURST", "1000000")
        .set("RATE_LIMIT_BATCH_EVENTS_PER_SEC", "1000000")
        .set("MAX_NEW_PLAYERS_PER_HOUR", "1000000")
        .set("RATE_LIMIT_CONNECT_PER_MIN", "1000")
        .set("RUST_LOG", "warn,oxeye_backend=info")
}

/// The present second.
///
/// # Errors
/// When the clock stands before 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the plugins of a trial live by the clock of the backend"
)]
pub fn now() -> Result<i64> {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = since_1970
        .context("the clock stands before 1970")?
        .as_secs();
    Ok(seconds.try_into()?)
}
