//! Sessions read back from the file: after a start, and when a write has failed.

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};
use rusqlite::{Connection, Row};
use std::time::Duration;

use crate::ids::ServerId;
use crate::ledger::{Heard, LooseEnd};
use crate::memory::Memory;
use crate::players::PlayerId;
use crate::server_state::ServerState;
use crate::session::{ClosedSession, SessionEnd, SessionId};
use crate::session_rows::kind;

/// Brings sessions into memory: those of all servers, or of one.
pub(crate) fn load(
    memory: &Memory,
    connection: &Connection,
    only: Option<ServerId>,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    load_facts(memory, connection, only)?;
    load_closed(memory, connection, only, now)?;
    for server in only.map_or_else(|| memory.cache.ids(None), |server| vec![server]) {
        let cache = &memory.cache;
        cache.with(server, ServerState::was_restored);
    }
    load_loose_ends(memory, connection, only, now)?;
    load_open(memory, connection, only)
}

/// A server's memory as the file has it. Until that is done, no report of the server is taken.
pub(crate) fn read_back(
    memory: &Memory,
    connection: &Connection,
    server: ServerId,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    let cache = &memory.cache;
    cache.with(server, ServerState::forget_presence);
    load(memory, connection, Some(server), now)?;
    cache.with(server, ServerState::was_read_back);
    memory.renew_boot_id();
    Ok(())
}

/// Brings the names of all players into memory.
pub(crate) fn load_players(memory: &Memory, connection: &Connection) -> rusqlite::Result<()> {
    let mut names = connection.prepare("SELECT id, name FROM players")?;
    let mut rows = names.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(1)?;
        let name = PlayerName::try_from(name).map_err(|error| corrupt(1, error))?;
        memory.players.load(PlayerId(row.get(0)?), name);
    }
    Ok(())
}

fn load_facts(
    memory: &Memory,
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
        with(memory, id, |state, _| {
            state.restore_facts(heard);
            state.restore_link(disconnected_at);
        });
    }
    Ok(())
}

fn load_closed(
    memory: &Memory,
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
        memory.sessions.taken(session.id);
        with(memory, ServerId(row.get(1)?), |state, players| {
            state.restore_closed(|| players.name(session.player), session, now);
        });
    }
    Ok(())
}

fn load_open(
    memory: &Memory,
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
        memory.sessions.taken(id);
        with(memory, ServerId(row.get(1)?), |state, players| {
            if let Some(name) = players.name(player) {
                state.restore_open(&name, player, id, joined_at, texture);
            }
        });
    }
    Ok(())
}

fn load_loose_ends(
    memory: &Memory,
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
        with(memory, ServerId(row.get(0)?), |state, players| {
            if let Some(name) = players.name(end.player) {
                state.restore_loose(&name, end, now);
            }
        });
    }
    Ok(())
}

fn with(
    memory: &Memory,
    server: ServerId,
    restore: impl FnOnce(&mut ServerState, &crate::players::Players),
) {
    let players = &memory.players;
    memory.cache.with(server, |state| restore(state, players));
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
