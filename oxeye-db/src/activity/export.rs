//! Reads what an export holds of activity.

use rusqlite::Connection;

use super::portable::PortableActivity;
use super::store::rows::exporting;

/// Calls `take` with everything in the file of activity, as of one moment, until it returns false.
pub(crate) fn export(
    file: &Connection,
    mut take: impl FnMut(PortableActivity) -> bool,
) -> rusqlite::Result<()> {
    let snapshot = file.unchecked_transaction()?;
    exporting::each_player(&snapshot, &mut take)?;
    exporting::each_counter(&snapshot, &mut take)?;
    exporting::each_value(&snapshot, &mut take)?;
    exporting::each_event(&snapshot, &mut take)
}
