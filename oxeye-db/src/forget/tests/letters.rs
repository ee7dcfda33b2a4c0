//! No letter of a name is left.

use super::Site;
use crate::store::rows::{players, rewriting};

/// Names of many lengths that have nothing in common; the same ones each time.
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

    /// How often each name stands in the file.
    async fn copies_of(&self, names: &[String]) -> Vec<usize> {
        self.database.inner.wal_truncation.require();
        self.database.truncate_wal().await.unwrap();
        let bytes = std::fs::read(self.database.file()).unwrap();
        let mut copies = std::collections::HashMap::<&[u8], usize>::new();
        // A name is known by its first nine letters.
        for window in bytes.windows(9) {
            *copies.entry(window).or_default() += 1;
        }
        let of = |name: &String| copies.get(&name.as_bytes()[..9]).copied();
        names.iter().map(|name| of(name).unwrap_or(0)).collect()
    }
}

#[tokio::test]
async fn copies_that_sqlite_leaves_of_a_name_go_with_it() {
    let site = Site::new().await;
    let all: Vec<_> = many_names(60_000).collect();
    for (round, portion) in all.chunks(10_000).enumerate() {
        let portion = portion.to_vec();
        site.execute(move |file| {
            let mut insert = file
                .prepare("INSERT OR IGNORE INTO players (name) VALUES (?1)")
                .unwrap();
            for name in portion {
                insert.execute([name]).unwrap();
            }
            // Pages that are nearly empty are merged.
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
    assert!(!left_behind.is_empty(), "SQLite leaves no copies any more?");

    let going = left_behind.clone();
    site.execute(move |file| {
        for name in &going {
            let id = file.query_row("SELECT id FROM players WHERE name = ?1", [name], |row| {
                row.get(0).map(crate::players::PlayerId)
            });
            players::delete(file, id.unwrap()).unwrap();
            rewriting::rewrite_players(file).unwrap();
        }
    })
    .await;

    let copies = site.copies_of(&left_behind).await;
    assert!(copies.iter().all(|copies| *copies == 0), "{copies:?}");
}
