//! Amounts per player and stay, for the counters of a session that is going on, without those of recent events.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use super::players::GuildPlayerId;
use super::words::WordId;

/// Adds an amount to a player's counter of the stay that began at this time.
pub(crate) fn add(
    file: &Connection,
    player: GuildPlayerId,
    began_at: UnixSeconds,
    counter: WordId,
    amount: f64,
) -> rusqlite::Result<()> {
    file.prepare_cached(
        "INSERT INTO session_counters (player_id, began_at, counter_id, amount)
         VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
    )?
    .execute(params![player.0, began_at.0, counter.0, amount])?;
    Ok(())
}

/// Returns the sum of every counter over a player's stays that began at `from` or later.
pub(crate) fn of_player_from(
    file: &Connection,
    player: GuildPlayerId,
    from: UnixSeconds,
) -> rusqlite::Result<Vec<(String, f64)>> {
    file.prepare_cached(
        "SELECT word, sum(amount) FROM session_counters JOIN words ON words.id = counter_id
         WHERE player_id = ?1 AND began_at >= ?2 GROUP BY word",
    )?
    .query_map([player.0, from.0], |row| Ok((row.get(0)?, row.get(1)?)))?
    .collect()
}
