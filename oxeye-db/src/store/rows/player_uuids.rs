//! Which accounts used which player names, per guild.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{Rows, player_name, run, signed};
use crate::ids::{GuildId, ServerId};
use crate::ledger::StoredUuids;
use crate::player_uuids::{MAX_UUIDS_OF_PLAYER, ReportedUuid};
use crate::players::PlayerId;

/// The UUIDs in a file, for the rules that ask for them.
#[derive(Debug)]
pub(crate) struct InFile<'a>(pub(crate) &'a Connection);

impl StoredUuids for InFile<'_> {
    fn of(&self, guild: GuildId, player: PlayerId) -> Option<Vec<Uuid>> {
        let reported = for_player(self.0, guild, player).ok()?;
        Some(reported.into_iter().map(|one| one.uuid).collect())
    }
}

/// Adds a UUID that a server reported, or extends the period in which it was reported. A player with the
/// maximum number of UUIDs gets no more, but those of accounts that hide.
pub(crate) fn report(
    file: &Connection,
    server: ServerId,
    player: PlayerId,
    reported: &ReportedUuid,
) -> rusqlite::Result<()> {
    run(
        file,
        "INSERT INTO player_uuids (player_id, guild_id, uuid, first_reported_at, last_reported_at)
         SELECT ?2, guild_id, ?3, ?4, ?5 FROM servers
         WHERE id = ?1 AND (?6 > (
             SELECT count(*) FROM player_uuids AS known
             WHERE known.player_id = ?2 AND known.guild_id = servers.guild_id AND known.uuid <> ?3)
             OR EXISTS (
                 SELECT 1 FROM linked_members AS member JOIN accounts ON accounts.id = member.account
                 WHERE member.guild_id = servers.guild_id AND accounts.uuid = ?3
                     AND hidden_at IS NOT NULL))
         ON CONFLICT DO UPDATE SET
             first_reported_at = min(first_reported_at, excluded.first_reported_at),
             last_reported_at = max(last_reported_at, excluded.last_reported_at)",
        params![
            server.0,
            player.0,
            reported.uuid.as_bytes(),
            reported.first_reported_at.0,
            reported.last_reported_at.0,
            MAX_UUIDS_OF_PLAYER as i64
        ],
    )
}

/// Returns the UUIDs of a player in a guild, the most recently reported first.
pub(crate) fn for_player(
    file: &Connection,
    guild: GuildId,
    player: PlayerId,
) -> rusqlite::Result<Vec<ReportedUuid>> {
    file.prepare_cached(
        "SELECT uuid, first_reported_at, last_reported_at FROM player_uuids
         WHERE player_id = ?1 AND guild_id = ?2 ORDER BY last_reported_at DESC, uuid",
    )?
    .query_map(params![player.0, guild.to_sql()], |row| reported(row, 0))?
    .collect()
}

/// Returns the UUID that was last reported for a player in a guild.
pub(crate) fn latest(
    file: &Connection,
    guild: GuildId,
    player: PlayerId,
) -> rusqlite::Result<Option<Uuid>> {
    file.prepare_cached(
        "SELECT uuid FROM player_uuids
         WHERE player_id = ?1 AND guild_id = ?2 ORDER BY last_reported_at DESC, uuid LIMIT 1",
    )?
    .query_row(params![player.0, guild.to_sql()], |row| {
        row.get(0).map(Uuid::from_bytes)
    })
    .optional()
}

/// Returns the UUIDs of all players of all guilds.
pub(crate) fn all(file: &Connection) -> rusqlite::Result<Rows<'_, Known>> {
    const SQL: &str = "SELECT guild_id, player_id, uuid, first_reported_at, last_reported_at
         FROM player_uuids";
    Rows::new(file, SQL, known)
}

