//! A file with very many sessions, and how long a killed backend takes to open it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use rusqlite::Connection;

use super::{now, reopen};
use crate::backend::Setup;

/// Servers that share the sessions; this is also the number of players online on each.
const SERVERS: i64 = 50;

/// The number of different players.
const PLAYERS: i64 = 50_000;

/// The length in seconds of the time in which the sessions began.
const DAYS_90: i64 = 90 * 86_400;

/// Fills a store with this many sessions, and kills the backend this many times. Returns the times
/// from the start of the process to the first 200 of `/readyz`.
///
/// # Errors
/// If the store cannot be filled.
pub async fn time_to_reopen(sessions: i64, times: usize) -> Result<Vec<Duration>> {
    let mut oxeye = Setup::unlimited().start().await;
    for number in 0..SERVERS {
        oxeye.linked(&format!("server-{number}")).await;
    }
    ensure!(oxeye.terminate().await == Some(0), "{}", oxeye.log());
    fill(&oxeye.folder().join("oxeye.db"), sessions)?;

    let mut oxeye = oxeye.start_again().await;
    let mut took = Vec::new();
    for number in 0..times {
        let server = oxeye.local_link_code(&format!("again-{number}")).await;
        let server = oxeye.redeem(&server).await;
        // Leaves something in the WAL that has to be read back.
        for player in 0..200 {
            server.joins(&format!("Latecomer{player}")).await;
        }
        oxeye.kill().await;
        let (opened, took_this_time) = reopen(oxeye).await;
        oxeye = opened;
        took.push(took_this_time);
    }
    Ok(took)
}

fn fill(path: &Path, sessions: i64) -> Result<()> {
    let (mut file, now) = (Connection::open(path)?, now()?);
    let filling = file.transaction()?;
    filling.execute(
        "INSERT INTO players (id, name)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         SELECT i, 'Player_' || i FROM n",
        [PLAYERS],
    )?;
    // The last ones are open, each of a different player.
    filling.execute(
        "INSERT INTO sessions (id, server_id, player_id, joined_at, left_at, seen_at, ended)
         WITH RECURSIVE
           n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1),
           s (i, joined, ended) AS (
             SELECT i, ?2 + i * ?3 / ?1, iif(i <= ?1 - ?5 * ?5, 'left', NULL) FROM n)
         SELECT i, 1 + i % ?5, 1 + i % ?4, joined, iif(ended IS NULL, NULL, joined + 60 + i % 7200),
                iif(ended IS NULL, NULL, joined + 60 + i % 7200), ended
         FROM s",
        [sessions, now - DAYS_90 - 7_300, DAYS_90, PLAYERS, SERVERS],
    )?;
    filling.commit()?;
    Ok(())
}
