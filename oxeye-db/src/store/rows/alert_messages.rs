//! The messages of alerts that Discord does not have yet.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{alert_phases, corrupt, optional_server, time};
use crate::alert::{AlertEvent, AlertId, AlertMessage, AlertMessageId};
use crate::ids::ServerId;
use crate::record::chart::Peak;

/// Adds a message.
pub(crate) fn insert(
    file: &Connection,
    alert: AlertId,
    server: Option<ServerId>,
    event: AlertEvent,
    now: UnixSeconds,
) -> rusqlite::Result<AlertMessage> {
    let (kind, down_since) = match event {
        AlertEvent::Down { .. } => ("down", None),
        AlertEvent::Silent { .. } => ("silent", None),
        AlertEvent::Up { down_since, .. } => ("up", Some(down_since.0)),
        AlertEvent::Record { .. } => ("record", None),
        AlertEvent::Test { .. } => ("test", None),
    };
    let record = match event {
        AlertEvent::Record { new, before } => Some((new, before)),
        _ => None,
    };
    file.query_row(
        "INSERT INTO alert_messages (alert_id, server_id, kind, since, down_since, players, players_before,
             before_at, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING *",
        params![
            alert.0,
            server.map(|server| server.0),
            kind,
            event.at().0,
            down_since,
            record.map(|(new, _)| new.players),
            record.map(|(_, before)| before.players),
            record.map(|(_, before)| before.at.0),
            now.0
        ],
        message,
    )
}

/// Returns all messages, in their order.
pub(crate) fn all(file: &Connection) -> rusqlite::Result<Vec<AlertMessage>> {
    file.prepare_cached("SELECT * FROM alert_messages ORDER BY id")?
        .query_map([], message)?
        .collect()
}

/// Notes when Discord was first asked to take a message, and in which words. Returns the words of the first attempt;
/// `None` if the message does not exist.
pub(crate) fn note_try(
    file: &Connection,
    id: AlertMessageId,
    body: &str,
    now: UnixSeconds,
) -> rusqlite::Result<Option<String>> {
    file.query_row(
        "UPDATE alert_messages SET tried_at = ifnull(tried_at, ?2), body = ifnull(body, ?3)
         WHERE id = ?1 RETURNING body",
        params![id.0, now.0, body],
        |row| row.get(0),
    )
    .optional()
}

/// Deletes a message.
pub(crate) fn delete(file: &Connection, id: AlertMessageId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM alert_messages WHERE id = ?1", [id.0])?;
    Ok(())
}

/// Deletes the oldest messages of an alert, so that at most `most` are left. With an outage, its end is not said either,
/// whether it is waiting or still to come. What Discord was asked to take stays, because people may read it, and the end
/// of such an outage with it: one for each server at most. Returns how many messages were deleted.
pub(crate) fn make_room(file: &Connection, alert: AlertId, most: usize) -> rusqlite::Result<usize> {
    let waiting: i64 = file
        .prepare_cached("SELECT count(*) FROM alert_messages WHERE alert_id = ?1")?
        .query_row([alert.0], |row| row.get(0))?;
    let excess = usize::try_from(waiting)
        .unwrap_or_default()
        .saturating_sub(most);
    let mut count = 0;
    while count < excess {
        let Some(oldest) = delete_oldest(file, alert)? else {
            break;
        };
        count += 1;
        if let AlertEvent::Down { since } | AlertEvent::Silent { since } = oldest.event
            && let Some(server) = oldest.server
        {
            count += file.execute(
                "DELETE FROM alert_messages WHERE alert_id = ?1 AND server_id = ?2 AND kind = 'up'
                     AND down_since = ?3",
                [alert.0, server.0, since.0],
            )?;
            alert_phases::keep_quiet(file, alert, server, since)?;
        }
    }
    Ok(count)
}

/// Deletes the oldest message of an alert that is not the end of an outage and that Discord was not asked to take.
fn delete_oldest(file: &Connection, alert: AlertId) -> rusqlite::Result<Option<AlertMessage>> {
    file.prepare_cached(
        "DELETE FROM alert_messages WHERE id = (
             SELECT min(id) FROM alert_messages
             WHERE alert_id = ?1 AND tried_at IS NULL AND kind <> 'up')
         RETURNING *",
    )?
    .query_row([alert.0], message)
    .optional()
}

/// Deletes the messages of an alert.
pub(crate) fn delete_for_alert(file: &Connection, alert: AlertId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM alert_messages WHERE alert_id = ?1", [alert.0])?;
    Ok(())
}

/// Deletes the messages about a server.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.execute(
        "DELETE FROM alert_messages WHERE server_id = ?1",
        [server.0],
    )?;
    Ok(())
}

/// Reads a row with all columns, in the order of the migration.
fn message(row: &Row<'_>) -> rusqlite::Result<AlertMessage> {
    let kind: String = row.get(3)?;
    let since = UnixSeconds(row.get(4)?);
    let event = match (kind.as_str(), time(row, 5)?) {
        ("down", _) => AlertEvent::Down { since },
        ("silent", _) => AlertEvent::Silent { since },
        ("up", Some(down_since)) => AlertEvent::Up { since, down_since },
        ("record", _) => AlertEvent::Record {
            new: Peak {
                players: row.get(7)?,
                at: since,
            },
            before: Peak {
                players: row.get(8)?,
                at: UnixSeconds(row.get(9)?),
            },
        },
        ("test", _) => AlertEvent::Test { at: since },
        _ => return Err(corrupt(3, "not a kind of message")),
    };
    Ok(AlertMessage {
        id: AlertMessageId(row.get(0)?),
        alert: AlertId(row.get(1)?),
        server: optional_server(row, 2)?,
        event,
        tried_at: time(row, 6)?,
        created_at: UnixSeconds(row.get(10)?),
    })
}
