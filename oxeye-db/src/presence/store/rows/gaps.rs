//! The times within sessions of which nothing is known.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use crate::record::span::Span;

/// Returns the gaps of a session, in order.
pub(crate) fn of_session(file: &Connection, session: i64) -> rusqlite::Result<Vec<Span>> {
    file.prepare_cached("SELECT from_at, to_at FROM gaps WHERE session_id = ?1 ORDER BY from_at")?
        .query_map([session], |row| {
            Ok(Span {
                from: UnixSeconds(row.get(0)?),
                to: UnixSeconds(row.get(1)?),
            })
        })?
        .collect()
}

/// Adds gaps to those of a session or makes them longer, and deletes those since a time.
pub(crate) fn set(
    file: &Connection,
    session: i64,
    gaps: &[Span],
    until: UnixSeconds,
) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM gaps WHERE session_id = ?1 AND from_at >= ?2")?
        .execute(params![session, until.0])?;
    let mut add = file.prepare_cached(
        "INSERT INTO gaps (session_id, from_at, to_at) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET to_at = ?3",
    )?;
    for gap in gaps {
        add.execute(params![session, gap.from.0, gap.to.0])?;
    }
    Ok(())
}

/// Deletes the gaps of a session.
pub(crate) fn delete(file: &Connection, session: i64) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM gaps WHERE session_id = ?1")?
        .execute([session])?;
    Ok(())
}
