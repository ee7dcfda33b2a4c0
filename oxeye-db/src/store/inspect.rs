//! A look at a store's file that changes nothing in it.

use rusqlite::{Connection, OpenFlags};
use std::path::Path;

use super::connection::check_ours;
use super::lock::{is_locked, refuse_hard_links};
use super::{OpenError, damage, io_error, migrations};

/// What a file is, without opening it as [`crate::Database::open`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inspection {
    /// The schema version of the file.
    pub found: i64,
    /// The one that this program works with; an older file is migrated when it is opened.
    pub known: i64,
    /// A process has it open.
    pub in_use: bool,
}

/// Looks at a file. Blocks.
///
/// # Errors
/// When it cannot be read, is no Oxeye store, is damaged, or was written by a newer version.
pub fn inspect(path: &Path) -> Result<Inspection, OpenError> {
    let in_use = is_locked(path)?;
    std::fs::File::open(path).map_err(|source| io_error(path, source))?;
    refuse_hard_links(path)?;
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    check_ours(&connection, path)?;
    damage::look_everywhere(&connection, path)?;
    let (found, known) = migrations::versions(&connection, path)?;
    Ok(Inspection {
        found,
        known,
        in_use,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_store_is_looked_at_without_changing_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oxeye.db");
        let (store, loading, _) = Store::open(&path, 1).unwrap();
        assert!(inspect(&path).unwrap().in_use);
        store.close().await;
        drop((store, loading));
        let before = std::fs::read(&path).unwrap();

        let inspection = inspect(&path).unwrap();

        assert!(!inspection.in_use);
        assert_eq!(inspection.found, inspection.known);
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn an_older_store_is_not_migrated_and_a_newer_one_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oxeye.db");
        drop(Store::open(&path, 1).unwrap());
        let set = |version: i64| {
            let connection = Connection::open(&path).unwrap();
            connection
                .pragma_update(None, "user_version", version)
                .unwrap();
        };

        set(0);
        assert_eq!(inspect(&path).unwrap().found, 0);
        assert_eq!(inspect(&path).unwrap().found, 0);
        set(99);
        assert!(matches!(inspect(&path), Err(OpenError::Newer { .. })));
    }

    #[test]
    fn what_is_no_store_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        assert!(matches!(inspect(&path), Err(OpenError::Io { .. })));
        std::fs::write(&path, "milk, eggs, and a long list of other things to buy").unwrap();
        assert!(matches!(inspect(&path), Err(OpenError::NotOurs(_))));
    }
}
