//! Inspects a store's file without changing it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::connection::check_ours;
use crate::error::{OpenError, io_error};
use crate::lock::{is_locked, refuse_hard_links};
use crate::migrations::Schema;
use crate::{damage, migrations};

/// What was found in a file, without opening it as [`crate::Store::open`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inspection {
    /// The schema version of the file.
    pub found: i64,
    /// The schema version that this program uses. An older file is migrated when it is opened.
    pub known: i64,
    /// Whether a process has the file open.
    pub in_use: bool,
}

/// Inspects a file. Blocks.
///
/// # Errors
/// When the file cannot be read, belongs to another program, is damaged, or was written by a newer
/// version.
pub fn inspect(path: &Path, schema: &Schema) -> Result<Inspection, OpenError> {
    let in_use = is_locked(path)?;
    std::fs::File::open(path).map_err(|source| io_error(path, source))?;
    refuse_hard_links(path)?;
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    check_ours(&connection, path, schema)?;
    damage::check_all(&connection, path)?;
    let (found, known) = migrations::versions(&connection, path, schema)?;
    Ok(Inspection {
        found,
        known,
        in_use,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, store::tests::SCHEMA};

    #[tokio::test]
    async fn inspecting_a_store_does_not_change_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let (store, loading, _) = Store::open(&path, &SCHEMA, 1).unwrap();
        assert!(inspect(&path, &SCHEMA).unwrap().in_use);
        store.close().await;
        drop((store, loading));
        let before = std::fs::read(&path).unwrap();

        let inspection = inspect(&path, &SCHEMA).unwrap();

        assert!(!inspection.in_use);
        assert_eq!(inspection.found, inspection.known);
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn an_older_store_is_not_migrated_and_a_newer_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        drop(Store::open(&path, &SCHEMA, 1).unwrap());
        let set = |version: i64| {
            let connection = Connection::open(&path).unwrap();
            connection
                .pragma_update(None, "user_version", version)
                .unwrap();
        };

        set(0);
        assert_eq!(inspect(&path, &SCHEMA).unwrap().found, 0);
        assert_eq!(inspect(&path, &SCHEMA).unwrap().found, 0);
        set(99);
        assert!(matches!(
            inspect(&path, &SCHEMA),
            Err(OpenError::Newer { .. })
        ));
    }

    #[test]
    fn a_file_that_is_no_store_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        assert!(matches!(inspect(&path, &SCHEMA), Err(OpenError::Io { .. })));
        std::fs::write(&path, "milk, eggs, and a long list of other things to buy").unwrap();
        assert!(matches!(
            inspect(&path, &SCHEMA),
            Err(OpenError::NotOurs(_))
        ));
    }
}
