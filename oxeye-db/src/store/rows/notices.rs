//! The members who want to be told when a player comes on.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{discord_id, optional_discord_id, optional_server, player_name, time};
use crate::ids::{GuildId, ServerId};
use crate::notice::{NewNotice, Notice, NoticeId};
use crate::players::PlayerId;

/// The columns of a notice, with the name of the player.
const COLUMNS: &str =
    "notices.id, guild_id, user_id, name, channel_id, locale, created_at, sent_at,
    pending_server, refused_at FROM notices JOIN players ON players.id = player_id";

/// Adds a notice and returns its id.
pub(crate) fn insert(
    file: &Connection,
    new: &NewNotice,
    player: PlayerId,
    now: UnixSeconds,
) -> rusqlite::Result<NoticeId> {
    file.query_row(
        "INSERT INTO notices (guild_id, user_id, player_id, channel_id, locale, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id",
        params![
            new.guild.to_sql(),
            new.user.cast_signed(),
            player.0,
            new.channel.map(u64::cast_signed),
            new.locale,
            now.0
        ],
        |row| row.get(0).map(NoticeId),
    )
}

/// Returns one notice.
pub(crate) fn one(file: &Connection, id: NoticeId) -> rusqlite::Result<Option<Notice>> {
    file.prepare_cached(&format!("SELECT {COLUMNS} WHERE notices.id = ?1"))?
        .query_row([id.0], notice)
        .optional()
}

/// Returns the notices of one guild, or all notices, in the order in which they were added.
pub(crate) fn all(file: &Connection, only: Option<GuildId>) -> rusqlite::Result<Vec<Notice>> {
    file.prepare_cached(&format!(
        "SELECT {COLUMNS} WHERE ?1 IS NULL OR guild_id = ?1 ORDER BY notices.id"
    ))?
    .query_map([only.map(GuildId::to_sql)], notice)?
    .collect()
}

/// Notes that the member is about to be told.
pub(crate) fn begin(
    file: &Connection,
    id: NoticeId,
    server: ServerId,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "UPDATE notices SET sent_at = ?2, pending_server = ?3 WHERE id = ?1",
        params![id.0, now.0, server.0],
    )?;
    Ok(())
}

/// Notes that the member was told, or since when that is impossible.
pub(crate) fn settle(
    file: &Connection,
    id: NoticeId,
    refused_at: Option<UnixSeconds>,
) -> rusqlite::Result<()> {
    file.execute(
        "UPDATE notices SET pending_server = NULL, refused_at = ?2 WHERE id = ?1",
        params![id.0, refused_at.map(|at| at.0)],
    )?;
    Ok(())
}

/// Deletes a notice.
pub(crate) fn delete(file: &Connection, id: NoticeId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM notices WHERE id = ?1", [id.0])?;
    Ok(())
}

/// Deletes the notices about a player in one guild, or in all guilds. Returns how many there were.
pub(crate) fn delete_for_player(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
) -> rusqlite::Result<usize> {
    file.prepare_cached(
        "DELETE FROM notices WHERE player_id = ?1 AND (?2 IS NULL OR guild_id = ?2)",
    )?
    .execute(params![player.0, only.map(GuildId::to_sql)])
}

/// Deletes the notices of a guild. Returns how many there were.
pub(crate) fn delete_for_guild(file: &Connection, guild: GuildId) -> rusqlite::Result<usize> {
    file.execute("DELETE FROM notices WHERE guild_id = ?1", [guild.to_sql()])
}

fn notice(row: &Row<'_>) -> rusqlite::Result<Notice> {
    Ok(Notice {
        id: NoticeId(row.get(0)?),
        guild: GuildId::from_sql(row.get(1)?),
        user: discord_id(row, 2)?,
        player: player_name(row, 3)?,
        channel: optional_discord_id(row, 4)?,
        locale: row.get(5)?,
        created_at: UnixSeconds(row.get(6)?),
        sent_at: time(row, 7)?,
        pending: optional_server(row, 8)?,
        refused_at: time(row, 9)?,
    })
}
