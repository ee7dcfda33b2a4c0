//! The periods in which servers were up, down or unknown.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use super::{Rows, corrupt, run};
use crate::ids::ServerId;
use crate::period::{KnownBy, Period, PeriodState};

/// Adds a period.
pub(crate) fn insert(file: &Connection, server: ServerId, period: &Period) -> rusqlite::Result<()> {
    run(
        file,
        "INSERT INTO server_states (server_id, from_at, state, known_by) VALUES (?1, ?2, ?3, ?4)",
        params![
            server.0,
            period.from.0,
            period.state.as_str(),
            period.known_by.as_str()
        ],
    )
}

/// Deletes the period that began at a time.
pub(crate) fn delete(
    file: &Connection,
    server: ServerId,
    from: UnixSeconds,
) -> rusqlite::Result<()> {
    run(
        file,
        "DELETE FROM server_states WHERE server_id = ?1 AND from_at = ?2",
        params![server.0, from.0],
    )
}

/// Deletes the periods of a server that began before a time.
pub(crate) fn delete_before(
    file: &Connection,
    server: ServerId,
    from: UnixSeconds,
) -> rusqlite::Result<()> {
    run(
        file,
        "DELETE FROM server_states WHERE server_id = ?1 AND from_at < ?2",
        params![server.0, from.0],
    )
}

/// Deletes all periods of a server.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    run(
        file,
        "DELETE FROM server_states WHERE server_id = ?1",
        params![server.0],
    )
}

/// Returns the periods of one server, or of all servers, each server's in order.
pub(crate) fn all(
    file: &Connection,
    only: Option<ServerId>,
) -> rusqlite::Result<Rows<'_, (ServerId, Period)>> {
    const SQL: &str = "SELECT server_id, from_at, state, known_by FROM server_states
         WHERE ?1 IS NULL OR server_id = ?1 ORDER BY server_id, from_at";
    Rows::for_server(file, SQL, only, |row| {
        let (state, known_by) = (row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?);
        let state = PeriodState::from_word(state);
        let known_by = KnownBy::from_word(known_by);
        let period = Period {
            from: UnixSeconds(row.get(1)?),
            state: state.ok_or_else(|| corrupt(2, "not a state"))?,
            known_by: known_by.ok_or_else(|| corrupt(3, "not a way to know a state"))?,
        };
        Ok((ServerId(row.get(0)?), period))
    })
}
