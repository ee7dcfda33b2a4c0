//! The last evidence of the sessions that last.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

/// Sets the last evidence of an open session.
pub(crate) fn set(file: &Connection, session: i64, seen_at: UnixSeconds) -> rusqlite::Result<()> {
    file.prepare_cached(
        "INSERT INTO open_sessions (session_id, seen_at) VALUES (?1, ?2)
         ON CONFLICT DO UPDATE SET seen_at = ?2",
    )?
    .execute(params![session, seen_at.0])?;
    Ok(())
}

/// Sets the last evidence of many open sessions. Leaves out those that were deleted meanwhile.
pub(crate) fn advance(
    file: &Connection,
    all: impl IntoIterator<Item = (i64, UnixSeconds)>,
) -> rusqlite::Result<()> {
    let mut set =
        file.prepare_cached("UPDATE open_sessions SET seen_at = ?2 WHERE session_id = ?1")?;
    for (session, seen_at) in all {
        set.execute(params![session, seen_at.0])?;
    }
    Ok(())
}

/// Deletes the evidence of a session that has ended.
pub(crate) fn delete(file: &Connection, session: i64) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM open_sessions WHERE session_id = ?1")?
        .execute([session])?;
    Ok(())
}