/// Returns the UUIDs of all players of a guild.
pub(crate) fn of_guild(
    file: &Connection,
    guild: GuildId,
) -> rusqlite::Result<Vec<(PlayerId, ReportedUuid)>> {
    file.prepare_cached(
        "SELECT player_id, uuid, first_reported_at, last_reported_at FROM player_uuids
         WHERE guild_id = ?1",
    )?
    .query_map([guild.to_sql()], |row| {
        Ok((PlayerId(row.get(0)?), reported(row, 1)?))
    })?
    .collect()
}

/// Returns the players of a guild for whom a UUID was reported.
pub(crate) fn players(
    file: &Connection,
    guild: GuildId,
    uuid: Uuid,
) -> rusqlite::Result<Vec<PlayerId>> {
    file.prepare_cached("SELECT player_id FROM player_uuids WHERE guild_id = ?1 AND uuid = ?2")?
        .query_map(params![guild.to_sql(), uuid.as_bytes()], |row| {
            row.get(0).map(PlayerId)
        })?
        .collect()
}

/// Whether a UUID was reported for a player in a guild.
pub(crate) fn is_reported(
    file: &Connection,
    guild: GuildId,
    player: PlayerId,
    uuid: Uuid,
) -> rusqlite::Result<bool> {
    let reported = for_player(file, guild, player)?;
    Ok(reported.iter().any(|reported| reported.uuid == uuid))
}

/// Returns the SQL that says whether any guild has a UUID under any name. It looks at each guild, because there is no index
/// on UUIDs alone.
pub(super) fn is_in_any_guild(uuid: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM guilds CROSS JOIN player_uuids AS used
             ON used.guild_id = guilds.id AND used.uuid = {uuid})"
    )
}

/// Returns a player's UUIDs in one guild, or in all guilds.
pub(crate) fn accounts(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
) -> rusqlite::Result<Vec<Uuid>> {
    file.prepare_cached(
        "SELECT DISTINCT uuid FROM player_uuids
         WHERE player_id = ?1 AND (?2 IS NULL OR guild_id = ?2)",
    )?
    .query_map(params![player.0, only.map(GuildId::to_sql)], |row| {
        row.get(0).map(Uuid::from_bytes)
    })?
    .collect()
}

/// A UUID with the guild and the player it was reported for.
pub(crate) type Known = (GuildId, PlayerId, ReportedUuid);

/// Returns the UUIDs reported at `edge` or later.
pub(crate) fn reported_since(
    file: &Connection,
    edge: UnixSeconds,
) -> rusqlite::Result<Rows<'_, Known>> {
    const SQL: &str = "SELECT guild_id, player_id, uuid, first_reported_at, last_reported_at
         FROM player_uuids WHERE last_reported_at >= ?1";
    Rows::since(file, SQL, edge, known)
}

/// Returns all UUIDs with the names of the players.
pub(crate) fn with_names(
    file: &Connection,
) -> rusqlite::Result<Rows<'_, (GuildId, PlayerName, ReportedUuid)>> {
    const SQL: &str = "SELECT guild_id, name, uuid, first_reported_at, last_reported_at
         FROM player_uuids CROSS JOIN players ON players.id = player_id";
    Rows::new(file, SQL, |row| {
        let (guild, player) = (GuildId::from_sql(row.get(0)?), player_name(row, 1)?);
        Ok((guild, player, reported(row, 2)?))
    })
}

/// Deletes a player's UUIDs in one guild, or in all guilds, and returns how many there were.
pub(crate) fn delete_for_player(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
) -> rusqlite::Result<usize> {
    file.prepare_cached(
        "DELETE FROM player_uuids WHERE player_id = ?1 AND (?2 IS NULL OR guild_id = ?2)",
    )?
    .execute(params![player.0, only.map(GuildId::to_sql)])
}

/// A UUID that was reported under a name in a guild, and when for the last time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OldUse {
    pub(crate) player: PlayerId,
    pub(crate) uuid: Uuid,
    pub(crate) last_reported_at: UnixSeconds,
}

