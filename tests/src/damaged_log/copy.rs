//! One damaged copy: its damage, and what must be in it.

use std::path::Path;

use anyhow::{Result, ensure};
use rand::Rng as _;
use rusqlite::Connection;

use super::batches::{BATCH, event};
use super::server_name;
use crate::backend::Setup;
use crate::raw::Request;

/// A copy of a store in a folder of its own.
pub(super) struct Copy {
    setup: Setup,
    /// A description of the damage to its log.
    damage: String,
}

impl Copy {
    pub(super) fn of(folder: &Path) -> Result<Self> {
        let setup = Setup::new();
        let copy = setup.folder();
        std::fs::copy(folder.join("oxeye.db"), copy.join("oxeye.db"))?;
        let mut log = std::fs::read(folder.join("oxeye.db-wal"))?;
        let damage = damage(&mut log);
        std::fs::write(copy.join("oxeye.db-wal"), log)?;
        Ok(Self { setup, damage })
    }

    /// Opens it with a backend, and returns how many commits it holds.
    pub(super) async fn opened(self, servers: usize) -> Result<u64> {
        let Self { setup, damage } = self;
        let mut oxeye = setup.start().await;
        let ready = oxeye.ask(&Request::get("/readyz")).await;
        ensure!(ready.status == 200, "{damage}: {ready}");
        let path = oxeye.folder().join("oxeye.db");
        let mut commits = 0;
        for server in 0..servers {
            let server = server_name(server);
            let shown = oxeye.operator(status_of(&server)).await;
            let file = Connection::open(&path)?;
            let (found, online) = batches_of(&file, &server, &damage)?;
            let shown = shown.json()["online_players"]
                .as_array()
                .map_or(0, Vec::len);
            ensure!(shown == online, "{damage}: {shown} of {online} are shown");
            commits += found;
        }
        oxeye.kill().await;
        let file = Connection::open(&path)?;
        let sound: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        ensure!(sound == "ok", "{damage}: {sound}");
        Ok(commits)
    }
}

/// A server that is missing, because the commit of its link was lost too, has nobody online.
fn status_of(server: &str) -> Request {
    Request::get(format!("/api/servers/0/{server}/status"))
}

/// Returns how many whole batches of a server are in the file, and how many of its players are on.
fn batches_of(file: &Connection, server: &str, damage: &str) -> Result<(u64, usize)> {
    let mut sessions = file.prepare(
        "SELECT players.name, joined_at, left_at FROM sessions
         JOIN servers ON servers.id = server_id JOIN players ON players.id = player_id
         WHERE servers.name = ?1 ORDER BY joined_at",
    )?;
    let mut rows = sessions.query([server])?;
    let (mut events, mut online) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let player: String = row.get(0)?;
        events.push((player.clone(), true, row.get::<_, i64>(1)?));
        match row.get::<_, Option<i64>>(2)? {
            Some(left_at) => events.push((player, false, left_at)),
            None => online += 1,
        }
    }
    events.sort_by_key(|(_, _, at)| *at);
    let begin = events.first().map_or(0, |(_, _, at)| *at);
    let count = events.len() as u64;
    ensure!(
        count.is_multiple_of(BATCH),
        "{damage}: {count} events, which is part of a batch"
    );
    for (number, (player, is_join, at)) in (0..).zip(events) {
        let found = (player, is_join, at.abs_diff(begin));
        ensure!(
            found == event(number),
            "{damage}: {found:?} is not event {number}"
        );
    }
    let taken: i64 = file.query_row(
        "SELECT coalesce(max(last_seq), 0) FROM event_ranges
         JOIN servers ON servers.id = server_id WHERE name = ?1",
        [server],
        |row| row.get(0),
    )?;
    ensure!(
        taken.unsigned_abs() == count,
        "{damage}: {taken} of {count} events are known"
    );
    Ok((count / BATCH, online))
}

/// Cuts the log, zeroes a part of it, or flips some bits. Returns a description.
fn damage(log: &mut Vec<u8>) -> String {
    let mut random = rand::rng();
    let place = random.random_range(0..log.len());
    match random.random_range(0..3) {
        0 => {
            log.truncate(place);
            format!("cut at {place}")
        }
        1 => {
            let end = (place + random.random_range(1..20_000)).min(log.len());
            log[place..end].fill(0);
            format!("zeroes from {place} to {end}")
        }
        _ => {
            let places: Vec<_> = (0..random.random_range(1..=8))
                .map(|_| random.random_range(0..log.len()))
                .collect();
            for place in &places {
                log[*place] ^= 1 << random.random_range(0..8);
            }
            format!("bits flipped at {places:?}")
        }
    }
}
