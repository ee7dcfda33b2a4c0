//! The options of the command line.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use oxeye_tests::arguments::unknown;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
Measures what sessions of Discord members cost, and whether they are true after the backend was killed.

  --members N     members of the guild (20000)
  --joined N      how many of them joined (1000)
  --updates N     updates of presences in a minute (10000)
  --seconds N     how long each part is measured (120)
  --kills N       kill the backend this often instead
  --seed N        what is random (1)";

/// What to measure.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Members of the guild.
    pub(crate) members: u64,
    /// How many of them joined.
    pub(crate) joined: u64,
    /// Updates of presences in a minute.
    pub(crate) updates: u32,
    /// How long each part is measured.
    pub(crate) length: Duration,
    /// How often the backend is killed, instead.
    pub(crate) kills: usize,
    pub(crate) seed: u64,
}

impl Plan {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            members: 20_000,
            joined: 1_000,
            updates: 10_000,
            length: Duration::from_secs(120),
            kills: 0,
            seed: 1,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let value = arguments.next();
                value.with_context(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--members" => plan.members = value()?.parse().context("--members")?,
                "--joined" => plan.joined = value()?.parse().context("--joined")?,
                "--updates" => plan.updates = value()?.parse().context("--updates")?,
                "--seconds" => {
                    plan.length = Duration::from_secs(value()?.parse().context("--seconds")?);
                }
                "--kills" => plan.kills = value()?.parse().context("--kills")?,
                "--seed" => plan.seed = value()?.parse().context("--seed")?,
                _ => return Err(unknown(&argument)),
            }
        }
        ensure!(
            plan.joined < plan.members,
            "--joined is less than --members"
        );
        ensure!(plan.updates > 0, "--updates is at least 1");
        Ok(plan)
    }
}
