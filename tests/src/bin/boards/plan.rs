//! The options of the command line.

use std::time::Duration;

use anyhow::{Context as _, Result};
use oxeye_tests::arguments::unknown;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
Measures whether boards stay up to date, and what they cost.

  --servers N     servers with a board each (50)
  --joins N       joins per second in all (5)
  --minutes N     how long (10; with --idle, 5)
  --faults SHARE  share of the requests to Discord that fail (0.1)
  --seed N        what is random (1)
  --idle BOARDS   measure this many idle boards instead";

/// What to measure, and for how long.
pub(crate) struct Plan {
    /// Servers with a board each.
    pub(crate) servers: usize,
    /// Joins per second in all.
    pub(crate) joins: f64,
    pub(crate) length: Duration,
    /// The share of requests to Discord that fail.
    pub(crate) faults: f64,
    pub(crate) seed: u64,
    /// Idle boards to measure instead.
    pub(crate) idle: Option<usize>,
}

impl Plan {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            servers: 50,
            joins: 5.0,
            length: Duration::ZERO,
            faults: 0.1,
            seed: 1,
            idle: None,
        };
        let mut minutes = None;
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let value = arguments.next();
                value.with_context(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--servers" => plan.servers = value()?.parse().context("--servers")?,
                "--joins" => plan.joins = value()?.parse().context("--joins")?,
                "--minutes" => minutes = Some(value()?.parse::<f64>().context("--minutes")?),
                "--faults" => plan.faults = value()?.parse().context("--faults")?,
                "--seed" => plan.seed = value()?.parse().context("--seed")?,
                "--idle" => plan.idle = Some(value()?.parse().context("--idle")?),
                _ => return Err(unknown(&argument)),
            }
        }
        let usual = if plan.idle.is_some() { 5.0 } else { 10.0 };
        plan.length = Duration::from_secs_f64(minutes.unwrap_or(usual) * 60.0);
        Ok(plan)
    }
}
