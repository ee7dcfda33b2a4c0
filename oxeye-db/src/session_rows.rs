//! Sessions in the file: the changes of a report written. `loading` reads them back.

use rusqlite::{Connection, params};

use crate::ids::ServerId;
use crate::ledger::{Change, Heard};
use crate::session::ClosedSession;

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

fn write_one(file: &Connection, server: ServerId, change: &Change) -> rusqlite::Result<()> {
    match change {
        Change::Named(player, name) => run(
            file,
            "INSERT INTO players (id, name) VALUES (?1, ?2)",
            params![player.0, name.as_str()],
        ),
        Change::Opened {
            id,
            player,
            joined_at,
            texture,
        } => run(
            file,
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
            file,
            "UPDATE sessions SET joined_at = ?2 WHERE id = ?1",
            params![id.0, joined_at.0],
        ),
        Change::Dressed(id, texture) => run(
            file,
            "UPDATE sessions SET texture = ?2 WHERE id = ?1",
            params![id.0, texture.0],
        ),
        Change::Closed(session) => close(file, session),
        Change::Added(session) => add(file, server, session),
        Change::Expired(id) => run(file, "DELETE FROM sessions WHERE id = ?1", params![id.0]),
        Change::LooseEnd(end) => run(
            file,
            "INSERT INTO loose_ends (server_id, player_id, at, kind) VALUES (?1, ?2, ?3, ?4)",
            params![server.0, end.player.0, end.at.0, kind(end.is_join)],
        ),
        Change::TiedUp(end) => run(
            file,
            "DELETE FROM loose_ends
             WHERE server_id = ?1 AND player_id = ?2 AND at = ?3 AND kind = ?4",
            params![server.0, end.player.0, end.at.0, kind(end.is_join)],
        ),
        Change::Heard(heard) => hear(file, server, *heard),
        Change::Imported {
            player,
            seconds,
            at,
        } => run(
            file,
            "INSERT INTO imported_playtime (server_id, player_id, seconds, imported_at)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET seconds = ?3, imported_at = ?4",
            params![server.0, player.0, seconds, at.0],
        ),
    }
}

fn close(file: &Connection, session: &ClosedSession) -> rusqlite::Result<()> {
    run(
        file,
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
    )
}

fn add(file: &Connection, server: ServerId, session: &ClosedSession) -> rusqlite::Result<()> {
    run(
        file,
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
    )
}

fn hear(file: &Connection, server: ServerId, heard: Heard) -> rusqlite::Result<()> {
    run(
        file,
        "UPDATE servers SET heard_at = ?2, synced_at = ?3, synced_session = ?4, heartbeat_secs = ?5
         WHERE id = ?1",
        params![
            server.0,
            heard.at.map(|at| at.0),
            heard.synced_at.map(|at| at.0),
            heard.named_up_to.map(|session| session.0),
            heard.heartbeat.map(|every| every.as_secs().cast_signed())
        ],
    )
}

fn run(file: &Connection, sql: &str, values: &[&dyn rusqlite::ToSql]) -> rusqlite::Result<()> {
    file.prepare_cached(sql)?.execute(values).map(|_| ())
}

/// The word for a loose end.
pub(crate) fn kind(is_join: bool) -> &'static str {
    if is_join { "join" } else { "leave" }
}
