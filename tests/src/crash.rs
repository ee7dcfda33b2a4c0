//! The crash trial. Plugins hammer a backend, which is killed in the middle of that and started
//! again. Then its file must hold everything that was answered, exactly once.
//!
//! | module     | what it holds                                                          |
//! |------------|------------------------------------------------------------------------|
//! | `plugins`  | the plugins: single requests, and batches out of a spool               |
//! | `activity` | servers that report what players did, and the checks of that           |
//! | `script`   | what was reported of one player, and what was answered                 |
//! | `found`    | what the file holds about a player                                     |
//! | `sessions` | a file with very many sessions, to measure how long it takes to open   |
//!
//! The file must agree with the scripts after every crash. Reports without an answer may be in it
//! or not, but a batch is in it either as a whole or not at all.

mod activity;
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
use crate::watched::{WAIT_LIMIT, Watched};
pub use activity::ActivityTally;
use activity::{Counters, Doer};
use found::Found;
use plugins::Plugin;
pub use sessions::time_to_reopen;

/// Cycles until a new store begins. Every check reads the whole file, so it must not grow too
/// large.
const CYCLES_PER_STORE: usize = 40;

/// The settings of a trial.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many times the backend is killed.
    pub cycles: usize,
    /// The most answers between a start and the kill.
    pub answers: u64,
}

/// The results of a trial.
#[derive(Debug, Default)]
pub struct Tally {
    /// Number of times the backend was killed.
    pub cycles: usize,
    /// Number of joins and leaves that were answered.
    pub acknowledged: u64,
    /// Number of answered events that the file did not hold afterwards.
    pub lost: u64,
    /// Number of events that it held more than once, or that nobody had reported.
    pub doubled: u64,
    /// Number of events in flight when the backend was killed: they may be in the file or not.
    pub in_flight: u64,
    /// The same of what players did.
    pub activity: ActivityTally,
    /// The longest time from the start of the process to the first 200 of `/readyz`.
    pub slowest_reopen: Duration,
}

/// Kills a backend repeatedly, and checks its file each time.
///
/// # Errors
/// If a plugin is refused, or the file cannot be read.
///
/// # Panics
/// If the backend does not start again.
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

/// One store, and the plugins that hammer it.
struct Trial {
    oxeye: Oxeye,
    plugins: Vec<Plugin>,
    doers: Vec<Doer>,
}

impl Trial {
    async fn begin() -> Result<Self> {
        let oxeye = Setup::unlimited().start().await;
        let plugins = plugins::link_all(&oxeye).await?;
        let doers = activity::link_all(&oxeye).await?;
        Ok(Self {
            oxeye,
            plugins,
            doers,
        })
    }

    async fn cycle(mut self, answers: u64, tally: &mut Tally) -> Result<Self> {
        let (before, after) = random_moment(answers);
        let answered = Arc::new(Watched::new(0));
        let mut hammering = JoinSet::new();
        for plugin in self.plugins.drain(..) {
            hammering.spawn(plugin.hammer(self.oxeye.address(), Arc::clone(&answered)));
        }
        let mut doing = JoinSet::new();
        for doer in self.doers.drain(..) {
            doing.spawn(doer.hammer(self.oxeye.address()));
        }
        answered
            .within(WAIT_LIMIT, |count| (*count >= before).then_some(()))
            .await;
        tokio::time::sleep(after).await;
        self.oxeye.kill().await;
        while let Some(plugin) = hammering.join_next().await {
            self.plugins.push(plugin??);
        }
        while let Some(doer) = doing.join_next().await {
            self.doers.push(doer??);
        }
        let count = answered.read(|count| *count);
        ensure!(count >= before, "only {count} of {before} answers came");

        tally.acknowledged += count;
        let (oxeye, took) = reopen(self.oxeye).await;
        tally.slowest_reopen = tally.slowest_reopen.max(took);
        self.oxeye = oxeye;
        self.check(tally).await?;
        Ok(self)
    }

    /// Delivers everything that still waits, and checks that the file holds exactly that.
    async fn end(mut self, tally: &mut Tally) -> Result<()> {
        for plugin in &mut self.plugins {
            tally.acknowledged += plugin.finish(self.oxeye.address()).await?;
        }
        for doer in &mut self.doers {
            doer.finish(self.oxeye.address()).await?;
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
        self.check_activity(&mut tally.activity).await?;
        let found = Found::read(&self.oxeye.folder().join("oxeye.db"))?;
        let reported: usize = self.plugins.iter().map(Plugin::players).sum();
        let reported = reported + self.doers.len() * activity::PLAYERS;
        let strangers = found.players().saturating_sub(reported);
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

    async fn check_activity(&mut self, tally: &mut ActivityTally) -> Result<()> {
        let counters = Counters::read(&self.oxeye.folder().join("oxeye-activity.db"))?;
        counters.check_strangers(&self.doers, tally);
        for doer in &mut self.doers {
            doer.check(&counters, tally);
            doer.check_answers(&self.oxeye, &counters, tally).await;
        }
        Ok(())
    }
}

/// Starts a backend that was killed; returns how long it took to the first 200 of `/readyz`.
async fn reopen(oxeye: Oxeye) -> (Oxeye, Duration) {
    let begin = Instant::now();
    let oxeye = oxeye.start_again().await;
    while oxeye.ask(&Request::get("/readyz")).await.status != 200 {
        assert!(
            begin.elapsed() < WAIT_LIMIT,
            "oxeye was never ready:\n{}",
            oxeye.log()
        );
    }
    (oxeye, begin.elapsed())
}

/// Returns after how many answers, and how long after the last of them.
fn random_moment(answers: u64) -> (u64, Duration) {
    let mut random = rand::rng();
    let after = Duration::from_micros(random.random_range(0..5_000));
    (random.random_range(1..=answers), after)
}

/// The current time in Unix seconds.
///
/// # Errors
/// If the clock is set before 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the plugins of a trial live by the clock of the backend"
)]
pub fn now() -> Result<i64> {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = since_1970
        .context("the clock is set before 1970")?
        .as_secs();
    Ok(seconds.try_into()?)
}
