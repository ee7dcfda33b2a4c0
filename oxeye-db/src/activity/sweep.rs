//! Deletes what is too old, a little at a time.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use super::lifetimes::Edges;
use super::recent::move_recent;
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
        let known_players = Arc::clone(&activity.known_players);
        let sweep = move |file: &Connection| {
            known_players.clear();
            sweep(file, from, edges, now)
        };
        let swept = store.write(sweep, |swept, _| swept);
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
    move_recent(file)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::day::UtcDay;
    use crate::activity::store::rows::{day_counters, players, words};
    use crate::activity::store::tests::in_memory;
    use crate::ids::GuildId;
    use crate::testing::player;

    #[test]
    fn more_than_one_sweep_deletes_is_deleted_by_several_and_what_is_new_stays() {
        let file = in_memory();
        let counter = words::number(&file, "actions").unwrap();
        let count = 2 * i64::try_from(SWEEP).unwrap() + 7;
        for number in 0..count {
            let at = UnixSeconds(if number % 100 == 0 { 90 } else { 10 } * 86_400);
            let name = player(&format!("Player{number}"));
            let id = players::add(&file, GuildId(7), &name, at).unwrap().id;
            let mut days = day_counters::AddToDay::prepare(&file).unwrap();
            days.add(GuildId(7), id, UtcDay::of(at), counter, 1.0)
                .unwrap();
            idempotency_keys::remember(&file, crate::ids::ServerId(1), name.as_str(), at).unwrap();
        }
        let now = UnixSeconds(90 * 86_400);

        let first = sweep(&file, 0, Edges::at(now, 30), now).unwrap();
        assert!(first.is_full && first.next_player > 0);
        sweep_all(&file, Edges::at(now, 30), now).unwrap();

        for table in ["players", "day_counters", "idempotency_keys"] {
            let sql = format!("SELECT count(*) FROM {table}");
            let rows: i64 = file.query_row(&sql, [], |row| row.get(0)).unwrap();
            assert_eq!(rows, 11, "{table}");
        }
    }
}
