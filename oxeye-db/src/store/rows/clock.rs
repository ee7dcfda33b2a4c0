//! What is recorded of the clock: at most one row.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, OptionalExtension, params};

/// What is recorded of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClockRecord {
    /// Time that the clock last showed.
    pub(crate) seen_at: UnixSeconds,
    /// Time since which the clock has not jumped.
    pub(crate) steady_since: UnixSeconds,
    /// Whether the clock has jumped and has not run steadily for long enough since.
    pub(crate) has_jumped: bool,
}

/// Returns the record, if there is one.
pub(crate) fn record(file: &Connection) -> rusqlite::Result<Option<ClockRecord>> {
    file.prepare_cached("SELECT seen_at, steady_since, has_jumped FROM clock")?
        .query_row([], |row| {
            Ok(ClockRecord {
                seen_at: UnixSeconds(row.get(0)?),
                steady_since: UnixSeconds(row.get(1)?),
                has_jumped: row.get(2)?,
            })
        })
        .optional()
}

/// Replaces the record.
pub(crate) fn set_record(file: &Connection, record: ClockRecord) -> rusqlite::Result<()> {
    file.prepare_cached(
        "INSERT INTO clock (id, seen_at, steady_since, has_jumped) VALUES (1, ?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET seen_at = ?1, steady_since = ?2, has_jumped = ?3",
    )?
    .execute(params![
        record.seen_at.0,
        record.steady_since.0,
        record.has_jumped
    ])?;
    Ok(())
}
