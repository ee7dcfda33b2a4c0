//! The servers, linked or not.

use std::time::Duration;

use oxeye_plugin_proto::{GameServerState, ServerName, UnixSeconds};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Rows, api_keys, run, server_name, time};
use crate::guild_server::GuildServers;
use crate::ids::{GuildId, ServerId};
use crate::ledger::ServerFacts;
use crate::period::{GameServer, KnownBy};
use crate::rotation::KeyStanding;
use crate::server_names::is_same;
use crate::session::SessionId;

/// A server of a guild.
#[derive(Debug)]
pub(crate) struct ServerRow {
    pub(crate) id: ServerId,
    pub(crate) name: ServerName,
    pub(crate) is_linked: bool,
    /// Whether a plugin reports for it: it is linked, and not watched alone.
    pub(crate) has_plugin: bool,
}

/// A server and one of its keys.
#[derive(Debug)]
pub(crate) struct KeyedServer {
    pub(crate) id: ServerId,
    pub(crate) guild: GuildId,
    pub(crate) name: ServerName,
    pub(crate) key: Option<([u8; 32], KeyStanding)>,
    pub(crate) disconnected_at: Option<UnixSeconds>,
}

/// What the file keeps of a server's reports and its link.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    pub(crate) heard: ServerFacts,
    pub(crate) disconnected_at: Option<UnixSeconds>,
}

/// A server with its guild and name, and the time of the last evidence.
#[derive(Debug)]
pub(crate) struct NamedServer {
    pub(crate) id: ServerId,
    pub(crate) guild: GuildId,
    pub(crate) name: ServerName,
    pub(crate) heard_at: Option<UnixSeconds>,
}

/// Adds a server. Without `disconnected_at` it is linked.
pub(crate) fn insert(
    file: &Connection,
    guild: GuildId,
    name: &ServerName,
    disconnected_at: Option<UnixSeconds>,
    now: UnixSeconds,
) -> rusqlite::Result<ServerId> {
    file.query_row(
        "INSERT INTO servers (guild_id, name, created_at, disconnected_at)
         VALUES (?1, ?2, ?3, ?4) RETURNING id",
        params![
            guild.to_sql(),
            name.as_str(),
            now.0,
            disconnected_at.map(|at| at.0)
        ],
        |row| row.get(0).map(ServerId),
    )
}

/// Returns the servers of a guild that have this name, an exact match first. There can be more than one
/// only in old stores, where case made a difference.
pub(crate) fn called(
    file: &Connection,
    guild: GuildId,
    name: &ServerName,
) -> rusqlite::Result<Vec<ServerRow>> {
    let mut known = for_guild(file, guild)?;
    known.retain(|server| is_same(&server.name, name));
    known.sort_by_key(|server| server.name != *name);
    Ok(known)
}

/// Returns a server of a guild.
pub(crate) fn one(
    file: &Connection,
    guild: GuildId,
    server: ServerId,
) -> rusqlite::Result<Option<ServerRow>> {
    let servers = for_guild(file, guild)?;
    Ok(servers.into_iter().find(|known| known.id == server))
}

/// Returns the servers of a guild, in the order in which they were created.
fn for_guild(file: &Connection, guild: GuildId) -> rusqlite::Result<Vec<ServerRow>> {
    file.prepare_cached(
        "SELECT id, name, disconnected_at IS NULL,
             EXISTS (SELECT 1 FROM api_keys WHERE server_id = servers.id)
                 OR NOT EXISTS (SELECT 1 FROM watched_addresses WHERE server_id = servers.id)
         FROM servers WHERE guild_id = ?1 ORDER BY id",
    )?
    .query_map([guild.to_sql()], |row| {
        let (is_linked, is_reported) = (row.get(2)?, row.get(3)?);
        Ok(ServerRow {
            id: ServerId(row.get(0)?),
            name: server_name(row, 1)?,
            is_linked,
            has_plugin: is_linked && is_reported,
        })
    })?
    .collect()
}

/// Returns all servers in the order of their ids: each once per key, and those without a key once.
pub(crate) fn with_keys(file: &Connection) -> rusqlite::Result<Vec<KeyedServer>> {
    file.prepare(
        "SELECT servers.id, guild_id, name, disconnected_at, key_hash, is_next, dies_at
         FROM servers LEFT JOIN api_keys ON api_keys.server_id = servers.id
         ORDER BY servers.id",
    )?
    .query_map([], |row| {
        let hash: Option<[u8; 32]> = row.get(4)?;
        let is_next: Option<bool> = row.get(5)?;
        let standing = api_keys::standing(is_next.unwrap_or_default(), row.get(6)?);
        Ok(KeyedServer {
            id: ServerId(row.get(0)?),
            guild: GuildId::from_sql(row.get(1)?),
            name: server_name(row, 2)?,
            key: hash.map(|hash| (hash, standing)),
            disconnected_at: time(row, 3)?,
        })
    })?
    .collect()
}

/// Returns the name of a guild's server.
pub(crate) fn name_of(
    file: &Connection,
    guild: GuildId,
    server: ServerId,
) -> rusqlite::Result<Option<ServerName>> {
    file.query_row(
        "SELECT name FROM servers WHERE id = ?1 AND guild_id = ?2",
        params![server.0, guild.to_sql()],
        |row| server_name(row, 0),
    )
    .optional()
}

