//! A truncated or corrupt log loses only its newest commits, and each of them entirely.

use super::*;

/// Returns the number of commits in a store. Asserts that all of them are complete and that memory
/// agrees with the file.
#[track_caller]
fn commits_in(folder: &Path, server: ServerId) -> u64 {
    let database = open(folder).unwrap();
    let file = Connection::open(folder.join("oxeye.db")).unwrap();
    let sound: String = file
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    let number = |sql| file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let events = number("SELECT count(joined_at) + count(left_at) FROM sessions").unsigned_abs();
    assert_eq!(events % BATCH, 0, "an incomplete batch");
    let last_seq = number("SELECT coalesce(max(last_seq), 0) FROM event_ranges");
    assert_eq!(last_seq.unsigned_abs(), events);

    let mut expected: Vec<_> = (0..events).map(event).collect();
    expected.sort();
    assert_eq!(events_in(&file), expected);
    let status = database
        .status(
            database.guild_server(GuildId::LOCAL, server).unwrap(),
            100,
            NOW,
        )
        .unwrap();
    let online = number("SELECT count(*) FROM sessions WHERE left_at IS NULL");
    assert_eq!(status.online.len() as u64, online.unsigned_abs());
    events / BATCH
}

fn events_in(file: &Connection) -> Vec<(String, bool, i64)> {
    let mut sessions = file
        .prepare(
            "SELECT name, joined_at, left_at FROM sessions JOIN players ON players.id = player_id",
        )
        .unwrap();
    let mut rows = sessions.query([]).unwrap();
    let mut events = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let player: String = row.get(0).unwrap();
        events.push((player.clone(), true, row.get(1).unwrap()));
        let left = row.get::<_, Option<i64>>(2).unwrap();
        events.extend(left.map(|at| (player, false, at)));
    }
    events.sort();
    events
}

/// Pseudo-random numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn damage(log: &mut Vec<u8>, dice: &mut Dice) {
    let place = dice.below(log.len());
    match dice.below(3) {
        0 => log.truncate(place),
        1 => {
            let end = (place + 1 + dice.below(20_000)).min(log.len());
            log[place..end].fill(0);
        }
        _ => log[place] ^= 1 << dice.below(8),
    }
}

#[tokio::test]
async fn the_commits_before_the_damage_in_a_log_are_kept() {
    let crashed = Crashed::new().await;
    assert_eq!(commits_in(crashed.copy().path(), crashed.server), BATCHES);
    let mut commits = Vec::new();
    for number in 0..60 {
        let copy = crashed.copy();
        let log = copy.path().join("oxeye.db-wal");
        let mut bytes = std::fs::read(&log).unwrap();
        damage(&mut bytes, &mut Dice(number));
        std::fs::write(&log, bytes).unwrap();

        commits.push(commits_in(copy.path(), crashed.server));
    }
    assert!(commits.iter().any(|commits| *commits < BATCHES / 2));
    assert!(commits.iter().any(|commits| *commits > BATCHES / 2));
}
