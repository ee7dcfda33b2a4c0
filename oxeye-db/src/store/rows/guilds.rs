//! The guilds that the bot is or was in, and those that have ever had a server or a link code.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use super::time;
use crate::ids::GuildId;

/// A guild, and what is known of the bot there.
#[derive(Debug)]
pub(crate) struct GuildRow {
    pub(crate) guild: GuildId,
    /// Whether the bot is known to be there. It never is in a guild of the command line only.
    pub(crate) has_bot: bool,
    pub(crate) removed_at: Option<UnixSeconds>,
}

/// Adds a guild unless it exists. If it removed the bot, somebody wants it again: nothing of it will be
/// deleted.
pub(crate) fn ensure(file: &Connection, guild: GuildId, now: UnixSeconds) -> rusqlite::Result<()> {
    file.execute(
        "INSERT INTO guilds (id, created_at) VALUES (?1, ?2)
         ON CONFLICT DO UPDATE SET removed_at = NULL",
        params![guild.to_sql(), now.0],
    )?;
    Ok(())
}

/// Returns all guilds except that of local servers.
pub(crate) fn all(file: &Connection) -> rusqlite::Result<Vec<GuildRow>> {
    file.prepare_cached(
        "SELECT id, bot_since IS NOT NULL, removed_at FROM guilds WHERE id <> 0 ORDER BY id",
    )?
    .query_map([], |row| {
        Ok(GuildRow {
            guild: GuildId::from_sql(row.get(0)?),
            has_bot: row.get(1)?,
            removed_at: time(row, 2)?,
        })
    })?
    .collect()
}

/// Returns how many guilds there are.
pub(crate) fn count(file: &Connection) -> rusqlite::Result<usize> {
    let count: u32 = file.query_row("SELECT count(*) FROM guilds", [], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Whether the bot is known to be in a guild.
pub(crate) fn has_bot(file: &Connection, guild: GuildId) -> rusqlite::Result<bool> {
    file.query_row(
        "SELECT EXISTS (SELECT 1 FROM guilds WHERE id = ?1 AND bot_since IS NOT NULL)",
        [guild.to_sql()],
        |row| row.get(0),
    )
}

/// Whether a guild is known to have removed the bot, and not to have it again.
pub(crate) fn has_removed_bot(file: &Connection, guild: GuildId) -> rusqlite::Result<bool> {
    is_removed_by(file, guild, UnixSeconds(i64::MAX))
}

/// Records that the bot is in a guild, unless that is known.
pub(crate) fn set_present(
    file: &Connection,
    guild: GuildId,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "INSERT INTO guilds (id, created_at, bot_since) VALUES (?1, ?2, ?2)
         ON CONFLICT DO UPDATE SET bot_since = ?2, removed_at = NULL WHERE bot_since IS NULL",
        params![guild.to_sql(), now.0],
    )?;
    Ok(())
}

/// Records that a guild removed the bot, unless that is known. The guild may be new: its removal can be told
/// before it has been recorded that the bot was there.
pub(crate) fn set_removed(
    file: &Connection,
    guild: GuildId,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "INSERT INTO guilds (id, created_at, removed_at) VALUES (?1, ?2, ?2)
         ON CONFLICT DO UPDATE SET bot_since = NULL, removed_at = ?2 WHERE removed_at IS NULL",
        params![guild.to_sql(), now.0],
    )?;
    Ok(())
}

/// Returns the guilds that removed the bot by a time.
pub(crate) fn removed_by(file: &Connection, edge: UnixSeconds) -> rusqlite::Result<Vec<GuildId>> {
    file.prepare_cached("SELECT id FROM guilds WHERE removed_at <= ?1 AND id <> 0 ORDER BY id")?
        .query_map([edge.0], |row| row.get(0).map(GuildId::from_sql))?
        .collect()
}

/// Whether a guild removed the bot by a time and has not come back.
pub(crate) fn is_removed_by(
    file: &Connection,
    guild: GuildId,
    edge: UnixSeconds,
) -> rusqlite::Result<bool> {
    file.query_row(
        "SELECT EXISTS (SELECT 1 FROM guilds WHERE id = ?1 AND removed_at <= ?2 AND id <> 0)",
        params![guild.to_sql(), edge.0],
        |row| row.get(0),
    )
}

/// Deletes a guild that has no servers. Returns whether it was deleted.
pub(crate) fn delete_without_servers(file: &Connection, guild: GuildId) -> rusqlite::Result<bool> {
    let deleted = file.execute(
        "DELETE FROM guilds WHERE id = ?1
             AND NOT EXISTS (SELECT 1 FROM servers WHERE guild_id = ?1)",
        [guild.to_sql()],
    )?;
    Ok(deleted > 0)
}

/// Whether a guild has servers or link codes.
pub(crate) fn is_used(file: &Connection, guild: GuildId) -> rusqlite::Result<bool> {
    file.query_row(
        "SELECT EXISTS (SELECT 1 FROM servers WHERE guild_id = ?1)
             OR EXISTS (SELECT 1 FROM link_codes WHERE guild_id = ?1)",
        [guild.to_sql()],
        |row| row.get(0),
    )
}
