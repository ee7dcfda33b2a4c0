//! The boards: messages in Discord that stay up to date.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, Row, params};

use super::{discord_id, optional_discord_id, optional_server, stopped, time};
use crate::board::{Board, BoardId, BoardUpdate, NewBoard};
use crate::ids::{GuildId, ServerId};

/// Adds a board that is not posted yet.
pub(crate) fn insert(
    file: &Connection,
    new: &NewBoard,
    now: UnixSeconds,
) -> rusqlite::Result<Board> {
    file.query_row(
        "INSERT INTO boards (guild_id, channel_id, server_id, with_picture, locale, posted_by, posted_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING *",
        params![
            new.servers.guild().to_sql(),
            new.channel.cast_signed(),
            new.servers.server().map(|server| server.0),
            new.with_picture,
            new.locale,
            new.posted_by.cast_signed(),
            now.0
        ],
        board,
    )
}

/// Returns the boards of one guild, or all boards, in the order in which they were added.
pub(crate) fn all(file: &Connection, only: Option<GuildId>) -> rusqlite::Result<Vec<Board>> {
    file.prepare_cached("SELECT * FROM boards WHERE ?1 IS NULL OR guild_id = ?1 ORDER BY id")?
        .query_map([only.map(GuildId::to_sql)], board)?
        .collect()
}

/// Changes a board. Returns whether it exists.
pub(crate) fn update(
    file: &Connection,
    id: BoardId,
    update: &BoardUpdate,
) -> rusqlite::Result<bool> {
    let changed = match update {
        BoardUpdate::Posted {
            message,
            thread,
            shown,
            reposted_at,
        } => file.execute(
            "UPDATE boards SET message_id = ?2, thread_id = ?3, shown = ?4,
                 reposted_at = ifnull(?5, reposted_at), blocked_since = NULL, told_at = NULL,
                 stopped_at = NULL, stopped_reason = NULL
             WHERE id = ?1",
            params![
                id.0,
                message.cast_signed(),
                thread.map(u64::cast_signed),
                shown,
                reposted_at.map(|at| at.0)
            ],
        )?,
        BoardUpdate::Shown(shown) => file.execute(
            "UPDATE boards SET shown = ?2, blocked_since = NULL, told_at = NULL,
                 stopped_at = NULL, stopped_reason = NULL
             WHERE id = ?1",
            params![id.0, shown],
        )?,
        BoardUpdate::Blocked(since) => file.execute(
            "UPDATE boards SET blocked_since = ?2 WHERE id = ?1",
            params![id.0, since.0],
        )?,
        BoardUpdate::Told(at) => file.execute(
            "UPDATE boards SET told_at = ?2 WHERE id = ?1",
            params![id.0, at.0],
        )?,
        BoardUpdate::Stopped(stopped) => file.execute(
            "UPDATE boards SET stopped_at = ?2, stopped_reason = ?3 WHERE id = ?1",
            params![id.0, stopped.at.0, stopped.reason.as_str()],
        )?,
        BoardUpdate::Renewed {
            with_picture,
            locale,
            posted_by,
        } => file.execute(
            "UPDATE boards SET with_picture = ?2, locale = ?3, posted_by = ?4, blocked_since = NULL,
                 reposted_at = NULL, told_at = NULL, stopped_at = NULL, stopped_reason = NULL
             WHERE id = ?1",
            params![id.0, with_picture, locale, posted_by.cast_signed()],
        )?,
    };
    Ok(changed > 0)
}

/// Deletes a board. Returns whether it existed.
pub(crate) fn delete(file: &Connection, id: BoardId) -> rusqlite::Result<bool> {
    Ok(file.execute("DELETE FROM boards WHERE id = ?1", [id.0])? > 0)
}

/// Deletes the boards of a server.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM boards WHERE server_id = ?1", [server.0])?;
    Ok(())
}

/// Deletes the boards of a guild.
pub(crate) fn delete_for_guild(file: &Connection, guild: GuildId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM boards WHERE guild_id = ?1", [guild.to_sql()])?;
    Ok(())
}

/// Reads a row with all columns, in the order of the migration.
fn board(row: &Row<'_>) -> rusqlite::Result<Board> {
    Ok(Board {
        id: BoardId(row.get(0)?),
        guild: GuildId::from_sql(row.get(1)?),
        channel: discord_id(row, 2)?,
        server: optional_server(row, 3)?,
        thread: optional_discord_id(row, 4)?,
        message: optional_discord_id(row, 5)?,
        with_picture: row.get(6)?,
        locale: row.get(7)?,
        posted_by: discord_id(row, 8)?,
        posted_at: UnixSeconds(row.get(9)?),
        shown: row.get(10)?,
        reposted_at: time(row, 11)?,
        blocked_since: time(row, 12)?,
        told_at: time(row, 13)?,
        stopped: stopped(row, 14)?,
    })
}
