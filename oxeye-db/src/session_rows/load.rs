//! Sessions read back from the file: after a start, and when a write has failed.

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};
use rusqlite::{Connection, Row};
use std::time::Duration;

use super::kind;
use crate::database::Database;
use crate::ids::ServerId;
use crate::ledger::{Heard, LooseEnd};
use crate::players::PlayerId;
use crate::server_state::ServerState;
use crate::session::{ClosedSession, SessionEnd, SessionId};

/// Brings sessions into memory: those of all servers, or of one.
pub(crate) fn load(
    database: &Database,
    connection: &Connection,
    only: Option<ServerId>,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    load_facts(database, connection, only)?;
    load_closed(database, connection, only, now)?;
    for server in only.map_or_else(|| database.inner.cache.ids(None), |server| vec![server]) {
        let cache = &database.inner.cache;
        cache.with(server, ServerState::was_restored);
    }
    load_loose_ends(database, connection, only, now)?;
    load_open(database, connection, only)
}

/// A server's memory as the file has it. Until that is done, no report of the server is taken.
pub(crate) fn read_back(
    database: &Database,
    connection: &Connection,
    server: ServerId,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    let cache = &database.inner.cache;
    cache.with(server, ServerState::forget_presence);
    load(database, connection, Some(server), now)?;
    cache.with(server, ServerState::was_read_back);
    database.renew_boot_id();
    Ok(())
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
        "SELECT id, heard_at, synced_at, heartbeat_secs, disconnected_at, synced_session
         FROM servers WHERE ?1 IS NULL OR id = ?1",
    )?;
    let mut rows = servers.query([only.map(|id| id.0)])?;
    while let Some(row) = rows.next()? {
        let heard = Heard {
            at: row.get::<_, Option<i64>>(1)?.map(UnixSeconds),
            synced_at: row.get::<_, Option<i64>>(2)?.map(UnixSeconds),
            named_up_to: row.get::<_, Option<u32>>(5)?.map(SessionId),
            heartbeat: row
                .get::<_, Option<u32>>(3)?
                .map(|secs| Duration::from_secs(secs.into())),
        };
        let id = ServerId(row.get(0)?);
        let disconnected_at = row.get::<_, Option<i64>>(4)?.map(UnixSeconds);
        with(database, id, |state, _| {
            state.restore_facts(heard);
            state.restore_link(disconnected_at);
        });
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
            state.restore_closed(|| players.name(session.player), session, now);
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
