//! All SQL of the fleet.

use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::ids::{SessionId, SlotId};
use crate::rules::{HomeRow, Run, SessionRow, SlotRow, State, WorkerRow, Write};
use crate::time::UnixMillis;

/// Makes the changes of one step.
pub(super) fn apply(file: &Connection, writes: &[Write]) -> rusqlite::Result<()> {
    for write in writes {
        match write {
            Write::Slot(row) => put_slot(file, row)?,
            Write::SlotGone(id) => {
                file.prepare_cached("DELETE FROM slots WHERE id = ?1")?
                    .execute([id.0.cast_signed()])?;
            }
            Write::Session(row) => put_session(file, row)?,
            Write::SessionGone(id) => {
                file.prepare_cached("DELETE FROM sessions WHERE id = ?1")?
                    .execute([id.0.as_bytes()])?;
            }
            Write::Home(row) => {
                let sql = "INSERT INTO homes (world, worker, is_made) VALUES (?1, ?2, ?3)
                    ON CONFLICT (world) DO UPDATE SET
                        worker = excluded.worker,
                        is_made = excluded.is_made";
                let row = params![row.world.as_str(), row.worker.as_str(), row.is_made];
                file.prepare_cached(sql)?.execute(row)?;
            }
            Write::HomeGone(world) => {
                file.prepare_cached("DELETE FROM homes WHERE world = ?1")?
                    .execute([world.as_str()])?;
            }
            Write::Worker(row) => {
                let sql =
                    "INSERT INTO workers (name, are_worlds_known, is_draining) VALUES (?1, ?2, ?3)
                    ON CONFLICT (name) DO UPDATE SET
                        are_worlds_known = excluded.are_worlds_known,
                        is_draining = excluded.is_draining";
                let row = params![row.name.as_str(), row.are_worlds_known, row.is_draining];
                file.prepare_cached(sql)?.execute(row)?;
            }
        }
    }
    Ok(())
}

fn put_slot(file: &Connection, row: &SlotRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO slots
            (id, owner, world, port, state, run, wanted, created_at, ended, restarts, worker)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        ON CONFLICT (id) DO UPDATE SET
            port = excluded.port, state = excluded.state, run = excluded.run,
            wanted = excluded.wanted, ended = excluded.ended, restarts = excluded.restarts";
    let mut statement = file.prepare_cached(sql)?;
    statement.execute(params![
        row.id.0.cast_signed(),
        row.owner.as_str(),
        row.world.as_str(),
        row.port,
        state_as_text(row.state),
        row.run.0,
        row.wanted,
        stored(row.created_at.0),
        row.ended,
        row.restarts,
        row.worker.as_str(),
    ])?;
    Ok(())
}

/// A session whose slot is gone meanwhile is not kept.
fn put_session(file: &Connection, row: &SessionRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO sessions (id, slot_id, player, joined_at)
        SELECT ?1, id, ?3, ?4 FROM slots WHERE id = ?2
        ON CONFLICT (id) DO NOTHING";
    let mut statement = file.prepare_cached(sql)?;
    statement.execute(params![
        row.id.0.as_bytes(),
        row.slot.0.cast_signed(),
        row.player.as_str(),
        stored(row.joined_at.0),
    ])?;
    Ok(())
}

/// Returns all slots.
pub(super) fn slots(file: &Connection) -> rusqlite::Result<Vec<SlotRow>> {
    let sql =
        "SELECT id, owner, world, port, state, run, wanted, created_at, ended, restarts, worker
        FROM slots ORDER BY id";
    file.prepare(sql)?.query_map([], slot)?.collect()
}

fn slot(row: &Row<'_>) -> rusqlite::Result<SlotRow> {
    Ok(SlotRow {
        id: slot_id(row, 0)?,
        owner: parsed(row, 1)?,
        world: parsed(row, 2)?,
        port: row.get(3)?,
        state: state(row, 4)?,
        run: Run(row.get(5)?),
        wanted: row.get(6)?,
        created_at: UnixMillis(number(row, 7)?),
        ended: row.get(8)?,
        restarts: row.get(9)?,
        worker: parsed(row, 10)?,
    })
}

/// Returns where worlds lie.
pub(super) fn homes(file: &Connection) -> rusqlite::Result<Vec<HomeRow>> {
    let sql = "SELECT world, worker, is_made FROM homes ORDER BY world";
    let home = |row: &Row<'_>| {
        Ok(HomeRow {
            world: parsed(row, 0)?,
            worker: parsed(row, 1)?,
            is_made: row.get(2)?,
        })
    };
    file.prepare(sql)?.query_map([], home)?.collect()
}

/// Returns what is known of workers.
pub(super) fn workers(file: &Connection) -> rusqlite::Result<Vec<WorkerRow>> {
    let sql = "SELECT name, are_worlds_known, is_draining FROM workers ORDER BY name";
    let worker = |row: &Row<'_>| {
        Ok(WorkerRow {
            name: parsed(row, 0)?,
            are_worlds_known: row.get(1)?,
            is_draining: row.get(2)?,
        })
    };
    file.prepare(sql)?.query_map([], worker)?.collect()
}

/// Returns all sessions.
pub(super) fn sessions(file: &Connection) -> rusqlite::Result<Vec<SessionRow>> {
    let sql = "SELECT id, slot_id, player, joined_at FROM sessions ORDER BY id";
    file.prepare(sql)?.query_map([], session)?.collect()
}

fn session(row: &Row<'_>) -> rusqlite::Result<SessionRow> {
    let id: [u8; 16] = row.get(0)?;
    Ok(SessionRow {
        id: SessionId(Uuid::from_bytes(id)),
        slot: slot_id(row, 1)?,
        player: parsed(row, 2)?,
        joined_at: UnixMillis(number(row, 3)?),
    })
}

/// SQLite has no unsigned numbers. A server that was found may have any number, so the highest are negative there.
fn slot_id(row: &Row<'_>, column: usize) -> rusqlite::Result<SlotId> {
    let number: i64 = row.get(column)?;
    Ok(SlotId(number.cast_unsigned()))
}

/// SQLite has no unsigned numbers. Ours are milliseconds, and far below the limit.
fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

fn parsed<T>(row: &Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}

/// Each state with its name in the file.
const STATES: [(State, &str); 7] = [
    (State::Starting, "starting"),
    (State::Running, "running"),
    (State::Idle, "idle"),
    (State::Stopping, "stopping"),
    (State::Stopped, "stopped"),
    (State::Failed, "failed"),
    (State::Deleting, "deleting"),
];

fn state_as_text(state: State) -> &'static str {
    let found = STATES.iter().find(|(other, _)| *other == state);
    found.map_or("deleting", |(_, text)| text)
}

/// Why a row cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a state of a server")]
struct UnknownState(String);

fn state(row: &Row<'_>, column: usize) -> rusqlite::Result<State> {
    let text: String = row.get(column)?;
    match STATES.iter().find(|(_, name)| *name == text) {
        Some((state, _)) => Ok(*state),
        None => Err(rusqlite::Error::FromSqlConversionFailure(
            column,
            Type::Text,
            Box::new(UnknownState(text)),
        )),
    }
}