/// Returns the guilds that have a UUID under a name, with that name.
pub(crate) fn players_by_guild(file: &Connection) -> rusqlite::Result<Vec<(GuildId, PlayerId)>> {
    file.prepare_cached("SELECT DISTINCT guild_id, player_id FROM player_uuids")?
        .query_map([], |row| {
            Ok((GuildId::from_sql(row.get(0)?), PlayerId(row.get(1)?)))
        })?
        .collect()
}

/// Returns the guilds that have a UUID under a player's name.
pub(crate) fn guilds_of(file: &Connection, player: PlayerId) -> rusqlite::Result<Vec<GuildId>> {
    file.prepare_cached("SELECT DISTINCT guild_id FROM player_uuids WHERE player_id = ?1")?
        .query_map([player.0], |row| row.get(0).map(GuildId::from_sql))?
        .collect()
}

/// Returns the guilds that have any UUID. Looks at one row of each.
pub(crate) fn guilds(file: &Connection) -> rusqlite::Result<Vec<GuildId>> {
    file.prepare_cached(
        "WITH RECURSIVE guilds (id) AS (
             SELECT min(guild_id) FROM player_uuids
             UNION ALL
             SELECT (SELECT min(guild_id) FROM player_uuids WHERE guild_id > id)
                 FROM guilds WHERE id IS NOT NULL)
         SELECT id FROM guilds WHERE id IS NOT NULL",
    )?
    .query_map([], |row| row.get(0).map(GuildId::from_sql))?
    .collect()
}

const SOME_OF_GUILD: &str = "SELECT player_id, uuid, last_reported_at FROM player_uuids
     WHERE guild_id = ?1 AND (uuid, player_id) > (?2, ?3) ORDER BY uuid, player_id LIMIT ?4";

/// Returns some of a guild's UUIDs with their names, in order, beginning after one of them.
pub(crate) fn some_of_guild(
    file: &Connection,
    guild: GuildId,
    (uuid, player): (Uuid, PlayerId),
    limit: usize,
) -> rusqlite::Result<Vec<OldUse>> {
    let from = params![guild.to_sql(), uuid.as_bytes(), player.0, signed(limit)];
    file.prepare_cached(SOME_OF_GUILD)?
        .query_map(from, |row| {
            Ok(OldUse {
                player: PlayerId(row.get(0)?),
                uuid: Uuid::from_bytes(row.get(1)?),
                last_reported_at: UnixSeconds(row.get(2)?),
            })
        })?
        .collect()
}

/// Deletes a UUID of a player in one guild, or in all guilds.
pub(crate) fn delete_for_account(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
    uuid: Uuid,
) -> rusqlite::Result<()> {
    run(
        file,
        "DELETE FROM player_uuids
         WHERE player_id = ?1 AND (?2 IS NULL OR guild_id = ?2) AND uuid = ?3",
        params![player.0, only.map(GuildId::to_sql), uuid.as_bytes()],
    )
}

/// Deletes the UUIDs of a guild that has no server any more, and returns them.
pub(crate) fn delete_without_servers(
    file: &Connection,
    guild: GuildId,
) -> rusqlite::Result<Vec<Uuid>> {
    file.prepare_cached(
        "DELETE FROM player_uuids
         WHERE guild_id = ?1 AND NOT EXISTS (SELECT 1 FROM servers WHERE guild_id = ?1)
         RETURNING uuid",
    )?
    .query_map([guild.to_sql()], |row| row.get(0).map(Uuid::from_bytes))?
    .collect()
}

fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    let (guild, player) = (GuildId::from_sql(row.get(0)?), PlayerId(row.get(1)?));
    Ok((guild, player, reported(row, 2)?))
}

fn reported(row: &Row<'_>, first: usize) -> rusqlite::Result<ReportedUuid> {
    Ok(ReportedUuid {
        uuid: Uuid::from_bytes(row.get(first)?),
        first_reported_at: UnixSeconds(row.get(first + 1)?),
        last_reported_at: UnixSeconds(row.get(first + 2)?),
    })
}
