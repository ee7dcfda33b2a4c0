//! Numbered SQL files, applied in order and never changed once released. `user_version` says how
//! many a file has seen.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use std::path::Path;

use super::{APPLICATION_ID, OpenError};

const MIGRATIONS: &[&str] = &[include_str!("../../migrations/0001_links_and_skins.sql")];

pub(super) fn migrate(
    connection: &Connection,
    path: &Path,
    now: UnixSeconds,
) -> Result<(), OpenError> {
    apply(connection, path, MIGRATIONS, now)
}

/// The schema version of a file, and the one that it will be migrated to.
pub(super) fn versions(connection: &Connection, path: &Path) -> Result<(i64, i64), OpenError> {
    compare(connection, path, MIGRATIONS)
}

fn compare(
    connection: &Connection,
    path: &Path,
    migrations: &[&str],
) -> Result<(i64, i64), OpenError> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    if found > known || found < 0 {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok((found, known))
}

fn apply(
    connection: &Connection,
    path: &Path,
    migrations: &[&str],
    now: UnixSeconds,
) -> Result<(), OpenError> {
    let (found, known) = compare(connection, path, migrations)?;
    if 0 < found && found < known {
        let copy = format!("{}.before-{known}-{}", path.display(), now.0);
        tracing::info!(copy, "copying the store before it is migrated");
        connection.execute("VACUUM INTO ?1", [&copy])?;
    }
    let mut version = found;
    for sql in migrations.iter().skip(usize::try_from(found).unwrap_or(0)) {
        version += 1;
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE; {sql}
             PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version}; COMMIT;"
        ))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds(1_000);
    const ONE: &[&str] = &["CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (7);"];
    const TWO: &[&str] = &[ONE[0], "DROP TABLE a;"];

    #[test]
    fn before_a_migration_a_copy_of_the_file_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oxeye.db");
        let connection = Connection::open(&path).unwrap();
        apply(&connection, &path, ONE, NOW).unwrap();

        apply(&connection, &path, TWO, NOW).unwrap();

        let copy = Connection::open(folder.path().join("oxeye.db.before-2-1000")).unwrap();
        let kept: i64 = copy
            .query_row("SELECT x FROM a", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, 7);
        assert!(connection.prepare("SELECT x FROM a").is_err());
    }

    #[test]
    fn a_file_of_a_newer_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oxeye.db");
        let connection = Connection::open(&path).unwrap();
        apply(&connection, &path, TWO, NOW).unwrap();

        let refused = apply(&connection, &path, ONE, NOW).unwrap_err();

        assert!(matches!(
            refused,
            OpenError::Newer {
                found: 2,
                known: 1,
                ..
            }
        ));
    }
}
