//! Deletes what is too old, a little at a time.

use std::sync::atomic::Ordering;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use super::lifetimes::Edges;
use super::store::rows::{expiry, idempotency_keys};
use crate::database::Database;
use crate::store::StoreError;

/// The most rows that one sweep deletes from one table, and the players it looks at.
const SWEEP: usize = 500;

impl Database {
    /// Deletes some of what is too old. Returns whether there may be more.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn sweep_activity(&self, now: UnixSeconds) -> Result<bool, StoreError> {
        let activity = self.inner.activity.as_ref();
        let Some((activity, store)) = activity.and_then(|a| Some((a, a.file.existing()?))) else {
            return Ok(false);
        };
        let edges = Edges::at(now, activity.retention_days);
        let from = activity.next_sweep.load(Ordering::Relaxed);
        let swept = store.write(move |file| sweep(file, from, edges, now), |swept, _| swept);
        let swept = swept.await?;
        activity
            .next_sweep
            .store(swept.next_player, Ordering::Relaxed);
        Ok(swept.next_player != 0 || swept.is_full)
    }
}

/// Sweeps until nothing is left to delete.
#[cfg(test)]
pub(crate) fn sweep_all(file: &Connection, edges: Edges, now: UnixSeconds) -> rusqlite::Result<()> {
    let mut from = 0;
    loop {
        let swept = sweep(file, from, edges, now)?;
        from = swept.next_player;
        if from == 0 && !swept.is_full {
            return Ok(());
        }
    }
}

struct Swept {
    /// The first player of the next sweep; 0 after the last one.
    next_player: i64,
    /// A limit was reached.
    is_full: bool,
}

fn sweep(file: &Connection, from: i64, edges: Edges, now: UnixSeconds) -> rusqlite::Result<Swept> {
    let keys = idempotency_keys::delete_expired(file, now, SWEEP)?;
    let days = expiry::delete_days(file, edges.day, SWEEP)?;
    let players = expiry::players_from(file, from, SWEEP)?;
    for player in &players {
        expiry::delete_of_player(file, *player, edges)?;
    }
    let last = players.last().map(|player| player.0);
    Ok(Swept {
        next_player: match last {
            Some(last) if players.len() == SWEEP => last + 1,
            _ => 0,
        },
        is_full: keys == SWEEP || days >= SWEEP,
    })
}