/// Whether a guild has another server than the given one.
pub(crate) fn has_others(
    file: &Connection,
    guild: GuildId,
    server: ServerId,
) -> rusqlite::Result<bool> {
    file.prepare_cached("SELECT 1 FROM servers WHERE guild_id = ?1 AND id <> ?2")?
        .exists(params![guild.to_sql(), server.0])
}

/// Whether the server that is meant exists. All servers of a guild may be none.
pub(crate) fn exist(file: &Connection, meant: GuildServers) -> rusqlite::Result<bool> {
    match meant.server() {
        Some(server) => Ok(name_of(file, meant.guild(), server)?.is_some()),
        None => Ok(true),
    }
}

/// Returns the facts of one server, or of all servers.
pub(crate) fn facts(
    file: &Connection,
    only: Option<ServerId>,
) -> rusqlite::Result<Rows<'_, (ServerId, Facts)>> {
    const SQL: &str =
        "SELECT id, heard_at, synced_at, heartbeat_secs, disconnected_at, synced_session,
                game_state, game_since, game_known_at, game_known_by
         FROM servers WHERE ?1 IS NULL OR id = ?1";
    Rows::for_server(file, SQL, only, |row| {
        let heard = ServerFacts {
            at: time(row, 1)?,
            synced_at: time(row, 2)?,
            named_up_to: row.get::<_, Option<u32>>(5)?.map(SessionId),
            heartbeat: row
                .get::<_, Option<u32>>(3)?
                .map(|secs| Duration::from_secs(secs.into())),
            game: game_server(row)?,
        };
        let disconnected_at = time(row, 4)?;
        let facts = Facts {
            heard,
            disconnected_at,
        };
        Ok((ServerId(row.get(0)?), facts))
    })
}

fn game_server(row: &Row<'_>) -> rusqlite::Result<Option<GameServer>> {
    let word: Option<String> = row.get(6)?;
    let state = word.as_deref().and_then(|word| {
        let mut states = GAME_STATES.into_iter();
        states.find(|state| game_word(*state) == word)
    });
    let known = state.zip(time(row, 7)?).zip(time(row, 8)?);
    let known_by: Option<String> = row.get(9)?;
    let known_by = known_by.and_then(|word| KnownBy::from_word(&word));
    Ok(known.map(|((state, since), known_at)| GameServer {
        state,
        since,
        known_at,
        known_by: known_by.unwrap_or(KnownBy::Report),
    }))
}

const GAME_STATES: [GameServerState; 3] = [
    GameServerState::Up,
    GameServerState::Starting,
    GameServerState::Down,
];

fn game_word(state: GameServerState) -> &'static str {
    match state {
        GameServerState::Up => "up",
        GameServerState::Starting => "starting",
        GameServerState::Down => "down",
    }
}

/// Returns all servers with their guilds and names.
pub(crate) fn named(file: &Connection) -> rusqlite::Result<Vec<NamedServer>> {
    file.prepare("SELECT id, guild_id, name, heard_at FROM servers")?
        .query_map([], |row| {
            Ok(NamedServer {
                id: ServerId(row.get(0)?),
                guild: GuildId::from_sql(row.get(1)?),
                name: server_name(row, 2)?,
                heard_at: time(row, 3)?,
            })
        })?
        .collect()
}

/// Sets what is known from a server's reports.
pub(crate) fn set_heard(
    file: &Connection,
    server: ServerId,
    heard: ServerFacts,
) -> rusqlite::Result<()> {
    run(
        file,
        "UPDATE servers SET heard_at = ?2, synced_at = ?3, synced_session = ?4, heartbeat_secs = ?5,
             game_state = ?6, game_since = ?7, game_known_at = ?8, game_known_by = ?9
         WHERE id = ?1",
        params![
            server.0,
            heard.at.map(|at| at.0),
            heard.synced_at.map(|at| at.0),
            heard.named_up_to.map(|session| session.0),
            heard.heartbeat.map(|every| every.as_secs().cast_signed()),
            heard.game.map(|game| game_word(game.state)),
            heard.game.map(|game| game.since.0),
            heard.game.map(|game| game.known_at.0),
            heard.game.map(|game| game.known_by.as_str())
        ],
    )
}

/// Renames a server.
pub(crate) fn set_name(
    file: &Connection,
    server: ServerId,
    name: &ServerName,
) -> rusqlite::Result<()> {
    file.execute(
        "UPDATE servers SET name = ?2 WHERE id = ?1",
        params![server.0, name.as_str()],
    )?;
    Ok(())
}

/// Marks a server as linked. What its last plugin promised and said of the game server is cleared.
pub(crate) fn set_linked(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.execute(
        "UPDATE servers SET disconnected_at = NULL, heartbeat_secs = NULL,
             game_state = NULL, game_since = NULL, game_known_at = NULL, game_known_by = NULL
         WHERE id = ?1",
        [server.0],
    )?;
    Ok(())
}

/// Marks a server as disconnected.
pub(crate) fn set_disconnected(
    file: &Connection,
    server: ServerId,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "UPDATE servers SET disconnected_at = ?2 WHERE id = ?1",
        params![server.0, now.0],
    )?;
    Ok(())
}

/// Deletes a server. No other row may refer to it.
pub(crate) fn delete(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM servers WHERE id = ?1", [server.0])?;
    Ok(())
}
