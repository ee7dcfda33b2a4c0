//! The sessions. A session is open while `left_at` is NULL.

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::accounts::optional_id;
use super::{Rows, corrupt, player_name, run};
use crate::accounts::AccountId;
use crate::ids::ServerId;
use crate::players::PlayerId;
use crate::portable::PortableStay;
use crate::session::{ClosedSession, SessionEnd, SessionId};

/// An open session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenSession {
    pub(crate) id: SessionId,
    pub(crate) player: PlayerId,
    pub(crate) joined_at: UnixSeconds,
    pub(crate) texture: Option<TextureHash>,
    pub(crate) account: Option<AccountId>,
}

/// A session with its player's name.
#[derive(Debug)]
pub(crate) struct NamedSession<T> {
    pub(crate) server: ServerId,
    pub(crate) player: PlayerName,
    pub(crate) stay: T,
}

/// A stay that lasts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenStay {
    pub(crate) joined_at: UnixSeconds,
    pub(crate) account: Option<Uuid>,
}

/// Adds an open session.
pub(crate) fn insert_open(
    file: &Connection,
    server: ServerId,
    session: &OpenSession,
) -> rusqlite::Result<()> {
    run(
        file,
        "INSERT INTO sessions (id, server_id, player_id, joined_at, texture, account)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            session.id.0,
            server.0,
            session.player.0,
            session.joined_at.0,
            session.texture.map(|hash| hash.0),
            session.account.map(|account| account.0)
        ],
    )
}

/// Adds a closed session.
pub(crate) fn insert_closed(
    file: &Connection,
    server: ServerId,
    session: &ClosedSession,
) -> rusqlite::Result<()> {
    run(
        file,
        "INSERT INTO sessions (id, server_id, player_id, joined_at, left_at, seen_at, ended, account)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            session.id.0,
            server.0,
            session.player.0,
            session.joined_at.0,
            session.left_at.0,
            session.seen_at.0,
            session.end.as_str(),
            session.account.map(|account| account.0)
        ],
    )
}

/// Closes a session, or corrects a closed one.
pub(crate) fn close(file: &Connection, session: &ClosedSession) -> rusqlite::Result<()> {
    run(
        file,
        "UPDATE sessions
         SET joined_at = ?2, left_at = ?3, seen_at = ?4, ended = ?5, account = ?6, texture = NULL
         WHERE id = ?1",
        params![
            session.id.0,
            session.joined_at.0,
            session.left_at.0,
            session.seen_at.0,
            session.end.as_str(),
            session.account.map(|account| account.0)
        ],
    )
}

/// Sets when a session began.
pub(crate) fn set_joined_at(
    file: &Connection,
    id: SessionId,
    joined_at: UnixSeconds,
) -> rusqlite::Result<()> {
    run(
        file,
        "UPDATE sessions SET joined_at = ?2 WHERE id = ?1",
        params![id.0, joined_at.0],
    )
}

/// Sets the texture that the player of an open session wears.
pub(crate) fn set_texture(
    file: &Connection,
    id: SessionId,
    texture: TextureHash,
) -> rusqlite::Result<()> {
    run(
        file,
        "UPDATE sessions SET texture = ?2 WHERE id = ?1",
        params![id.0, texture.0],
    )
}

/// Sets whose an open session is.
pub(crate) fn set_account(
    file: &Connection,
    id: SessionId,
    account: Option<AccountId>,
) -> rusqlite::Result<()> {
    run(
        file,
        "UPDATE sessions SET account = ?2 WHERE id = ?1",
        params![id.0, account.map(|account| account.0)],
    )
}

/// Deletes a session.
pub(crate) fn delete(file: &Connection, id: SessionId) -> rusqlite::Result<()> {
    run(file, "DELETE FROM sessions WHERE id = ?1", params![id.0])
}

/// Returns the closed sessions of one server, or of all servers.
pub(crate) fn closed(
    file: &Connection,
    only: Option<ServerId>,
) -> rusqlite::Result<Rows<'_, (ServerId, ClosedSession)>> {
    const SQL: &str =
        "SELECT id, server_id, player_id, joined_at, left_at, seen_at, ended, account FROM sessions
         WHERE left_at IS NOT NULL AND (?1 IS NULL OR server_id = ?1)";
    Rows::for_server(file, SQL, only, |row| {
        let session = ClosedSession {
            id: SessionId(row.get(0)?),
            player: PlayerId(row.get(2)?),
            account: optional_id(row, 7)?,
            joined_at: UnixSeconds(row.get(3)?),
            left_at: UnixSeconds(row.get(4)?),
            seen_at: UnixSeconds(row.get(5)?),
            end: session_end(row, 6)?,
        };
        Ok((ServerId(row.get(1)?), session))
    })
}

/// Returns the open sessions of one server, or of all servers.
pub(crate) fn open(
    file: &Connection,
    only: Option<ServerId>,
) -> rusqlite::Result<Rows<'_, (ServerId, OpenSession)>> {
    const SQL: &str = "SELECT id, server_id, player_id, joined_at, texture, account FROM sessions
         WHERE left_at IS NULL AND (?1 IS NULL OR server_id = ?1)";
    Rows::for_server(file, SQL, only, |row| {
        let session = OpenSession {
            id: SessionId(row.get(0)?),
            player: PlayerId(row.get(2)?),
            joined_at: UnixSeconds(row.get(3)?),
            texture: row.get::<_, Option<[u8; 32]>>(4)?.map(TextureHash),
            account: optional_id(row, 5)?,
        };
        Ok((ServerId(row.get(1)?), session))
    })
}

/// Returns all closed sessions with the names of their players.
pub(crate) fn closed_with_names(
    file: &Connection,
) -> rusqlite::Result<Rows<'_, NamedSession<PortableStay>>> {
    const SQL: &str = "SELECT server_id, name, joined_at, seen_at, left_at, ended, uuid
         FROM sessions CROSS JOIN players ON players.id = player_id
         LEFT JOIN accounts ON accounts.id = account WHERE left_at IS NOT NULL";
    Rows::new(file, SQL, |row| {
        let end = session_end(row, 5)?;
        let stay = PortableStay {
            account: uuid(row, 6)?,
            joined_at: UnixSeconds(row.get(2)?),
            seen_at: UnixSeconds(row.get(3)?),
            end: Some((UnixSeconds(row.get(4)?), end)),
        };
        Ok(NamedSession {
            server: ServerId(row.get(0)?),
            player: player_name(row, 1)?,
            stay,
        })
    })
}

/// Returns all open sessions with the names of their players.
pub(crate) fn open_with_names(
    file: &Connection,
) -> rusqlite::Result<Rows<'_, NamedSession<OpenStay>>> {
    const SQL: &str = "SELECT server_id, name, joined_at, uuid
         FROM sessions CROSS JOIN players ON players.id = player_id
         LEFT JOIN accounts ON accounts.id = account WHERE left_at IS NULL";
    Rows::new(file, SQL, |row| {
        Ok(NamedSession {
            server: ServerId(row.get(0)?),
            player: player_name(row, 1)?,
            stay: OpenStay {
                joined_at: UnixSeconds(row.get(2)?),
                account: uuid(row, 3)?,
            },
        })
    })
}

fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Uuid>> {
    let bytes: Option<[u8; 16]> = row.get(column)?;
    Ok(bytes.map(Uuid::from_bytes))
}

fn session_end(row: &Row<'_>, column: usize) -> rusqlite::Result<SessionEnd> {
    let word = row.get_ref(column)?.as_str()?;
    SessionEnd::from_word(word)
        .ok_or_else(|| corrupt(column, format!("unknown way for a session to end: {word}")))
}
