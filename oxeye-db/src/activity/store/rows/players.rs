//! Players of guilds, and how many events of each were stored.

use std::collections::BTreeSet;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::activity::figures::ActivityPlayer;
use crate::ids::GuildId;
use crate::store::rows::player_name;

/// The number of a guild's player in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct GuildPlayerId(pub(crate) i64);

/// A player as the file knows them. Events that were reported lately are not counted before they are moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GuildPlayer {
    pub(crate) id: GuildPlayerId,
    pub(crate) uuid: Option<Uuid>,
    /// How many events were stored so far.
    pub(crate) events: u64,
    pub(crate) last_event_at: UnixSeconds,
}

fn read(row: &Row<'_>) -> rusqlite::Result<GuildPlayer> {
    let uuid: Option<[u8; 16]> = row.get(1)?;
    Ok(GuildPlayer {
        id: GuildPlayerId(row.get(0)?),
        uuid: uuid.map(Uuid::from_bytes),
        events: row.get::<_, i64>(2)?.cast_unsigned(),
        last_event_at: UnixSeconds(row.get(3)?),
    })
}

/// Returns a player.
pub(crate) fn find(
    file: &Connection,
    guild: GuildId,
    name: &PlayerName,
) -> rusqlite::Result<Option<GuildPlayer>> {
    file.prepare_cached(
        "SELECT id, uuid, events, last_event_at FROM players WHERE guild_id = ?1 AND name = ?2",
    )?
    .query_row(params![guild.to_sql(), name.as_str()], read)
    .optional()
}

/// Returns the guild and the name of a player.
pub(crate) fn named(
    file: &Connection,
    id: GuildPlayerId,
) -> rusqlite::Result<Option<(GuildId, PlayerName)>> {
    file.prepare_cached("SELECT guild_id, name FROM players WHERE id = ?1")?
        .query_row([id.0], |row| {
            Ok((GuildId::from_sql(row.get(0)?), player_name(row, 1)?))
        })
        .optional()
}

/// Returns all players of a guild and when each last did anything.
pub(crate) fn of_guild(
    file: &Connection,
    guild: GuildId,
) -> rusqlite::Result<Vec<(GuildPlayerId, ActivityPlayer, UnixSeconds)>> {
    file.prepare_cached("SELECT name, uuid, last_event_at, id FROM players WHERE guild_id = ?1")?
        .query_map([guild.to_sql()], |row| {
            let uuid: Option<[u8; 16]> = row.get(1)?;
            let player = ActivityPlayer {
                name: player_name(row, 0)?,
                uuid: uuid.map(Uuid::from_bytes),
            };
            Ok((GuildPlayerId(row.get(3)?), player, UnixSeconds(row.get(2)?)))
        })?
        .collect()
}

/// Returns the names of an account in a guild.
pub(crate) fn of_uuid(
    file: &Connection,
    guild: GuildId,
    uuid: Uuid,
) -> rusqlite::Result<Vec<PlayerName>> {
    file.prepare_cached("SELECT name FROM players WHERE guild_id = ?1 AND uuid = ?2")?
        .query_map(params![guild.to_sql(), uuid.as_bytes()], |row| {
            player_name(row, 0)
        })?
        .collect()
}

/// Returns the names of a guild's players that differ from this one only in case.
pub(crate) fn in_other_case(
    file: &Connection,
    guild: GuildId,
    name: &PlayerName,
) -> rusqlite::Result<BTreeSet<PlayerName>> {
    let folded = name.as_str().to_lowercase();
    // SQLite's own folding knows ASCII only, so we read all names with other letters; few players have one.
    file.prepare_cached(
        "SELECT name FROM players WHERE guild_id = ?1 AND name = ?2 COLLATE NOCASE
         UNION SELECT name FROM players WHERE guild_id = ?1 AND name GLOB '*[^ -~]*'",
    )?
    .query_map(params![guild.to_sql(), name.as_str()], |row| {
        player_name(row, 0)
    })?
    .filter(|other| match other {
        Ok(other) => other != name && other.as_str().to_lowercase() == folded,
        Err(_) => true,
    })
    .collect()
}

/// Adds a player.
pub(crate) fn add(
    file: &Connection,
    guild: GuildId,
    name: &PlayerName,
    at: UnixSeconds,
) -> rusqlite::Result<GuildPlayer> {
    file.prepare_cached("INSERT INTO players (guild_id, name, last_event_at) VALUES (?1, ?2, ?3)")?
        .execute(params![guild.to_sql(), name.as_str(), at.0])?;
    Ok(GuildPlayer {
        id: GuildPlayerId(file.last_insert_rowid()),
        uuid: None,
        events: 0,
        last_event_at: at,
    })
}

/// Counts events that are moved: `events` is the number of the next one. Returns false if there is no such player.
pub(crate) fn count_events(
    file: &Connection,
    id: GuildPlayerId,
    events: u64,
    last_event_at: UnixSeconds,
) -> rusqlite::Result<bool> {
    let updated = file
        .prepare_cached(
            "UPDATE players SET events = ?2, last_event_at = max(last_event_at, ?3) WHERE id = ?1",
        )?
        .execute(params![id.0, events.cast_signed(), last_event_at.0])?;
    Ok(updated > 0)
}

/// Writes what has changed of players.
pub(crate) struct UpdatePlayer<'f>(CachedStatement<'f>);

impl<'f> UpdatePlayer<'f> {
    pub(crate) fn prepare(file: &'f Connection) -> rusqlite::Result<Self> {
        let update = file.prepare_cached(
            "UPDATE players SET uuid = ?2, events = ?3, last_event_at = ?4 WHERE id = ?1",
        )?;
        Ok(Self(update))
    }

    /// Fails if there is no such player, since the player's events would never be found.
    pub(crate) fn update(&mut self, player: &GuildPlayer) -> rusqlite::Result<()> {
        let uuid = player.uuid.as_ref().map(Uuid::as_bytes);
        let updated = self.0.execute(params![
            player.id.0,
            uuid,
            player.events.cast_signed(),
            player.last_event_at.0
        ])?;
        match updated {
            1 => Ok(()),
            _ => Err(rusqlite::Error::StatementChangedRows(updated)),
        }
    }
}

/// Returns the numbers under which guilds know a name, and the guilds.
pub(crate) fn of_name(
    file: &Connection,
    name: &PlayerName,
) -> rusqlite::Result<Vec<(GuildId, GuildPlayerId)>> {
    file.prepare_cached("SELECT guild_id, id FROM players WHERE name = ?1")?
        .query_map([name.as_str()], |row| {
            Ok((GuildId::from_sql(row.get(0)?), GuildPlayerId(row.get(1)?)))
        })?
        .collect()
}

/// Deletes a player.
pub(crate) fn delete(file: &Connection, id: GuildPlayerId) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM players WHERE id = ?1")?
        .execute([id.0])?;
    Ok(())
}
