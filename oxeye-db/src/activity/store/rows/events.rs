//! The newest events of each player, each in a slot of its player that the event [`KEPT`] later takes over.
//!
//! An event is first one of the `recent_events`, behind all others: few events of many players then change few pages.
//! What deletes or renumbers events moves the recent ones here first, and then has to do with this table alone.

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

    /// Reads an event from three columns, of which the first has this place.
    pub(super) fn read(row: &Row<'_>, place: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            event_type: row.get(place)?,
            at: UnixSeconds(row.get(place + 1)?),
            details: row.get(place + 2)?,
        })
    }

    /// Returns the details as they are stored: JSON, or nothing.
    pub(super) fn details_as_stored(&self) -> &str {
        &self.details
    }

    /// Returns the details as a JSON object.
    pub(crate) fn details(&self) -> &str {
        match self.details.as_str() {
            "" => "{}",
            json => json,
        }
    }
}

/// Adds all recent events, each to its slot.
pub(crate) fn add_recent(file: &Connection) -> rusqlite::Result<()> {
    // In order, so that each page is changed once, and so that the later of two events in a slot stays.
    file.prepare_cached(
        "INSERT OR REPLACE INTO events (player_id, slot, number, type, at, details)
         SELECT player_id, number % ?1, number, type, at, details FROM recent_events
         ORDER BY player_id, number",
    )?
    .execute([KEPT.cast_signed()])?;
    Ok(())
}

/// Replaces all events of a player, of which none is recent. The first of them gets number 0.
pub(crate) fn replace(
    file: &Connection,
    player: GuildPlayerId,
    events: &[StoredEvent],
) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM events WHERE player_id = ?1")?
        .execute([player.0])?;
    let mut put = file.prepare_cached(
        "INSERT INTO events (player_id, slot, number, type, at, details)
         VALUES (?1, ?2, ?2, ?3, ?4, ?5)",
    )?;
    for (number, event) in (0_i64..).zip(events) {
        let StoredEvent {
            event_type,
            at,
            details,
        } = event;
        put.execute(params![player.0, number, event_type, at.0, details])?;
    }
    Ok(())
}

/// Returns all events of a player, the oldest first.
pub(crate) fn all(file: &Connection, player: GuildPlayerId) -> rusqlite::Result<Vec<StoredEvent>> {
    file.prepare_cached(
        "SELECT type, at, details FROM events WHERE player_id = ?1 ORDER BY at, number",
    )?
    .query_map([player.0], |row| StoredEvent::read(row, 0))?
    .collect()
}

/// Returns a player's events from `edge` and from a number on, each with its number, the newest first, at most `limit`.
pub(crate) fn newest(
    file: &Connection,
    player: GuildPlayerId,
    first: u64,
    edge: UnixSeconds,
    limit: usize,
) -> rusqlite::Result<Vec<(StoredEvent, u64)>> {
    file.prepare_cached(
        "SELECT type, at, details, number FROM events
         WHERE player_id = ?1 AND number >= ?2 AND at >= ?3
         ORDER BY at DESC, number DESC LIMIT ?4",
    )?
    .query_map(
        params![
            player.0,
            first.cast_signed(),
            edge.0,
            i64::try_from(limit).unwrap_or(i64::MAX)
        ],
        |row| {
            let number = row.get::<_, i64>(3)?.cast_unsigned();
            Ok((StoredEvent::read(row, 0)?, number))
        },
    )?
    .collect()
}
