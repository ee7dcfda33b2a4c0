//! A deleted name leaves no bytes in the file.

use super::{NOW, Site};
use crate::store::rows::{players, rewriting};

/// Returns unrelated names of many lengths, the same ones in each run.
fn many_names(count: u64) -> impl Iterator<Item = String> {
    (1..=count).map(|number| {
        let (one, two) = (mixed(2 * number), mixed(2 * number + 1));
        let length = [9, 10, 12, 16, 30, 32, 32][(one % 7) as usize];
        let mut name = format!("{one:016x}{two:016x}");
        name.truncate(length);
        name
    })
}

/// The output function of SplitMix64.
fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

impl Site {
    async fn execute(&self, change: impl FnOnce(&rusqlite::Connection) + Send + 'static) {
        let change = move |file: &rusqlite::Connection| {
            change(file);
            Ok(())
        };
        self.database
            .inner
            .store
            .write(change, |(), _| ())
            .await
            .unwrap();
    }

    /// Returns how often each name occurs in the file.
    async fn copies_of(&self, names: &[String]) -> Vec<usize> {
        self.database.inner.wal_truncation.require();
        self.database.truncate_wal().await.unwrap();
        let bytes = std::fs::read(self.database.file()).unwrap();
        let mut copies = std::collections::HashMap::<&[u8], usize>::new();
        // The first nine characters identify a name.
        for window in bytes.windows(9) {
            *copies.entry(window).or_default() += 1;
        }
        let of = |name: &String| copies.get(&name.as_bytes()[..9]).copied();
        names.iter().map(|name| of(name).unwrap_or(0)).collect()
    }
}

#[tokio::test]
async fn copies_of_a_name_that_sqlite_leaves_behind_are_deleted_with_it() {
    let site = Site::new().await;
    let all: Vec<_> = many_names(60_000).collect();
    for (round, chunk) in all.chunks(10_000).enumerate() {
        let chunk = chunk.to_vec();
        site.execute(move |file| {
            let mut insert = file
                .prepare("INSERT OR IGNORE INTO players (name) VALUES (?1)")
                .unwrap();
            for name in chunk {
                insert.execute([name]).unwrap();
            }
            // SQLite merges pages that are nearly empty.
            file.execute(
                "DELETE FROM players WHERE id % 9 > ?1",
                [(round % 3) as i64],
            )
            .unwrap();
        })
        .await;
    }
    let copies = site.copies_of(&all).await;
    let left_behind = all.iter().zip(copies).filter(|(_, copies)| *copies > 2);
    let left_behind: Vec<_> = left_behind.map(|(name, _)| name.clone()).collect();
    assert!(
        !left_behind.is_empty(),
        "SQLite no longer leaves copies behind?"
    );

    let going = left_behind.clone();
    site.execute(move |file| {
        for name in &going {
            let id = file.query_row("SELECT id FROM players WHERE name = ?1", [name], |row| {
                row.get(0).map(crate::players::PlayerId)
            });
            players::delete(file, id.unwrap()).unwrap();
        }
        rewriting::require(file, rewriting::Table::Players).unwrap();
    })
    .await;
    // Stopped before anything is overwritten.
    let Site { database, server } = site;
    let database = database.restarted(NOW).await;
    database.truncate_wal().await.unwrap();

    let site = Site { database, server };
    let copies = site.copies_of(&left_behind).await;
    assert!(copies.iter().all(|copies| *copies == 0), "{copies:?}");
}
