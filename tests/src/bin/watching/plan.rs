//! The options of the command line.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use oxeye_tests::arguments::unknown;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
Measures what watched addresses cost.

  --addresses N   how many are watched, at most 10000 (1000)
  --hostile N     how many of them are hostile (0)
  --seconds N     how long the processor time is measured (120)";

/// What to measure.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) addresses: usize,
    /// How many of them are hostile.
    pub(crate) hostile: usize,
    /// How long the processor time is measured.
    pub(crate) length: Duration,
    /// Run as the game servers.
    pub(crate) serve: bool,
}

impl Plan {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            addresses: 1_000,
            hostile: 0,
            length: Duration::from_secs(120),
            serve: false,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || -> Result<u64> {
                let value = arguments.next();
                let value = value.with_context(|| format!("{argument} needs a value"))?;
                value.parse().context(argument.clone())
            };
            match argument.as_str() {
                "--addresses" => plan.addresses = usize::try_from(value()?)?,
                "--hostile" => plan.hostile = usize::try_from(value()?)?,
                "--seconds" => plan.length = Duration::from_secs(value()?),
                "--serve" => plan.serve = true,
                _ => return Err(unknown(&argument)),
            }
        }
        ensure!(
            plan.addresses <= 10_000,
            "there are 10,000 addresses at most"
        );
        ensure!(
            plan.hostile <= plan.addresses,
            "--hostile is at most --addresses"
        );
        Ok(plan)
    }
}
