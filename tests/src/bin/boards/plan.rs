//! The options of the command line.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};

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
            let value = arguments.next();
            let value = value.with_context(|| format!("{argument} needs a value"))?;
            match argument.as_str() {
                "--servers" => plan.servers = value.parse().context("--servers")?,
                "--joins" => plan.joins = value.parse().context("--joins")?,
                "--minutes" => minutes = Some(value.parse::<f64>().context("--minutes")?),
                "--faults" => plan.faults = value.parse().context("--faults")?,
                "--seed" => plan.seed = value.parse().context("--seed")?,
                "--idle" => plan.idle = Some(value.parse().context("--idle")?),
                _ => bail!(
                    "unknown argument {argument}; known are --servers N, --joins N, --minutes N, --faults SHARE, --seed N, --idle BOARDS"
                ),
            }
        }
        let usual = if plan.idle.is_some() { 5.0 } else { 10.0 };
        plan.length = Duration::from_secs_f64(minutes.unwrap_or(usual) * 60.0);
        Ok(plan)
    }
}
