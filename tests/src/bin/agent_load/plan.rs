//! The options of the command line.

use anyhow::{Context as _, Result, bail};

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
            let value = arguments.next();
            let value = value.with_context(|| format!("{argument} needs a value"))?;
            match argument.as_str() {
                "--only" => plan.tables = value.split(',').map(table).collect::<Result<_>>()?,
                "--megabytes" => plan.megabytes = value.parse().context("--megabytes")?,
                "--seconds" => plan.seconds = value.parse().context("--seconds")?,
                _ => bail!(
                    "unknown argument {argument}; known are --only TABLES, --megabytes N, --seconds N"
                ),
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
