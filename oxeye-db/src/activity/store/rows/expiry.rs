//! Deletes rows that are too old.

use rusqlite::{Connection, params};

use super::players::GuildPlayerId;
use crate::activity::day::UtcDay;
use crate::activity::lifetimes::Edges;

/// Returns players in the order of their numbers, at most `limit`, from a number on.
pub(crate) fn players_from(
    file: &Connection,
    from: i64,
    limit: usize,
) -> rusqlite::Result<Vec<GuildPlayerId>> {
    file.prepare_cached("SELECT id FROM players WHERE id >= ?1 ORDER BY id LIMIT ?2")?
        .query_map(params![from, to_sql(limit)], |row| {
            row.get(0).map(GuildPlayerId)
        })?
        .collect()
}

/// Deletes counters of days before `edge`, at most about `limit`. Returns how many.
pub(crate) fn delete_days(
    file: &Connection,
    edge: UtcDay,
    limit: usize,
) -> rusqlite::Result<usize> {
    let mut counters = file.prepare_cached(
        "SELECT guild_id, words.id FROM (SELECT DISTINCT guild_id FROM players) CROSS JOIN words",
    )?;
    let counters = counters.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let counters: Vec<(i64, i64)> = counters.collect::<rusqlite::Result<_>>()?;
    let mut delete = file.prepare_cached(
        "DELETE FROM day_counters WHERE (guild_id, counter_id, day, player_id) IN (
             SELECT guild_id, counter_id, day, player_id FROM day_counters
             WHERE guild_id = ?1 AND counter_id = ?2 AND day < ?3 LIMIT ?4)",
    )?;
    let mut deleted = 0;
    for (guild, counter) in counters {
        deleted += delete.execute(params![guild, counter, edge.0, to_sql(limit)])?;
        if deleted >= limit {
            break;
        }
    }
    Ok(deleted)
}

/// Deletes what is too old of a player who has no recent events, and the player if nothing is left: all days end with the player's last event.
pub(crate) fn delete_of_player(
    file: &Connection,
    player: GuildPlayerId,
    edges: Edges,
) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM events WHERE player_id = ?1 AND at < ?2")?
        .execute([player.0, edges.event.0])?;
    file.prepare_cached("DELETE FROM collected WHERE player_id = ?1 AND day < ?2")?
        .execute(params![player.0, edges.day.0])?;
    file.prepare_cached(
        "DELETE FROM session_counters WHERE player_id = ?1 AND began_at < ?2 AND began_at < (
             SELECT max(began_at) FROM session_counters WHERE player_id = ?1)",
    )?
    .execute([player.0, edges.stay.0])?;
    let is_gone = file
        .prepare_cached("DELETE FROM players WHERE id = ?1 AND last_event_at < ?2")?
        .execute([player.0, edges.day.begin().0])?
        > 0;
    if is_gone {
        file.prepare_cached("DELETE FROM session_counters WHERE player_id = ?1")?
            .execute([player.0])?;
    }
    Ok(())
}

fn to_sql(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
