//! The last record of each server that alerts have said.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, Row, params};

use crate::alert::{AlertId, ToldRecord};
use crate::ids::ServerId;

/// Returns the last records that all alerts have said.
pub(crate) fn all(file: &Connection) -> rusqlite::Result<Vec<(AlertId, ServerId, ToldRecord)>> {
    file.prepare_cached("SELECT alert_id, server_id, record_at, told_at FROM alert_records")?
        .query_map([], told)?
        .collect()
}

/// Replaces the last record of a server that an alert has said.
pub(crate) fn set(
    file: &Connection,
    (alert, server): (AlertId, ServerId),
    told: ToldRecord,
) -> rusqlite::Result<()> {
    file.execute(
        "INSERT OR REPLACE INTO alert_records VALUES (?1, ?2, ?3, ?4)",
        params![alert.0, server.0, told.record_at.0, told.told_at.0],
    )?;
    Ok(())
}

/// Forgets the records that an alert has said.
pub(crate) fn delete_for_alert(file: &Connection, alert: AlertId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM alert_records WHERE alert_id = ?1", [alert.0])?;
    Ok(())
}

/// Forgets the records of a server.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM alert_records WHERE server_id = ?1", [server.0])?;
    Ok(())
}

fn told(row: &Row<'_>) -> rusqlite::Result<(AlertId, ServerId, ToldRecord)> {
    let told = ToldRecord {
        record_at: UnixSeconds(row.get(2)?),
        told_at: UnixSeconds(row.get(3)?),
    };
    Ok((AlertId(row.get(0)?), ServerId(row.get(1)?), told))
}
