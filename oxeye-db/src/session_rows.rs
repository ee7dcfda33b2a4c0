//! Sessions in the file: the changes of a report written, and all of it read back into memory
//! (`load`).

mod load;

use rusqlite::{Connection, ToSql, params};

use crate::ids::ServerId;
use crate::ledger::{Change, Heard};
use crate::session::ClosedSession;
pub(crate) use load::{load, load_players};

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

/// One statement each, so that each is written as a whole or not at all.
fn write_one(connection: &Connection, server: ServerId, change: &Change) -> rusqlite::Result<()> {
    let run = |sql: &str, values: &[&dyn ToSql]| {
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
        Change::Closed(session) => write_closed(session, run),
        Change::Added(session) => write_added(server, session, run),
        Change::LooseEnd(end) => run(
            "INSERT INTO loose_ends (server_id, player_id, at, kind) VALUES (?1, ?2, ?3, ?4)",
            params![server.0, end.player.0, end.at.0, kind(end.is_join)],
        ),
        Change::TiedUp(end) => run(
            "DELETE FROM loose_ends
             WHERE server_id = ?1 AND player_id = ?2 AND at = ?3 AND kind = ?4",
            params![server.0, end.player.0, end.at.0, kind(end.is_join)],
        ),
        Change::Heard(heard) => write_heard(server, *heard, run),
    }
}

fn write_closed(
    session: &ClosedSession,
    run: impl FnOnce(&str, &[&dyn ToSql]) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    run(
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

fn write_added(
    server: ServerId,
    session: &ClosedSession,
    run: impl FnOnce(&str, &[&dyn ToSql]) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    run(
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

fn write_heard(
    server: ServerId,
    heard: Heard,
    run: impl FnOnce(&str, &[&dyn ToSql]) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    run(
        "UPDATE servers SET heard_at = ?2, synced_at = ?3, heartbeat_secs = ?4 WHERE id = ?1",
        params![
            server.0,
            heard.at.map(|at| at.0),
            heard.synced_at.map(|at| at.0),
            heard.heartbeat.map(|every| every.as_secs().cast_signed())
        ],
    )
}

/// The word for a loose end.
fn kind(is_join: bool) -> &'static str {
    if is_join { "join" } else { "leave" }
}
