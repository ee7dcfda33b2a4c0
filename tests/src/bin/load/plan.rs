//! The options of the command line.

use anyhow::{Context as _, Result, bail};
use oxeye_tests::arguments::unknown;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
Measures what one backend can handle and what it costs.

  --only TABLES   of events, activity, memory, status; separated by commas (all)
  --seconds N     how long each run of the events table lasts (3)
  --rounds N      how many runs each of its rows has (2)
  --require N     fail if fewer activity events per second become durable in batches";

/// One table of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Events,
    Activity,
    Memory,
    Status,
}

/// The tables to print, and how thoroughly.
pub(crate) struct Plan {
    pub(crate) tables: Vec<Table>,
    /// How long each run of the events table lasts, in seconds.
    pub(crate) seconds: u64,
    /// How many runs each row of the events table has.
    pub(crate) rounds: u32,
    /// The fewest activity events per second in batches; 0 requires nothing.
    pub(crate) require: f64,
    /// Run as the bare handler that the events table compares with.
    pub(crate) bare: bool,
}

impl Plan {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            tables: vec![Table::Events, Table::Activity, Table::Memory, Table::Status],
            seconds: 3,
            rounds: 2,
            require: 0.0,
            bare: false,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .with_context(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--only" => plan.tables = value()?.split(',').map(table).collect::<Result<_>>()?,
                "--seconds" => plan.seconds = value()?.parse().context("--seconds")?,
                "--rounds" => plan.rounds = value()?.parse().context("--rounds")?,
                "--require" => plan.require = value()?.parse().context("--require")?,
                "--bare" => plan.bare = true,
                _ => return Err(unknown(&argument)),
            }
        }
        Ok(plan)
    }
}

fn table(name: &str) -> Result<Table> {
    match name {
        "events" => Ok(Table::Events),
        "activity" => Ok(Table::Activity),
        "memory" => Ok(Table::Memory),
        "status" => Ok(Table::Status),
        _ => bail!("no table {name:?}; there are events, activity, memory and status"),
    }
}
