//! Applies numbered SQL files in order. They never change once released. `user_version` is the number
//! of files that have been applied to a store.

use std::path::Path;

use rusqlite::Connection;

use crate::copy::write_to;
use crate::error::{OpenError, io_error};
use crate::file_names::beside;

/// How a program marks its file, and what it keeps there.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// The program's name in lower case, for log lines and the name of the writer's thread.
    pub program: &'static str,
    /// Number that marks a file as the program's. <https://www.sqlite.org/fileformat2.html#application_id>
    pub application_id: i32,
    /// SQL files, applied in order and never changed once released.
    pub migrations: &'static [&'static str],
    /// Large tables that are not checked for damage when the file is opened, because the program either
    /// reads all of their rows anyway or can do without a row that it cannot read.
    pub unchecked_tables: &'static [&'static str],
}

pub(crate) fn migrate(
    connection: &Connection,
    path: &Path,
    schema: &Schema,
) -> Result<(), OpenError> {
    let (found, known) = versions(connection, path, schema)?;
    if 0 < found && found < known {
        keep_copy(connection, path, known)?;
    }
    let id = schema.application_id;
    let mut version = found;
    for sql in schema
        .migrations
        .iter()
        .skip(usize::try_from(found).unwrap_or(0))
    {
        version += 1;
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE; {sql}
             PRAGMA application_id = {id}; PRAGMA user_version = {version}; COMMIT;"
        ))?;
    }
    Ok(())
}

/// Returns the schema version of a file, and the version that it will be migrated to.
pub(crate) fn versions(
    connection: &Connection,
    path: &Path,
    schema: &Schema,
) -> Result<(i64, i64), OpenError> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = i64::try_from(schema.migrations.len()).unwrap_or(i64::MAX);
    if found > known || found < 0 {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok((found, known))
}

/// Copies the store before it is migrated to this version. An existing copy is kept: it was made before
/// the first attempt, and a migration that fails at every start must not fill the disk. A copy gets its
/// final name once it is complete.
fn keep_copy(connection: &Connection, path: &Path, version: i64) -> Result<(), OpenError> {
    let copy = beside(path, &format!(".before-{version}"));
    if copy.exists() {
        tracing::info!(copy = %copy.display(), "a copy from before this migration exists already");
        return Ok(());
    }
    tracing::info!(copy = %copy.display(), "copying the store before migrating it");
    let unfinished = beside(path, ".copying");
    write_to(connection, &unfinished)?;
    std::fs::rename(&unfinished, &copy).map_err(|source| io_error(&unfinished, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &[&str] = &["CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (7);"];
    const TWO: &[&str] = &[ONE[0], "DROP TABLE a;"];

    fn schema(migrations: &'static [&'static str]) -> Schema {
        Schema {
            program: "test",
            application_id: 7,
            migrations,
            unchecked_tables: &[],
        }
    }

    #[test]
    fn the_file_is_copied_before_a_migration() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let connection = Connection::open(&path).unwrap();
        migrate(&connection, &path, &schema(ONE)).unwrap();

        migrate(&connection, &path, &schema(TWO)).unwrap();

        let copy = Connection::open(folder.path().join("store.db.before-2")).unwrap();
        let kept: i64 = copy
            .query_row("SELECT x FROM a", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, 7);
        assert!(connection.prepare("SELECT x FROM a").is_err());
    }

    #[test]
    fn a_file_of_a_newer_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let connection = Connection::open(&path).unwrap();
        migrate(&connection, &path, &schema(TWO)).unwrap();

        let refused = migrate(&connection, &path, &schema(ONE)).unwrap_err();

        assert!(matches!(
            refused,
            OpenError::Newer {
                found: 2,
                known: 1,
                ..
            }
        ));
    }

    #[test]
    fn a_migration_that_fails_at_every_start_keeps_one_copy_from_before_the_first_attempt() {
        const FAILS: &[&str] = &[ONE[0], "SELECT * FROM nowhere;"];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        migrate(&Connection::open(&path).unwrap(), &path, &schema(ONE)).unwrap();
        // As if the process had been killed while copying.
        std::fs::write(folder.path().join("store.db.copying"), "half").unwrap();

        for _ in 0..3 {
            let connection = Connection::open(&path).unwrap();
            migrate(&connection, &path, &schema(FAILS)).unwrap_err();
            drop(connection);
            let restarted = Connection::open(&path).unwrap();
            restarted.execute("UPDATE a SET x = 8", []).unwrap();
        }

        let mut files: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        assert_eq!(files, ["store.db", "store.db.before-2"]);
        let copy = Connection::open(folder.path().join("store.db.before-2")).unwrap();
        let kept: i64 = copy
            .query_row("SELECT x FROM a", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, 7);
    }
}
