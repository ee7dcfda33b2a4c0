//! Deletes everything about a player, on the way through all tables, or what is of some days.

pub(crate) mod days;

use oxeye_plugin_proto::PlayerName;
use rusqlite::{Connection, params};

use super::players::GuildPlayerId;
use crate::ids::GuildId;

/// Deletes what the tables know of a guild's player who has no recent events, but for the player's own row.
pub(crate) fn delete_of_player(
    file: &Connection,
    guild: GuildId,
    player: GuildPlayerId,
) -> rusqlite::Result<()> {
    for table in ["events", "session_counters", "collected"] {
        file.execute(
            &format!("DELETE FROM {table} WHERE player_id = ?1"),
            [player.0],
        )?;
    }
    file.execute(
        "DELETE FROM day_counters WHERE guild_id = ?1 AND player_id = ?2",
        params![guild.to_sql(), player.0],
    )?;
    Ok(())
}

/// Deletes some rows of a guild, at most a number of them. Returns how many.
pub(crate) type DeleteOfGuild = fn(&Connection, GuildId, usize) -> rusqlite::Result<usize>;

/// Deletes counters of a guild's days, at most `limit`. Returns how many.
pub(crate) fn delete_days_of_guild(
    file: &Connection,
    guild: GuildId,
    limit: usize,
) -> rusqlite::Result<usize> {
    file.execute(
        "DELETE FROM day_counters WHERE (guild_id, counter_id, day, player_id) IN (
             SELECT guild_id, counter_id, day, player_id FROM day_counters
             WHERE guild_id = ?1 LIMIT ?2)",
        params![guild.to_sql(), to_sql(limit)],
    )
}

/// Deletes players of a guild whose days are deleted and who have no recent events, at most `limit`. Returns how many.
pub(crate) fn delete_players_of_guild(
    file: &Connection,
    guild: GuildId,
    limit: usize,
) -> rusqlite::Result<usize> {
    let players: Vec<i64> = file
        .prepare_cached("SELECT id FROM players WHERE guild_id = ?1 LIMIT ?2")?
        .query_map(params![guild.to_sql(), to_sql(limit)], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for player in &players {
        for table in ["events", "session_counters", "collected"] {
            let sql = format!("DELETE FROM {table} WHERE player_id = ?1");
            file.prepare_cached(&sql)?.execute([player])?;
        }
        file.prepare_cached("DELETE FROM players WHERE id = ?1")?
            .execute([player])?;
    }
    Ok(players.len())
}

/// Deletes the events, none of them recent, whose details have this name as a value, whoever's they are, and the collected values that are
/// this name, of players of one guild, or of all. Returns how many there were.
pub(crate) fn delete_mentions(
    file: &Connection,
    only: Option<GuildId>,
    name: &PlayerName,
) -> rusqlite::Result<usize> {
    let quoted = serde_json::Value::from(name.as_str()).to_string();
    let only = only.map(GuildId::to_sql);
    let events = file.execute(
        "DELETE FROM events WHERE instr(details, ?1) > 0
             AND (?2 IS NULL OR player_id IN (SELECT id FROM players WHERE guild_id = ?2))",
        params![quoted, only],
    )?;
    let collected = file.execute(
        "DELETE FROM collected WHERE value = ?1
             AND (?2 IS NULL OR player_id IN (SELECT id FROM players WHERE guild_id = ?2))",
        params![name.as_str(), only],
    )?;
    Ok(events + collected)
}

/// Rewrites the pages with players' names, because the unused part of a page that was split keeps old copies.
pub(crate) fn rewrite_players(file: &Connection) -> rusqlite::Result<()> {
    crate::store::rows::rewriting::rewrite_players(file)
}

/// Rewrites the whole file, for the same reason. Must not run in a transaction.
pub(crate) fn rewrite_file(file: &Connection) -> rusqlite::Result<()> {
    file.execute_batch("VACUUM")
}

fn to_sql(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
