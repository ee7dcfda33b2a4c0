//! Looks for damage when the file is opened. A program that used a damaged file would write into it
//! and lose what could still be saved.

use std::path::Path;

use rusqlite::Connection;

use crate::error::OpenError;
use crate::migrations::Schema;

/// Checks every table except those that the schema excludes.
pub(crate) fn check_tables(
    connection: &Connection,
    path: &Path,
    schema: &Schema,
) -> Result<(), OpenError> {
    outcome(path, first_problem(connection, schema.unchecked_tables))
}

/// Checks every table. This takes a third of a second per million rows.
pub(crate) fn check_all(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    outcome(path, quick_check(connection, None))
}

fn outcome(path: &Path, found: rusqlite::Result<Option<String>>) -> Result<(), OpenError> {
    match found {
        Ok(None) => Ok(()),
        Ok(Some(found)) => Err(OpenError::Damaged {
            path: path.to_owned(),
            found,
        }),
        Err(error) => Err(OpenError::while_reading(path, error)),
    }
}

fn first_problem(connection: &Connection, unchecked: &[&str]) -> rusqlite::Result<Option<String>> {
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let mut rows = tables.query([])?;
    while let Some(row) = rows.next()? {
        let table = row.get_ref(0)?.as_str()?;
        if unchecked.contains(&table) {
            continue;
        }
        if let Some(found) = quick_check(connection, Some(table))? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Returns the first problem in one table, or in any.
fn quick_check(connection: &Connection, table: Option<&str>) -> rusqlite::Result<Option<String>> {
    let said: String = match table {
        Some(table) => {
            let check = "SELECT * FROM pragma_quick_check(?1)";
            connection.query_row(check, [table], |row| row.get(0))?
        }
        None => connection.query_row("PRAGMA quick_check", [], |row| row.get(0))?,
    };
    // One row may hold several lines below a heading.
    let mut lines = said.lines().filter(|line| !line.starts_with("***"));
    let first = lines.next().unwrap_or(&said);
    Ok((first != "ok").then(|| first.to_owned()))
}
