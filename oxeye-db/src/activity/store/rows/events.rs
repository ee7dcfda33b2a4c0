//! The newest events of each player, each in a slot that the event [`KEPT`] later takes over.

use oxeye_plugin_proto::{Details, EventType, UnixSeconds};
use rusqlite::{Connection, Row, params};

use super::players::GuildPlayerId;

/// How many events of a player are kept.
pub(crate) const KEPT: u64 = 500;

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredEvent {
    pub(crate) event_type: String,
    pub(crate) at: UnixSeconds,
    /// JSON; empty if there are none.
    details: String,
}

impl StoredEvent {
    pub(crate) fn new(event_type: &EventType, at: UnixSeconds, details: &Details) -> Self {
        let details = match details.is_empty() {
            true => String::new(),
            false => details.to_string(),
        };
        Self {
            event_type: event_type.to_string(),
            at,
            details,
        }
    }

    /// Returns the details as a JSON object.
    pub(crate) fn details(&self) -> &str {
        match self.details.as_str() {
            "" => "{}",
            json => json,
        }
    }
}

/// Stores a player's event. `number` counts the player's events from 0.
pub(crate) fn put(
    file: &Connection,
    player: GuildPlayerId,
    number: u64,
    event: &StoredEvent,
) -> rusqlite::Result<()> {
    file.prepare_cached(
        "INSERT OR REPLACE INTO events (player_id, slot, number, type, at, details)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        player.0,
        (number % KEPT).cast_signed(),
        number.cast_signed(),
        event.event_type,
        event.at.0,
        event.details
    ])?;
    Ok(())
}

/// Returns all events of a player, the oldest first.
pub(crate) fn all(file: &Connection, player: GuildPlayerId) -> rusqlite::Result<Vec<StoredEvent>> {
    file.prepare_cached(
        "SELECT type, at, details FROM events WHERE player_id = ?1 ORDER BY at, number",
    )?
    .query_map([player.0], read)?
    .collect()
}

/// Deletes all events of a player.
pub(crate) fn delete_of_player(file: &Connection, player: GuildPlayerId) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM events WHERE player_id = ?1")?
        .execute([player.0])?;
    Ok(())
}

/// Returns a player's events from `edge` on, the newest first, at most `limit`.
pub(crate) fn newest(
    file: &Connection,
    player: GuildPlayerId,
    edge: UnixSeconds,
    limit: usize,
) -> rusqlite::Result<Vec<StoredEvent>> {
    file.prepare_cached(
        "SELECT type, at, details FROM events
         WHERE player_id = ?1 AND at >= ?2 ORDER BY at DESC, number DESC LIMIT ?3",
    )?
    .query_map(
        params![player.0, edge.0, i64::try_from(limit).unwrap_or(i64::MAX)],
        read,
    )?
    .collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    Ok(StoredEvent {
        event_type: row.get(0)?,
        at: UnixSeconds(row.get(1)?),
        details: row.get(2)?,
    })
}
