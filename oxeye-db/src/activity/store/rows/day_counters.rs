//! Amounts per player, UTC day and counter, without those of recent events.

use std::collections::BTreeMap;

use rusqlite::{CachedStatement, Connection, params};

use super::players::GuildPlayerId;
use super::words::WordId;
use crate::activity::day::UtcDay;
use crate::ids::GuildId;

/// Adds amounts to counters of days.
pub(crate) struct AddToDay<'f>(CachedStatement<'f>);

impl<'f> AddToDay<'f> {
    pub(crate) fn prepare(file: &'f Connection) -> rusqlite::Result<Self> {
        let add = file.prepare_cached(
            "INSERT INTO day_counters (guild_id, counter_id, day, player_id, amount)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
        )?;
        Ok(Self(add))
    }

    /// Adds an amount to a player's counter of a day.
    pub(crate) fn add(
        &mut self,
        guild: GuildId,
        player: GuildPlayerId,
        day: UtcDay,
        counter: WordId,
        amount: f64,
    ) -> rusqlite::Result<()> {
        self.0
            .execute(params![guild.to_sql(), counter.0, day.0, player.0, amount])?;
        Ok(())
    }
}

/// Raises a player's counter of a day to an amount, and returns whether it was below that.
pub(crate) fn raise(
    file: &Connection,
    guild: GuildId,
    player: GuildPlayerId,
    day: UtcDay,
    counter: WordId,
    amount: f64,
) -> rusqlite::Result<bool> {
    let raised = file
        .prepare_cached(
            "INSERT INTO day_counters (guild_id, counter_id, day, player_id, amount)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET amount = excluded.amount WHERE amount < excluded.amount",
        )?
        .execute(params![guild.to_sql(), counter.0, day.0, player.0, amount])?;
    Ok(raised > 0)
}

/// Returns the sum of every counter of a player over some days, first and last.
pub(crate) fn of_player(
    file: &Connection,
    guild: GuildId,
    player: GuildPlayerId,
    (first, last): (UtcDay, UtcDay),
) -> rusqlite::Result<Vec<(String, f64)>> {
    let mut days = file.prepare_cached(
        "WITH RECURSIVE days (day) AS (
             VALUES (?3) UNION ALL SELECT day + 1 FROM days WHERE day < ?4)
         SELECT word, sum(amount) FROM words CROSS JOIN days CROSS JOIN day_counters
             ON guild_id = ?1 AND counter_id = words.id AND day_counters.day = days.day
                AND player_id = ?2
         GROUP BY word",
    )?;
    days.query_map(params![guild.to_sql(), player.0, first.0, last.0], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?
    .collect()
}

/// Returns every counter of a player on each of some days, first and last.
pub(crate) fn by_day(
    file: &Connection,
    guild: GuildId,
    player: GuildPlayerId,
    (first, last): (UtcDay, UtcDay),
) -> rusqlite::Result<BTreeMap<UtcDay, Vec<(String, f64)>>> {
    let mut amounts = file.prepare_cached(
        "WITH RECURSIVE days (day) AS (
             VALUES (?3) UNION ALL SELECT day + 1 FROM days WHERE day < ?4)
         SELECT day_counters.day, word, amount
         FROM words CROSS JOIN days CROSS JOIN day_counters
             ON guild_id = ?1 AND counter_id = words.id AND day_counters.day = days.day
                AND player_id = ?2",
    )?;
    let mut rows = amounts.query(params![guild.to_sql(), player.0, first.0, last.0])?;
    let mut by_day = BTreeMap::<_, Vec<_>>::new();
    while let Some(row) = rows.next()? {
        let counters = by_day.entry(UtcDay(row.get(0)?)).or_default();
        counters.push((row.get(1)?, row.get(2)?));
    }
    Ok(by_day)
}

/// Returns one of a player's counters on each of some days, first and last.
pub(crate) fn each_day(
    file: &Connection,
    guild: GuildId,
    (counter, player): (WordId, GuildPlayerId),
    (first, last): (UtcDay, UtcDay),
) -> rusqlite::Result<Vec<(UtcDay, f64)>> {
    file.prepare_cached(
        "WITH RECURSIVE days (day) AS (
             VALUES (?4) UNION ALL SELECT day + 1 FROM days WHERE day < ?5)
         SELECT days.day, amount FROM days CROSS JOIN day_counters
             ON guild_id = ?1 AND counter_id = ?2 AND day_counters.day = days.day
                AND player_id = ?3",
    )?
    .query_map(
        params![guild.to_sql(), counter.0, player.0, first.0, last.0],
        |row| Ok((UtcDay(row.get(0)?), row.get(1)?)),
    )?
    .collect()
}

/// Returns the sum of one of a player's counters over some days, first and last.
pub(crate) fn sum_of_player(
    file: &Connection,
    guild: GuildId,
    counter: WordId,
    player: GuildPlayerId,
    (first, last): (UtcDay, UtcDay),
) -> rusqlite::Result<f64> {
    file.prepare_cached(
        "WITH RECURSIVE days (day) AS (
             VALUES (?4) UNION ALL SELECT day + 1 FROM days WHERE day < ?5)
         SELECT total(amount) FROM days CROSS JOIN day_counters
             ON guild_id = ?1 AND counter_id = ?2 AND day_counters.day = days.day
                AND player_id = ?3",
    )?
    .query_row(
        params![guild.to_sql(), counter.0, player.0, first.0, last.0],
        |row| row.get(0),
    )
}

/// Returns the amounts of one of a guild's counters on a day, in the order of the players' numbers.
pub(crate) fn of_guild(
    file: &Connection,
    guild: GuildId,
    counter: WordId,
    day: UtcDay,
) -> rusqlite::Result<Vec<(GuildPlayerId, f64)>> {
    file.prepare_cached(
        "SELECT player_id, amount FROM day_counters
         WHERE guild_id = ?1 AND counter_id = ?2 AND day = ?3 ORDER BY player_id",
    )?
    .query_map(params![guild.to_sql(), counter.0, day.0], |row| {
        Ok((GuildPlayerId(row.get(0)?), row.get(1)?))
    })?
    .collect()
}

/// Calls `take` with each player and day of one of a guild's counters over some days, first and last, in the order of the
/// days and, on each day, of the players' numbers.
pub(crate) fn each_of_guild(
    file: &Connection,
    guild: GuildId,
    counter: WordId,
    (first, last): (UtcDay, UtcDay),
    mut take: impl FnMut(GuildPlayerId, UtcDay),
) -> rusqlite::Result<()> {
    let mut statement = file.prepare_cached(
        "SELECT player_id, day FROM day_counters
         WHERE guild_id = ?1 AND counter_id = ?2 AND day BETWEEN ?3 AND ?4
         ORDER BY day, player_id",
    )?;
    let mut rows = statement.query(params![guild.to_sql(), counter.0, first.0, last.0])?;
    while let Some(row) = rows.next()? {
        take(GuildPlayerId(row.get(0)?), UtcDay(row.get(1)?));
    }
    Ok(())
}
