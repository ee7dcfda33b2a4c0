//! Values that were collected, per player and UTC day.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use super::players::GuildPlayerId;
use super::words::WordId;
use crate::activity::day::UtcDay;

/// How many values of a collection are kept of one player and day.
const MAX_PER_DAY: i64 = 100;

/// Adds a value, or renews the time of one that is there. Beyond [`MAX_PER_DAY`] the one with the oldest time
/// makes room.
pub(crate) fn add(
    file: &Connection,
    player: GuildPlayerId,
    collection: WordId,
    value: &str,
    at: UnixSeconds,
) -> rusqlite::Result<()> {
    let day = UtcDay::of(at);
    file.prepare_cached(
        "INSERT INTO collected (player_id, day, collection_id, value, at)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
    )?
    .execute(params![player.0, day.0, collection.0, value, at.0])?;
    file.prepare_cached(
        "DELETE FROM collected
         WHERE player_id = ?1 AND day = ?2 AND collection_id = ?3 AND value IN (
             SELECT value FROM collected
             WHERE player_id = ?1 AND day = ?2 AND collection_id = ?3
             ORDER BY at DESC, value LIMIT -1 OFFSET ?4)",
    )?
    .execute(params![player.0, day.0, collection.0, MAX_PER_DAY])?;
    Ok(())
}

/// Returns the different values that a player collected on some days, first and last, and at `from` or later,
/// in the order in which they were last collected.
pub(crate) fn of_player(
    file: &Connection,
    player: GuildPlayerId,
    collection: WordId,
    (first, last): (UtcDay, UtcDay),
    from: UnixSeconds,
) -> rusqlite::Result<Vec<String>> {
    file.prepare_cached(
        "SELECT value FROM collected
         WHERE player_id = ?1 AND day BETWEEN ?2 AND ?3 AND collection_id = ?4 AND at >= ?5
         GROUP BY value ORDER BY max(at), value",
    )?
    .query_map(
        params![player.0, first.0, last.0, collection.0, from.0],
        |row| row.get(0),
    )?
    .collect()
}
