//! Deletes what was done under a name on some days: those of one of the accounts that used it.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::{Connection, Params, Row, params};

use crate::activity::day::UtcDay;
use crate::activity::store::rows::players::GuildPlayerId;
use crate::ids::GuildId;

/// Deletes what the tables know of some days of a guild's player who has no recent events, but for the player's own row.
/// What was done during a stay belongs to the day on which it began. Returns how many rows there were.
pub(crate) fn delete_of_player(
    file: &Connection,
    guild: GuildId,
    player: GuildPlayerId,
    is_asked: impl Fn(UtcDay) -> bool,
) -> rusqlite::Result<usize> {
    let mut deleted = 0;
    for (table, time) in [("events", "at"), ("session_counters", "began_at")] {
        let times = format!("SELECT DISTINCT {time} FROM {table} WHERE player_id = ?1");
        let delete = format!("DELETE FROM {table} WHERE player_id = ?1 AND {time} = ?2");
        for at in all(file, &times, [player.0], |row| time_in(row, 0))? {
            if is_asked(UtcDay::of(at)) {
                let of_time = [player.0, at.0];
                deleted += file.prepare_cached(&delete)?.execute(of_time)?;
            }
        }
    }
    let days = "SELECT DISTINCT day FROM collected WHERE player_id = ?1";
    let delete = "DELETE FROM collected WHERE player_id = ?1 AND day = ?2";
    for day in all(file, days, [player.0], |row| day_in(row, 0))? {
        if is_asked(day) {
            let of_day = params![player.0, day.0];
            deleted += file.prepare_cached(delete)?.execute(of_day)?;
        }
    }
    let of_player = [guild.to_sql(), player.0];
    let days = "SELECT DISTINCT day FROM day_counters WHERE guild_id = ?1 AND player_id = ?2";
    // Named, so that the index on all columns finds the rows.
    let delete = "DELETE FROM day_counters WHERE guild_id = ?1 AND player_id = ?2 AND day = ?3
         AND counter_id IN (SELECT id FROM words)";
    for day in all(file, days, of_player, |row| day_in(row, 0))? {
        if is_asked(day) {
            let of_day = params![guild.to_sql(), player.0, day.0];
            deleted += file.prepare_cached(delete)?.execute(of_day)?;
        }
    }
    Ok(deleted)
}

/// Returns the latest time at which a guild's player, who has no recent events, is known to have done anything; `None` if
/// nothing is known of them.
pub(crate) fn latest_of(
    file: &Connection,
    guild: GuildId,
    player: GuildPlayerId,
) -> rusqlite::Result<Option<UnixSeconds>> {
    let last_day: Option<i32> = file
        .prepare_cached("SELECT max(day) FROM day_counters WHERE guild_id = ?1 AND player_id = ?2")?
        .query_row([guild.to_sql(), player.0], |row| row.get(0))?;
    let last_time: Option<i64> = file
        .prepare_cached(
            "SELECT max(at) FROM (
                 SELECT at FROM events WHERE player_id = ?1
                 UNION ALL SELECT at FROM collected WHERE player_id = ?1
                 UNION ALL SELECT began_at FROM session_counters WHERE player_id = ?1)",
        )?
        .query_row([player.0], |row| row.get(0))?;
    let last_day = last_day.map(|day| UtcDay(day).begin());
    Ok(last_time.map(UnixSeconds).max(last_day))
}

/// Deletes what was done on some days and names a player, whoever did it: events, none of them recent, whose details have
/// this name as a value, and the collected values that are this name, of players of a guild. Returns how many there were.
pub(crate) fn delete_mentions(
    file: &Connection,
    guild: GuildId,
    name: &PlayerName,
    is_asked: impl Fn(UtcDay) -> bool,
) -> rusqlite::Result<usize> {
    let quoted = serde_json::Value::from(name.as_str()).to_string();
    let mut deleted = 0;
    let events = "SELECT player_id, slot, at FROM events WHERE instr(details, ?1) > 0
         AND player_id IN (SELECT id FROM players WHERE guild_id = ?2)";
    let key = |row: &Row<'_>| Ok(([row.get(0)?, row.get(1)?], time_in(row, 2)?));
    for (key, at) in all(file, events, params![quoted, guild.to_sql()], key)? {
        if is_asked(UtcDay::of(at)) {
            let key: [i64; 2] = key;
            deleted += file
                .prepare_cached("DELETE FROM events WHERE player_id = ?1 AND slot = ?2")?
                .execute(key)?;
        }
    }
    let values = "SELECT player_id, collection_id, day FROM collected WHERE value = ?1
         AND player_id IN (SELECT id FROM players WHERE guild_id = ?2)";
    let key = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, day_in(row, 2)?));
    for (player, collection, day) in all(file, values, params![name.as_str(), guild.to_sql()], key)?
    {
        if is_asked(day) {
            let (player, collection): (i64, i64) = (player, collection);
            deleted += file
                .prepare_cached(
                    "DELETE FROM collected
                     WHERE player_id = ?1 AND collection_id = ?2 AND day = ?3 AND value = ?4",
                )?
                .execute(params![player, collection, day.0, name.as_str()])?;
        }
    }
    Ok(deleted)
}

/// Returns all rows, so that they can be deleted.
fn all<T>(
    file: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    file.prepare_cached(sql)?.query_map(params, read)?.collect()
}

fn time_in(row: &Row<'_>, column: usize) -> rusqlite::Result<UnixSeconds> {
    row.get(column).map(UnixSeconds)
}

fn day_in(row: &Row<'_>, column: usize) -> rusqlite::Result<UtcDay> {
    row.get(column).map(UtcDay)
}
