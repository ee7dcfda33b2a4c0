//! The file of activity. It has its own writer, so no flood of activity delays a join.
//!
//! | module    | subject                                                  |
//! |-----------|----------------------------------------------------------|
//! | `rows`    | the tables: plain functions over a connection            |
//! | `reading` | reads one state of the file for a question               |

pub(crate) mod reading;
pub(crate) mod rows;

use std::path::{Path, PathBuf};

use oxeye_sqlite::{Inspection, Schema};

use crate::store::OpenError;
use crate::store::side_file::{self, SideFile, rewriting};

const SCHEMA: Schema = Schema {
    program: "oxeye",
    // "Oxya"
    application_id: 0x4f78_7961,
    migrations: &[
        include_str!("../../migrations-activity/0001_activity.sql"),
        include_str!("../../migrations-activity/0002_players_by_uuid.sql"),
        include_str!("../../migrations-activity/0003_players_by_name.sql"),
        include_str!("../../migrations-activity/0004_recent_events.sql"),
        include_str!("../../migrations-activity/0005_order_within_a_second.sql"),
        include_str!("../../migrations-activity/0006_rewriting.sql"),
        include_str!("../../migrations-activity/0007_recent_events_are_counted_later.sql"),
    ],
    // All of them may be large, and a start must not take long because of what players did.
    unchecked_tables: &[
        "collected",
        "day_counters",
        "events",
        "idempotency_keys",
        "players",
        "recent_events",
        "session_counters",
    ],
};

/// Opens the file of activity beside a store if there is one, and says whether it has to be rewritten. Blocks.
pub(crate) fn open(store: &Path, readers: usize) -> Result<(SideFile, bool), OpenError> {
    let path = path_beside(store);
    let (file, loading) = SideFile::open(path.clone(), &SCHEMA, readers)?;
    let needs_wiping = loading.map(|connection| rewriting::is_required(&connection));
    let needs_wiping = needs_wiping.transpose();
    let needs_wiping = needs_wiping.map_err(|error| OpenError::while_reading(&path, error))?;
    Ok((file, needs_wiping.unwrap_or_default()))
}

/// Returns where the file of activity lies: `oxeye-activity.db` beside `oxeye.db`.
pub fn path_beside(store: &Path) -> PathBuf {
    side_file::path_beside(store, "activity")
}

/// Inspects a file of activity without changing it. Blocks.
///
/// # Errors
/// When the file cannot be read, is not one of Oxeye, is damaged, or was written by a newer version.
pub fn inspect(path: &Path) -> Result<Inspection, OpenError> {
    Ok(oxeye_sqlite::inspect(path, &SCHEMA)?)
}

#[cfg(test)]
pub(crate) mod tests {
    use rusqlite::Connection;

    use super::SCHEMA;

    /// An empty file of activity that is nowhere.
    pub(crate) fn in_memory() -> Connection {
        let file = Connection::open_in_memory().unwrap();
        for migration in SCHEMA.migrations {
            file.execute_batch(migration).unwrap();
        }
        file
    }
}
