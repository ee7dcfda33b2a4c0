//! Which member of a guild is which player, and which players hide.

use std::collections::HashSet;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{discord_id, optional_discord_id, player_name, time};
use crate::ids::GuildId;
use crate::linked_member::LinkedMember;
use crate::players::PlayerId;

/// A member with the id of their player.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MemberRow {
    pub(crate) guild: GuildId,
    pub(crate) user: u64,
    pub(crate) player: PlayerId,
    pub(crate) linked_at: UnixSeconds,
    pub(crate) confirmed_by: Option<u64>,
    pub(crate) hidden_since: Option<UnixSeconds>,
}

/// Adds a member, unless the member or the player is linked. Returns whether it was added.
pub(crate) fn insert(file: &Connection, member: &MemberRow) -> rusqlite::Result<bool> {
    let added = file
        .prepare_cached(
            "INSERT INTO linked_members
                 (guild_id, user_id, player_id, linked_at, confirmed_by, hidden_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            member.guild.to_sql(),
            member.user.cast_signed(),
            member.player.0,
            member.linked_at.0,
            member.confirmed_by.map(u64::cast_signed),
            member.hidden_since.map(|at| at.0),
        ])?;
    Ok(added > 0)
}

/// Returns a member if they are linked.
pub(crate) fn of_user(
    file: &Connection,
    guild: GuildId,
    user: u64,
) -> rusqlite::Result<Option<LinkedMember>> {
    file.prepare_cached(
        "SELECT guild_id, user_id, name, linked_at, confirmed_by, hidden_at
         FROM linked_members JOIN players ON players.id = player_id
         WHERE guild_id = ?1 AND user_id = ?2",
    )?
    .query_row(params![guild.to_sql(), user.cast_signed()], member)
    .optional()
}

/// Returns the member who is linked to a player.
pub(crate) fn of_player(
    file: &Connection,
    guild: GuildId,
    player: PlayerId,
) -> rusqlite::Result<Option<LinkedMember>> {
    file.prepare_cached(
        "SELECT guild_id, user_id, name, linked_at, confirmed_by, hidden_at
         FROM linked_members JOIN players ON players.id = player_id
         WHERE guild_id = ?1 AND player_id = ?2",
    )?
    .query_row(params![guild.to_sql(), player.0], member)
    .optional()
}

/// Returns the linked members of one guild, or of all guilds, sorted by guild and player.
pub(crate) fn all(file: &Connection, only: Option<GuildId>) -> rusqlite::Result<Vec<LinkedMember>> {
    file.prepare_cached(
        "SELECT guild_id, user_id, name, linked_at, confirmed_by, hidden_at
         FROM linked_members JOIN players ON players.id = player_id
         WHERE ?1 IS NULL OR guild_id = ?1 ORDER BY guild_id, name",
    )?
    .query_map([only.map(GuildId::to_sql)], member)?
    .collect()
}

/// Returns the names of the players of a guild who hide.
pub(crate) fn hidden(file: &Connection, guild: GuildId) -> rusqlite::Result<HashSet<PlayerName>> {
    file.prepare_cached(
        "SELECT name FROM linked_members JOIN players ON players.id = player_id
         WHERE guild_id = ?1 AND hidden_at IS NOT NULL",
    )?
    .query_map([guild.to_sql()], |row| player_name(row, 0))?
    .collect()
}

/// Returns the guilds in which players hide.
pub(crate) fn guilds_with_hidden(file: &Connection) -> rusqlite::Result<Vec<GuildId>> {
    file.prepare("SELECT DISTINCT guild_id FROM linked_members WHERE hidden_at IS NOT NULL")?
        .query_map([], |row| row.get(0).map(GuildId::from_sql))?
        .collect()
}

/// Returns the players who are linked in any guild.
pub(crate) fn players(file: &Connection) -> rusqlite::Result<Vec<PlayerId>> {
    file.prepare_cached("SELECT DISTINCT player_id FROM linked_members")?
        .query_map([], |row| row.get(0).map(PlayerId))?
        .collect()
}

/// Hides a member's player since a time, or shows the player again. Returns whether the member is linked.
pub(crate) fn set_hidden(
    file: &Connection,
    guild: GuildId,
    user: u64,
    since: Option<UnixSeconds>,
) -> rusqlite::Result<bool> {
    let changed = file
        .prepare_cached(
            "UPDATE linked_members SET hidden_at = iif(?3 IS NULL, NULL, ifnull(hidden_at, ?3))
             WHERE guild_id = ?1 AND user_id = ?2",
        )?
        .execute(params![
            guild.to_sql(),
            user.cast_signed(),
            since.map(|at| at.0)
        ])?;
    Ok(changed > 0)
}

/// Deletes a member's link.
pub(crate) fn delete(file: &Connection, guild: GuildId, user: u64) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM linked_members WHERE guild_id = ?1 AND user_id = ?2")?
        .execute(params![guild.to_sql(), user.cast_signed()])?;
    Ok(())
}

/// Deletes the links to a player in one guild, or in all guilds. Returns how many there were.
pub(crate) fn delete_for_player(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
) -> rusqlite::Result<usize> {
    file.prepare_cached(
        "DELETE FROM linked_members WHERE player_id = ?1 AND (?2 IS NULL OR guild_id = ?2)",
    )?
    .execute(params![player.0, only.map(GuildId::to_sql)])
}

/// Deletes the links of a guild. Returns how many there were.
pub(crate) fn delete_for_guild(file: &Connection, guild: GuildId) -> rusqlite::Result<usize> {
    file.prepare_cached("DELETE FROM linked_members WHERE guild_id = ?1")?
        .execute([guild.to_sql()])
}

fn member(row: &Row<'_>) -> rusqlite::Result<LinkedMember> {
    Ok(LinkedMember {
        guild: GuildId::from_sql(row.get(0)?),
        user: discord_id(row, 1)?,
        player: player_name(row, 2)?,
        linked_at: UnixSeconds(row.get(3)?),
        confirmed_by: optional_discord_id(row, 4)?,
        hidden_since: time(row, 5)?,
    })
}
