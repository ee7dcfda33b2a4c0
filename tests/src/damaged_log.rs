//! The trial of damaged logs. A backend is killed under load; then copies of its store are opened
//! whose write-ahead log was cut, partly zeroed or has flipped bits.
//!
//! | module    | what it holds                                              |
//! |-----------|------------------------------------------------------------|
//! | `batches` | what is sent: batches whose events follow from their number |
//! | `copy`    | one damaged copy: its damage, and what must be in it       |
//!
//! Each server sends batch after batch, and each batch is one commit. So a copy must hold whole
//! batches of each server, from the first one on without a gap.
//!
//! While SQLite writes the log back into the file, only the log knows what is complete. Damage to
//! it at such a moment cannot be repaired, so a store killed at such a moment is not used.

mod batches;
mod copy;

use std::path::Path;

use anyhow::{Context as _, Result};
use rand::Rng as _;
use tokio::task::JoinSet;

use crate::backend::{Oxeye, Setup};
use batches::Sender;
use copy::Copy;

/// The most copies of one store, so that a thousand copies come from different stores.
const COPIES_PER_STORE: usize = 50;

/// Servers that send at the same time.
const SERVERS: usize = 3;

/// The most batches that each of them sends.
const BATCHES: u64 = 250;

/// The results of a trial.
#[derive(Debug, Default)]
pub struct Tally {
    /// Number of damaged copies that were opened.
    pub copies: usize,
    /// Number of copies that lacked commits, as expected where the damage is.
    pub shortened: usize,
    /// Number of commits in the stores that were copied.
    pub commits: u64,
    /// Number of stores that could not be used, because their log was being written back.
    pub skipped: usize,
}

/// Opens this many damaged copies.
///
/// # Errors
/// If a copy holds anything other than whole commits.
///
/// # Panics
/// If a copy cannot be opened.
pub async fn run(copies: usize) -> Result<Tally> {
    let mut tally = Tally::default();
    while tally.copies < copies {
        let (oxeye, commits) = killed_under_load().await?;
        if is_written_back(oxeye.folder())? {
            tally.skipped += 1;
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

/// Kills a backend while batches come in; returns the number of batches that were accepted at
/// least.
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
    // The first to finish decides when the backend is killed; the others are in the middle of
    // something.
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

/// Whether part of the log has been written back, or may have been. The log's index tells:
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
