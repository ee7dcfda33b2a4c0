//! The options of the command line.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use oxeye_tests::arguments::unknown;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
Measures what one hostile server costs everybody else, with the default limits.

  --only TABLES   of cost, memory; separated by commas (both)
  --stays N       past stays of the hostile server's one player (300000)
  --seconds N     how long each attack of the cost table is repeated (10)
  --minutes N     how long the attack of the memory table lasts (10)";

/// One table of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Cost,
    Memory,
}

/// The tables to print, and how thoroughly.
pub(crate) struct Plan {
    pub(crate) tables: Vec<Table>,
    /// Number of past stays of the hostile server's one player.
    pub(crate) stays: i64,
    /// How long each attack of the cost table is repeated.
    pub(crate) length: Duration,
    /// How long the attack of the memory table lasts.
    pub(crate) attack_length: Duration,
}

impl Plan {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            tables: vec![Table::Cost, Table::Memory],
            stays: 300_000,
            length: Duration::from_secs(10),
            attack_length: Duration::from_secs(600),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let value = arguments.next();
                value.with_context(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--only" => plan.tables = value()?.split(',').map(table).collect::<Result<_>>()?,
                "--stays" => plan.stays = value()?.parse().context("--stays")?,
                "--seconds" => plan.length = seconds(&value()?, 1).context("--seconds")?,
                "--minutes" => plan.attack_length = seconds(&value()?, 60).context("--minutes")?,
                _ => return Err(unknown(&argument)),
            }
        }
        Ok(plan)
    }
}

fn seconds(value: &str, unit: u64) -> Result<Duration> {
    Ok(Duration::from_secs(value.parse::<u64>()? * unit))
}

fn table(name: &str) -> Result<Table> {
    match name {
        "cost" => Ok(Table::Cost),
        "memory" => Ok(Table::Memory),
        _ => bail!("no table {name:?}; there are cost and memory"),
    }
}
