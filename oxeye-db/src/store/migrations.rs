//! Numbered SQL files, applied in order and never changed once released. `user_version` says how
//! many a file has seen.

use rusqlite::Connection;
use std::path::Path;

use super::copy::{beside, write_to};
use super::{APPLICATION_ID, OpenError, io_error};

const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_links_and_skins.sql"),
    include_str!("../../migrations/0002_sessions.sql"),
    include_str!("../../migrations/0003_skin_textures_used.sql"),
    include_str!("../../migrations/0004_clock.sql"),
];

pub(super) fn migrate(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    apply(connection, path, MIGRATIONS)
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

fn apply(connection: &Connection, path: &Path, migrations: &[&str]) -> Result<(), OpenError> {
    let (found, known) = compare(connection, path, migrations)?;
    if 0 < found && found < known {
        keep_copy(connection, path, known)?;
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

/// Copies the store before it is migrated to this version. A copy that is there stays: it was made
/// before the first try, and a migration that fails at every start must not fill the disk. A copy
/// gets its name when it is complete.
fn keep_copy(connection: &Connection, path: &Path, version: i64) -> Result<(), OpenError> {
    let copy = beside(path, &format!(".before-{version}"));
    if copy.exists() {
        tracing::info!(copy = %copy.display(), "there is a copy from before this migration");
        return Ok(());
    }
    tracing::info!(copy = %copy.display(), "copying the store before it is migrated");
    let unfinished = beside(path, ".copying");
    write_to(connection, &unfinished)?;
    std::fs::rename(&unfinished, &copy).map_err(|source| io_error(&unfinished, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &[&str] = &["CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (7);"];
    const TWO: &[&str] = &[ONE[0], "DROP TABLE a;"];

    #[test]
    fn before_a_migration_a_copy_of_the_file_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oxeye.db");
        let connection = Connection::open(&path).unwrap();
        apply(&connection, &path, ONE).unwrap();

        apply(&connection, &path, TWO).unwrap();

        let copy = Connection::open(folder.path().join("oxeye.db.before-2")).unwrap();
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
        apply(&connection, &path, TWO).unwrap();

        let refused = apply(&connection, &path, ONE).unwrap_err();

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
    fn a_migration_that_fails_at_every_start_leaves_one_copy_from_before_the_first() {
        const FAILS: &[&str] = &[ONE[0], "SELECT * FROM nowhere;"];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oxeye.db");
        apply(&Connection::open(&path).unwrap(), &path, ONE).unwrap();
        // As if it had been killed while it copied.
        std::fs::write(folder.path().join("oxeye.db.copying"), "half").unwrap();

        for _ in 0..3 {
            let connection = Connection::open(&path).unwrap();
            apply(&connection, &path, FAILS).unwrap_err();
            drop(connection);
            let restarted = Connection::open(&path).unwrap();
            restarted.execute("UPDATE a SET x = 8", []).unwrap();
        }

        let mut files: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        assert_eq!(files, ["oxeye.db", "oxeye.db.before-2"]);
        let copy = Connection::open(folder.path().join("oxeye.db.before-2")).unwrap();
        let kept: i64 = copy
            .query_row("SELECT x FROM a", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, 7);
    }

    #[test]
    fn a_texture_of_the_first_schema_was_used_when_its_skin_came() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oxeye.db");
        let connection = Connection::open(&path).unwrap();
        apply(&connection, &path, &MIGRATIONS[..1]).unwrap();
        connection
            .execute_batch(
                "INSERT INTO guilds VALUES (0, 1);
                 INSERT INTO servers VALUES (1, 0, 'survival', 1, NULL);
                 INSERT INTO skins VALUES (x'01', x'', x'', 70), (x'02', x'', x'', 80);
                 INSERT INTO skin_textures VALUES (1, x'aa', x'01');",
            )
            .unwrap();

        apply(&connection, &path, MIGRATIONS).unwrap();

        let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        assert_eq!(number("SELECT used_at FROM skin_textures").unwrap(), 70);
        assert_eq!(number("SELECT count(*) FROM skins").unwrap(), 1);
    }
}
