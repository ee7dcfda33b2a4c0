//! Sessions in the file: the changes of a report written, and all of it read back into memory.

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};
use rusqlite::{Connection, Row, params};
use std::time::Duration;

use crate::database::Database;
use crate::ids::ServerId;
use crate::ledger::{Change, Heard, LooseEnd};
use crate::players::PlayerId;
use crate::server_state::ServerState;
use crate::session::{ClosedSession, SessionEnd, SessionId};

/// Writes what a report of this server changes.
pub(crate) fn write(
    connection: &Connection,
    server: ServerId,
    changes: &[Change],
) -> rusqlite::Result<()> {
    changes
        .iter()
        .try_for_each(|change| write_one(connection, server, change))
}

fn write_one(connection: &Connection, server: ServerId, change: &Change) -> rusqlite::Result<()> {
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        connection.prepare_cached(sql)?.execute(values).map(|_| ())
    };
    match change {
        Change::Named(player, name) => run(
            "INSERT INTO players (id, name) VALUES (?1, ?2)",
            params![player.0, name.as_str()],
        ),
        Change::Opened {
            id,
            player,
            joined_at,
            texture,
        } => run(
            "INSERT INTO sessions (id, server_id, player_id, joined_at, texture)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                id.0,
                server.0,
                player.0,
                joined_at.0,
                texture.map(|hash| hash.0)
            ],
        ),
        Change::Began(id, joined_at) => run(
            "UPDATE sessions SET joined_at = ?2 WHERE id = ?1",
            params![id.0, joined_at.0],
        ),
        Change::Dressed(id, texture) => run(
            "UPDATE sessions SET texture = ?2 WHERE id = ?1",
            params![id.0, texture.0],
        ),
        Change::Closed(session) => run(
            "UPDATE sessions
             SET joined_at = ?2, left_at = ?3, seen_at = ?4, ended = ?5, texture = NULL
             WHERE id = ?1",
            params![
                session.id.0,
                session.joined_at.0,
                session.left_at.0,
                session.seen_at.0,
                session.end.as_str()
            ],
        ),
        Change::Added(session) => run(
            "INSERT INTO sessions (id, server_id, player_id, joined_at, left_at, seen_at, ended)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                session.id.0,
                server.0,
                session.player.0,
                session.joined_at.0,
                session.left_at.0,
                session.seen_at.0,
                session.end.as_str()
            ],
        ),
        Change::LooseEnd(end) => run(
            "INSERT INTO loose_ends (server_id, player_id, at, kind) VALUES (?1, ?2, ?3, ?4)",
            params![server.0, end.player.0, end.at.0, kind(end.is_join)],
        ),
        Change::TiedUp(end) => run(
            "DELETE FROM loose_ends
             WHERE server_id = ?1 AND player_id = ?2 AND at = ?3 AND kind = ?4",
            params![server.0, end.player.0, end.at.0, kind(end.is_join)],
        ),
        Change::Heard(heard) => run(
            "UPDATE servers SET heard_at = ?2, synced_at = ?3, heartbeat_secs = ?4 WHERE id = ?1",
            params![
                server.0,
                heard.at.map(|at| at.0),
                heard.synced_at.map(|at| at.0),
                heard.heartbeat.map(|every| every.as_secs().cast_signed())
            ],
        ),
    }
}

/// Brings sessions into memory: those of all servers, or of one.
pub(crate) fn load(
    database: &Database,
    connection: &Connection,
    only: Option<ServerId>,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    load_facts(database, connection, only)?;
    load_closed(database, connection, only, now)?;
    load_loose_ends(database, connection, only, now)?;
    load_open(database, connection, only)
}

/// Brings the names of all players into memory.
pub(crate) fn load_players(database: &Database, connection: &Connection) -> rusqlite::Result<()> {
    let mut names = connection.prepare("SELECT id, name FROM players")?;
    let mut rows = names.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(1)?;
        let name = PlayerName::try_from(name).map_err(|error| corrupt(1, error))?;
        database.inner.players.load(PlayerId(row.get(0)?), name);
    }
    Ok(())
}

