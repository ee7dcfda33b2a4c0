//! The options of the command line.

use anyhow::{Context as _, Result, ensure};
use oxeye_tests::arguments::unknown;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
Measures how soon Discord commands are answered on a large store.

  --sessions N    sessions of the past year (1000000)
  --players N     players who had them (100000)
  --times N       how often each command and button is asked (20)
  --typed N       how often a member types each kind of thing (1000)
  --rounds N      rounds of commands in parallel while Discord fails (25)
  --parallel N    commands of a round (40)
  --faults SHARE  share of the requests to Discord that fail (0.1)
  --seed N        what is random (1)
  --figures off   print the times, and require none of them";

/// What to measure.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) sessions: usize,
    pub(crate) players: usize,
    pub(crate) times: usize,
    pub(crate) typed: usize,
    pub(crate) rounds: usize,
    pub(crate) parallel: usize,
    pub(crate) faults: f64,
    pub(crate) seed: u64,
    pub(crate) requires_figures: bool,
}

impl Plan {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            sessions: 1_000_000,
            players: 100_000,
            times: 20,
            typed: 1_000,
            rounds: 25,
            parallel: 40,
            faults: 0.1,
            seed: 1,
            requires_figures: true,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let value = arguments.next();
                value.with_context(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--sessions" => plan.sessions = value()?.parse().context("--sessions")?,
                "--players" => plan.players = value()?.parse().context("--players")?,
                "--times" => plan.times = value()?.parse().context("--times")?,
                "--typed" => plan.typed = value()?.parse().context("--typed")?,
                "--rounds" => plan.rounds = value()?.parse().context("--rounds")?,
                "--parallel" => plan.parallel = value()?.parse().context("--parallel")?,
                "--faults" => plan.faults = value()?.parse().context("--faults")?,
                "--seed" => plan.seed = value()?.parse().context("--seed")?,
                "--figures" => plan.requires_figures = value()? != "off",
                _ => return Err(unknown(&argument)),
            }
        }
        ensure!(plan.players >= 2_000, "--players is at least 2000");
        ensure!(plan.times >= 1, "--times is at least 1");
        ensure!(
            plan.sessions >= plan.players,
            "--sessions is at least --players"
        );
        ensure!(
            (0.0..=1.0).contains(&plan.faults),
            "--faults is from 0 to 1"
        );
        Ok(plan)
    }
}
