//! The newest events of each player, in two tables. An event is first added to `recent_events`, behind all others:
//! few events of many players then change few pages. Once there are [`MAX_RECENT`], all are moved to `events`, each
//! to a slot of its player that the event [`KEPT`] later takes over.
//!
//! What reads events reads both tables. What deletes or renumbers them moves the recent ones first ([`move_recent`]),
//! and then has to do with `events` alone.

use hashbrown::HashSet;
use oxeye_plugin_proto::{Details, EventType, UnixSeconds};
use rusqlite::{CachedStatement, Connection, Row, params};

use super::players::{GuildPlayer, GuildPlayerId};

/// How many events of a player are kept.
pub(crate) const KEPT: u64 = 500;

/// How many recent events there may be once a transaction is committed, give or take one. Every question about a
/// player's events reads all of them.
pub(crate) const MAX_RECENT: i64 = 4096;

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

/// Adds events to the recent ones.
pub(crate) struct AddEvent<'f>(CachedStatement<'f>);

impl<'f> AddEvent<'f> {
    pub(crate) fn prepare(file: &'f Connection) -> rusqlite::Result<Self> {
        let add = file.prepare_cached(
            "INSERT INTO recent_events (player_id, number, type, at, details)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        Ok(Self(add))
    }

    /// Adds a player's event. `number` counts the player's events from 0.
    pub(crate) fn add(
        &mut self,
        player: GuildPlayerId,
        number: u64,
        event: &StoredEvent,
    ) -> rusqlite::Result<()> {
        self.0.execute(params![
            player.0,
            number.cast_signed(),
            event.event_type,
            event.at.0,
            event.details
        ])?;
        Ok(())
    }
}

/// Moves the recent events to their slots if at least `max` have been added since this was last done.
pub(crate) fn move_recent_beyond(file: &Connection, max: i64) -> rusqlite::Result<()> {
    // In an empty table ids begin with 1 again.
    let newest: Option<i64> = file
        .prepare_cached("SELECT max(id) FROM recent_events")?
        .query_row([], |row| row.get(0))?;
    match newest {
        Some(newest) if newest >= max => move_recent(file),
        _ => Ok(()),
    }
}

/// Moves all recent events to their slots.
pub(crate) fn move_recent(file: &Connection) -> rusqlite::Result<()> {
    // In order, so that each page is changed once, and so that the later of two events in a slot stays.
    file.prepare_cached(
        "INSERT OR REPLACE INTO events (player_id, slot, number, type, at, details)
         SELECT player_id, number % ?1, number, type, at, details FROM recent_events
         ORDER BY player_id, number",
    )?
    .execute([KEPT.cast_signed()])?;
    file.prepare_cached("DELETE FROM recent_events")?
        .execute([])?;
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

/// Returns all events of a player who has no recent ones, the oldest first.
pub(crate) fn all_moved(
    file: &Connection,
    player: GuildPlayerId,
) -> rusqlite::Result<Vec<StoredEvent>> {
    file.prepare_cached(
        "SELECT type, at, details FROM events WHERE player_id = ?1 ORDER BY at, number",
    )?
    .query_map([player.0], read)?
    .collect()
}

/// Returns all events of a player, the oldest first.
pub(crate) fn all(file: &Connection, player: &GuildPlayer) -> rusqlite::Result<Vec<StoredEvent>> {
    let mut all = newest(file, player, UnixSeconds(i64::MIN), usize::MAX)?;
    all.reverse();
    Ok(all)
}

/// Returns the players who have recent events.
pub(crate) fn players_with_recent(file: &Connection) -> rusqlite::Result<HashSet<GuildPlayerId>> {
    file.prepare_cached("SELECT DISTINCT player_id FROM recent_events")?
        .query_map([], |row| row.get(0).map(GuildPlayerId))?
        .collect()
}

/// Returns a player's events from `edge` on, the newest first, at most `limit`.
pub(crate) fn newest(
    file: &Connection,
    player: &GuildPlayer,
    edge: UnixSeconds,
    limit: usize,
) -> rusqlite::Result<Vec<StoredEvent>> {
    // A recent event replaces the one that is still in its slot.
    let first = player.events.saturating_sub(KEPT);
    file.prepare_cached(
        "SELECT type, at, details, number FROM events
         WHERE player_id = ?1 AND number >= ?2 AND at >= ?3
         UNION ALL SELECT type, at, details, number FROM recent_events
         WHERE player_id = ?1 AND number >= ?2 AND at >= ?3
         ORDER BY at DESC, number DESC LIMIT ?4",
    )?
    .query_map(
        params![
            player.id.0,
            first.cast_signed(),
            edge.0,
            i64::try_from(limit).unwrap_or(i64::MAX)
        ],
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
