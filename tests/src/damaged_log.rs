//! The trial of damaged logs: a backend is killed under load, and copies of its store are opened
//! whose write-ahead log is cut, zeroed in parts or has bits flipped.
//!
//! | module    | what it holds                                              |
//! |-----------|------------------------------------------------------------|
//! | `batches` | what is told: batches whose events follow from their number |
//! | `copy`    | one damaged copy: what is done to it, what must be in it   |
//!
//! Each server sends batch after batch, and each batch is one commit. So a copy must hold the first
//! so many whole batches of each server.
//!
//! While SQLite writes the log back into the file, the log alone knows what is whole; damage to it
//! in these moments is beyond repair, and a store killed in one of them is not used.

mod batches;
mod copy;

use std::path::Path;

use anyhow::{Context as _, Result};
use rand::Rng as _;
use tokio::task::JoinSet;

use crate::backend::{Oxeye, Setup};
use batches::Sender;
use copy::Copy;

/// Copies are made of so many different stores at least, for a thousand of them.
const COPIES_PER_STORE: usize = 50;

/// Servers that send at the same time.
const SERVERS: usize = 3;

/// Batches that each of them sends, at most.
const BATCHES: u64 = 250;

/// What a trial has seen.
#[derive(Debug, Default)]
pub struct Tally {
    /// Damaged copies that were opened.
    pub copies: usize,
    /// Those from which commits were missing, as they must be where the damage is.
    pub shortened: usize,
    /// Commits in the stores that were copied.
    pub commits: u64,
    /// Stores that could not be used, since their log was being written back.
    pub passed_over: usize,
}

/// Opens so many damaged copies.
///
/// # Errors
/// When one of them holds anything else than whole commits.
///
/// # Panics
/// When one of them is not opened.
pub async fn run(copies: usize) -> Result<Tally> {
    let mut tally = Tally::default();
    while tally.copies < copies {
        let (oxeye, commits) = killed_under_load().await?;
        if is_written_back(oxeye.folder())? {
            tally.passed_over += 1;
            continue;
        }
        tally.commits += commits;
        for _ in 0..COPIES_PER_STORE.min(copies - tally.copies) {
            let copy = Copy::of(oxeye.folder())?;
            let found = copy.opened(SERVERS).await?;
            tally.copies += 1;
            tally.shortened += usize::from(found < commits);
        }
    }
    Ok(tally)
}

/// A backend that was killed while batches came in; answers how many were taken at least.
async fn killed_under_load() -> Result<(Oxeye, u64)> {
    let mut oxeye = Setup::new()
        .set("RATE_LIMIT_EVENTS_PER_SEC", "1000000")
        .set("RATE_LIMIT_EVENTS_BURST", "1000000")
        .set("RATE_LIMIT_BATCH_EVENTS_PER_SEC", "1000000")
        .set("MAX_NEW_PLAYERS_PER_HOUR", "1000000")
        .start()
        .await;
    let mut sending = JoinSet::new();
    for server in 0..SERVERS {
        let key = oxeye.linked(&server_name(server)).await.key().to_owned();
        let batches = rand::rng().random_range(1..=BATCHES);
        sending.spawn(Sender::new(oxeye.address(), key)?.send(batches));
    }
    // Who is first decides when it ends; the others are in the middle of something.
    let first = sending.join_next().await.context("nobody sends")??;
    oxeye.kill().await;
    let mut taken = first;
    while let Some(sent) = sending.join_next().await {
        taken += sent?;
    }
    Ok((oxeye, taken))
}

fn server_name(number: usize) -> String {
    format!("server-{number}")
}

/// Whether a part of the log has been written back, or may have been. The log's index says so:
/// <https://www.sqlite.org/walformat.html#the_wal_index_file_format>
fn is_written_back(folder: &Path) -> Result<bool> {
    let index = std::fs::read(folder.join("oxeye.db-shm"))?;
    let frames_at = |place: usize| {
        index
            .get(place..place + 4)
            .context("the log's index is short")
    };
    Ok([frames_at(96)?, frames_at(128)?] != [[0; 4]; 2])
}
