//! The counters: Discord channels whose status or name shows a number.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{discord_id, optional_server, stopped, time};
use crate::counter::{Counter, CounterUpdate, NewCounter};
use crate::ids::{GuildId, ServerId};

/// Adds a counter, or replaces the one of the same channel, whose own name stays known.
pub(crate) fn set(
    file: &Connection,
    new: &NewCounter,
    now: UnixSeconds,
) -> rusqlite::Result<Counter> {
    file.query_row(
        "INSERT INTO counters (guild_id, channel_id, server_id, template, set_by, set_at, locale,
             original_name)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT DO UPDATE SET server_id = excluded.server_id, template = excluded.template,
             set_by = excluded.set_by, set_at = excluded.set_at, locale = excluded.locale,
             shown = CASE WHEN original_name IS NULL AND excluded.original_name IS NOT NULL THEN NULL
                          ELSE shown END,
             original_name = ifnull(original_name, excluded.original_name),
             blocked_since = NULL, told_at = NULL, ended_at = NULL, stopped_at = NULL,
             stopped_reason = NULL
         RETURNING *",
        params![
            new.servers.guild().to_sql(),
            new.channel.cast_signed(),
            new.servers.server().map(|server| server.0),
            new.template,
            new.set_by.cast_signed(),
            now.0,
            new.locale,
            new.original_name
        ],
        counter,
    )
}

/// Returns the counters of one guild, or all counters, sorted by guild and channel.
pub(crate) fn all(file: &Connection, only: Option<GuildId>) -> rusqlite::Result<Vec<Counter>> {
    file.prepare_cached(
        "SELECT * FROM counters WHERE ?1 IS NULL OR guild_id = ?1 ORDER BY guild_id, channel_id",
    )?
    .query_map([only.map(GuildId::to_sql)], counter)?
    .collect()
}

/// Changes the counter of a channel. Returns whether it exists.
pub(crate) fn update(
    file: &Connection,
    guild: GuildId,
    channel: u64,
    update: &CounterUpdate,
) -> rusqlite::Result<bool> {
    let (guild, channel) = (guild.to_sql(), channel.cast_signed());
    let changed = match update {
        CounterUpdate::Shown(text) => file.execute(
            "UPDATE counters SET shown = ?3, blocked_since = NULL, told_at = NULL,
                 stopped_at = NULL, stopped_reason = NULL
             WHERE guild_id = ?1 AND channel_id = ?2",
            params![guild, channel, text],
        )?,
        CounterUpdate::ByName { original } => file.execute(
            "UPDATE counters SET original_name = ?3, shown = NULL
             WHERE guild_id = ?1 AND channel_id = ?2",
            params![guild, channel, original],
        )?,
        CounterUpdate::ByStatus => file.execute(
            "UPDATE counters SET original_name = NULL, shown = NULL
             WHERE guild_id = ?1 AND channel_id = ?2",
            params![guild, channel],
        )?,
        CounterUpdate::Blocked(since) => file.execute(
            "UPDATE counters SET blocked_since = ?3 WHERE guild_id = ?1 AND channel_id = ?2",
            params![guild, channel, since.0],
        )?,
        CounterUpdate::Told(at) => file.execute(
            "UPDATE counters SET told_at = ?3 WHERE guild_id = ?1 AND channel_id = ?2",
            params![guild, channel, at.0],
        )?,
        CounterUpdate::Stopped(stopped) => file.execute(
            "UPDATE counters SET stopped_at = ?3, stopped_reason = ?4
             WHERE guild_id = ?1 AND channel_id = ?2",
            params![guild, channel, stopped.at.0, stopped.reason.as_str()],
        )?,
    };
    Ok(changed > 0)
}

/// Turns the counter of a channel off, and returns it if it was not off.
pub(crate) fn end(
    file: &Connection,
    guild: GuildId,
    channel: u64,
    now: UnixSeconds,
) -> rusqlite::Result<Option<Counter>> {
    file.query_row(
        "UPDATE counters SET ended_at = ?3
         WHERE guild_id = ?1 AND channel_id = ?2 AND ended_at IS NULL RETURNING *",
        params![guild.to_sql(), channel.cast_signed(), now.0],
        counter,
    )
    .optional()
}

/// Deletes the counter of a channel, and returns it if it existed.
pub(crate) fn delete(
    file: &Connection,
    guild: GuildId,
    channel: u64,
) -> rusqlite::Result<Option<Counter>> {
    file.query_row(
        "DELETE FROM counters WHERE guild_id = ?1 AND channel_id = ?2 RETURNING *",
        params![guild.to_sql(), channel.cast_signed()],
        counter,
    )
    .optional()
}

/// Deletes the counters of a server.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM counters WHERE server_id = ?1", [server.0])?;
    Ok(())
}

/// Deletes the counters of a guild.
pub(crate) fn delete_for_guild(file: &Connection, guild: GuildId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM counters WHERE guild_id = ?1", [guild.to_sql()])?;
    Ok(())
}

/// Reads a row with all columns, in the order of the migration.
fn counter(row: &Row<'_>) -> rusqlite::Result<Counter> {
    Ok(Counter {
        guild: GuildId::from_sql(row.get(0)?),
        channel: discord_id(row, 1)?,
        server: optional_server(row, 2)?,
        template: row.get(3)?,
        locale: row.get(4)?,
        original_name: row.get(5)?,
        set_by: discord_id(row, 6)?,
        set_at: UnixSeconds(row.get(7)?),
        shown: row.get(8)?,
        blocked_since: time(row, 9)?,
        told_at: time(row, 10)?,
        ended_at: time(row, 11)?,
        stopped: stopped(row, 12)?,
    })
}
