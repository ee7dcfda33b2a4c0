//! What alerts have said of servers.

use rusqlite::{Connection, Row, params};

use super::time;
use crate::alert::{AlertId, ServerPhase};
use crate::ids::ServerId;

/// Returns what all alerts have said of servers.
pub(crate) fn all(file: &Connection) -> rusqlite::Result<Vec<(AlertId, ServerId, ServerPhase)>> {
    file.prepare_cached("SELECT alert_id, server_id, down_since, is_announced FROM alert_phases")?
        .query_map([], phase)?
        .collect()
}

/// Replaces what an alert has said of a server.
pub(crate) fn set(
    file: &Connection,
    alert: AlertId,
    server: ServerId,
    phase: ServerPhase,
) -> rusqlite::Result<()> {
    let (down_since, is_announced) = match phase {
        ServerPhase::Up => (None, false),
        ServerPhase::Down {
            since,
            is_announced,
        } => (Some(since.0), is_announced),
    };
    file.execute(
        "INSERT OR REPLACE INTO alert_phases VALUES (?1, ?2, ?3, ?4)",
        params![alert.0, server.0, down_since, is_announced],
    )?;
    Ok(())
}

/// Forgets what an alert has said of a server.
pub(crate) fn delete(file: &Connection, alert: AlertId, server: ServerId) -> rusqlite::Result<()> {
    file.execute(
        "DELETE FROM alert_phases WHERE alert_id = ?1 AND server_id = ?2",
        [alert.0, server.0],
    )?;
    Ok(())
}

/// Forgets what an alert has said.
pub(crate) fn delete_for_alert(file: &Connection, alert: AlertId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM alert_phases WHERE alert_id = ?1", [alert.0])?;
    Ok(())
}

/// Forgets what was said of a server.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM alert_phases WHERE server_id = ?1", [server.0])?;
    Ok(())
}

fn phase(row: &Row<'_>) -> rusqlite::Result<(AlertId, ServerId, ServerPhase)> {
    let phase = match time(row, 2)? {
        None => ServerPhase::Up,
        Some(since) => ServerPhase::Down {
            since,
            is_announced: row.get(3)?,
        },
    };
    Ok((AlertId(row.get(0)?), ServerId(row.get(1)?), phase))
}
