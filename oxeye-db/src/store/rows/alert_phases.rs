//! What alerts have said of servers.

use oxeye_plugin_proto::UnixSeconds;
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

/// Notes that an alert does not say an outage that began then. If it goes on, neither is its end said.
pub(crate) fn keep_quiet(
    file: &Connection,
    alert: AlertId,
    server: ServerId,
    since: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "UPDATE alert_phases SET is_announced = 0
         WHERE alert_id = ?1 AND server_id = ?2 AND down_since = ?3",
        [alert.0, server.0, since.0],
    )?;
    Ok(())
}

/// Whether an outage that began then goes on, and an alert does not say it.
pub(crate) fn is_quiet(
    file: &Connection,
    alert: AlertId,
    server: ServerId,
    since: UnixSeconds,
) -> rusqlite::Result<bool> {
    file.query_row(
        "SELECT EXISTS (SELECT 1 FROM alert_phases
             WHERE alert_id = ?1 AND server_id = ?2 AND down_since = ?3 AND is_announced = 0)",
        [alert.0, server.0, since.0],
        |row| row.get(0),
    )
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
