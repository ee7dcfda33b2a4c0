//! The options of the command line.

use anyhow::{Context as _, Result, bail};
use oxeye_tests::arguments::unknown;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
Measures what an agent can handle and what it costs.

  --only TABLES   of parsing, running; separated by commas (both)
  --megabytes N   length of the log that is parsed (500)
  --seconds N     how long processor time is measured (60)";

/// One table of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Parsing,
    Running,
}

/// The tables to print, and how thoroughly.
pub(crate) struct Plan {
    pub(crate) tables: Vec<Table>,
    /// Length of the log that is parsed, in megabytes.
    pub(crate) megabytes: u64,
    /// How long processor time is measured, in seconds.
    pub(crate) seconds: u64,
}

impl Plan {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            tables: vec![Table::Parsing, Table::Running],
            megabytes: 500,
            seconds: 60,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let value = arguments.next();
                value.with_context(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--only" => plan.tables = value()?.split(',').map(table).collect::<Result<_>>()?,
                "--megabytes" => plan.megabytes = value()?.parse().context("--megabytes")?,
                "--seconds" => plan.seconds = value()?.parse().context("--seconds")?,
                _ => return Err(unknown(&argument)),
            }
        }
        Ok(plan)
    }
}

fn table(name: &str) -> Result<Table> {
    match name {
        "parsing" => Ok(Table::Parsing),
        "running" => Ok(Table::Running),
        _ => bail!("no table {name:?}; there are parsing and running"),
    }
}