fn load_facts(
    database: &Database,
    connection: &Connection,
    only: Option<ServerId>,
) -> rusqlite::Result<()> {
    let mut servers = connection.prepare_cached(
        "SELECT id, heard_at, synced_at, heartbeat_secs FROM servers WHERE ?1 IS NULL OR id = ?1",
    )?;
    let mut rows = servers.query([only.map(|id| id.0)])?;
    while let Some(row) = rows.next()? {
        let heard = Heard {
            at: row.get::<_, Option<i64>>(1)?.map(UnixSeconds),
            synced_at: row.get::<_, Option<i64>>(2)?.map(UnixSeconds),
            heartbeat: row
                .get::<_, Option<u32>>(3)?
                .map(|secs| Duration::from_secs(secs.into())),
        };
        let id = ServerId(row.get(0)?);
        with(database, id, |state, _| state.restore_facts(heard));
    }
    Ok(())
}

fn load_closed(
    database: &Database,
    connection: &Connection,
    only: Option<ServerId>,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    let mut closed = connection.prepare_cached(
        "SELECT id, server_id, player_id, joined_at, left_at, seen_at, ended FROM sessions
         WHERE left_at IS NOT NULL AND (?1 IS NULL OR server_id = ?1)",
    )?;
    let mut rows = closed.query([only.map(|id| id.0)])?;
    while let Some(row) = rows.next()? {
        let session = ClosedSession {
            id: SessionId(row.get(0)?),
            player: PlayerId(row.get(2)?),
            joined_at: UnixSeconds(row.get(3)?),
            left_at: UnixSeconds(row.get(4)?),
            seen_at: UnixSeconds(row.get(5)?),
            end: session_end(row, 6)?,
        };
        database.inner.sessions.taken(session.id);
        with(database, ServerId(row.get(1)?), |state, players| {
            if let Some(name) = players.name(session.player) {
                state.restore_closed(&name, session, now);
            }
        });
    }
    Ok(())
}

fn load_open(
    database: &Database,
    connection: &Connection,
    only: Option<ServerId>,
) -> rusqlite::Result<()> {
    let mut open = connection.prepare_cached(
        "SELECT id, server_id, player_id, joined_at, texture FROM sessions
         WHERE left_at IS NULL AND (?1 IS NULL OR server_id = ?1)",
    )?;
    let mut rows = open.query([only.map(|id| id.0)])?;
    while let Some(row) = rows.next()? {
        let (id, player) = (SessionId(row.get(0)?), PlayerId(row.get(2)?));
        let joined_at = UnixSeconds(row.get(3)?);
        let texture = row.get::<_, Option<[u8; 32]>>(4)?.map(TextureHash);
        database.inner.sessions.taken(id);
        with(database, ServerId(row.get(1)?), |state, players| {
            if let Some(name) = players.name(player) {
                state.restore_open(&name, player, id, joined_at, texture);
            }
        });
    }
    Ok(())
}

fn load_loose_ends(
    database: &Database,
    connection: &Connection,
    only: Option<ServerId>,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    let mut loose = connection.prepare_cached(
        "SELECT server_id, player_id, at, kind FROM loose_ends WHERE ?1 IS NULL OR server_id = ?1",
    )?;
    let mut rows = loose.query([only.map(|id| id.0)])?;
    while let Some(row) = rows.next()? {
        let end = LooseEnd {
            player: PlayerId(row.get(1)?),
            at: UnixSeconds(row.get(2)?),
            is_join: row.get_ref(3)?.as_str()? == kind(true),
        };
        with(database, ServerId(row.get(0)?), |state, players| {
            if let Some(name) = players.name(end.player) {
                state.restore_loose(&name, end, now);
            }
        });
    }
    Ok(())
}

fn with(
    database: &Database,
    server: ServerId,
    restore: impl FnOnce(&mut ServerState, &crate::players::Players),
) {
    let players = &database.inner.players;
    database
        .inner
        .cache
        .with(server, |state| restore(state, players));
}

fn kind(is_join: bool) -> &'static str {
    if is_join { "join" } else { "leave" }
}

fn session_end(row: &Row<'_>, column: usize) -> rusqlite::Result<SessionEnd> {
    let word = row.get_ref(column)?.as_str()?;
    SessionEnd::from_word(word)
        .ok_or_else(|| corrupt(column, format!("no way for a session to end: {word}")))
}

fn corrupt(
    column: usize,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
}
