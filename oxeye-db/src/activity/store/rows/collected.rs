//! Values that were collected, per player and UTC day, without those of recent events.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use super::players::GuildPlayerId;
use super::words::WordId;
use crate::activity::day::UtcDay;

/// How many values of a collection, player and day are kept: the newest.
pub(crate) const KEPT_PER_DAY: usize = 100;

/// Deletes the values of a collection, player and day beyond 100: those with the oldest times. The number is not a
/// parameter, because SQLite compiles a statement again each time a parameter of its `LIMIT` or `OFFSET` is bound.
const PRUNE: &str = "DELETE FROM collected
    WHERE player_id = ?1 AND day = ?2 AND collection_id = ?3 AND value IN (
        SELECT value FROM collected
        WHERE player_id = ?1 AND day = ?2 AND collection_id = ?3
        ORDER BY at DESC, number DESC, value LIMIT -1 OFFSET 100)";

/// When a value was collected: at what time, and with which event of its player, because many may come within one
/// second. Later is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CollectedAt {
    pub(crate) at: UnixSeconds,
    pub(crate) number: u64,
}

/// Adds a value, or renews the time of one that is there. Of a collection, player and day the 100 newest are kept.
/// Returns false if the value was collected on the same day at this time or later.
pub(crate) fn add(
    file: &Connection,
    player: GuildPlayerId,
    collection: WordId,
    value: &str,
    CollectedAt { at, number }: CollectedAt,
) -> rusqlite::Result<bool> {
    let number = number.cast_signed();
    // Most players collect the same again and again, and an update would write its page even if nothing changes.
    if is_known(file, player, collection, value, (at, number))? {
        return Ok(false);
    }
    let day = UtcDay::of(at);
    let renewed = file
        .prepare_cached(
            "UPDATE collected SET at = ?5, number = ?6
             WHERE player_id = ?1 AND day = ?2 AND collection_id = ?3 AND value = ?4",
        )?
        .execute(params![player.0, day.0, collection.0, value, at.0, number])?;
    if renewed > 0 {
        return Ok(true);
    }
    file.prepare_cached(
        "INSERT INTO collected (player_id, day, collection_id, value, at, number)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![player.0, day.0, collection.0, value, at.0, number])?;
    file.prepare_cached(PRUNE)?
        .execute(params![player.0, day.0, collection.0])?;
    Ok(true)
}

/// Whether a value is there, collected on the same day at this time or later.
fn is_known(
    file: &Connection,
    player: GuildPlayerId,
    collection: WordId,
    value: &str,
    (at, number): (UnixSeconds, i64),
) -> rusqlite::Result<bool> {
    let day = UtcDay::of(at);
    file.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM collected WHERE player_id = ?1 AND day = ?2
         AND collection_id = ?3 AND value = ?4 AND (at, number) >= (?5, ?6))",
    )?
    .query_row(
        params![player.0, day.0, collection.0, value, at.0, number],
        |row| row.get(0),
    )
}

/// Returns the values that a player collected on each of some days, first and last, and when each was collected last.
pub(crate) fn by_day(
    file: &Connection,
    player: GuildPlayerId,
    collection: WordId,
    (first, last): (UtcDay, UtcDay),
) -> rusqlite::Result<BTreeMap<UtcDay, HashMap<String, CollectedAt>>> {
    let mut values = file.prepare_cached(
        "SELECT day, value, at, number FROM collected
         WHERE player_id = ?1 AND day BETWEEN ?2 AND ?3 AND collection_id = ?4",
    )?;
    let mut rows = values.query(params![player.0, first.0, last.0, collection.0])?;
    let mut by_day = BTreeMap::<_, HashMap<_, _>>::new();
    while let Some(row) = rows.next()? {
        let at = CollectedAt {
            at: UnixSeconds(row.get(2)?),
            number: row.get::<_, i64>(3)?.cast_unsigned(),
        };
        let of_day = by_day.entry(UtcDay(row.get(0)?)).or_default();
        of_day.insert(row.get(1)?, at);
    }
    Ok(by_day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::store::tests::in_memory;

    const ALEX: GuildPlayerId = GuildPlayerId(1);
    const SECTORS: WordId = WordId(1);
    const NOON: i64 = 1_795_867_200;

    /// Returns what is kept of a day, what was collected last at the end.
    fn kept(file: &Connection) -> Vec<String> {
        let day = UtcDay::of(UnixSeconds(NOON));
        let mut by_day = by_day(file, ALEX, SECTORS, (day, day)).unwrap();
        let values = by_day.remove(&day).unwrap().into_iter();
        let mut values: Vec<_> = values.map(|(value, at)| (at, value)).collect();
        values.sort_unstable();
        values.into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn of_a_day_the_hundred_newest_values_are_kept_and_one_that_is_renewed_is_new() {
        let file = in_memory();
        let collect = |value: i64, at: i64| {
            let at = CollectedAt {
                at: UnixSeconds(NOON + at),
                number: 0,
            };
            add(&file, ALEX, SECTORS, &value.to_string(), at).unwrap();
        };
        for value in 0..100 {
            collect(value, value);
        }
        collect(0, 100);
        collect(100, 101);
        // The time of a value is its latest, in whatever order events come.
        collect(100, 0);

        let expected = (2..100).chain([0, 100]);
        assert_eq!(
            kept(&file),
            Vec::from_iter(expected.map(|value| value.to_string()))
        );
    }

    #[test]
    fn within_one_second_the_order_of_the_events_decides() {
        let file = in_memory();
        let visited = [9, 10, 9].into_iter().chain(100..200).chain([10]);
        for (number, sector) in (0..).zip(visited) {
            let at = UnixSeconds(NOON);
            let at = CollectedAt { at, number };
            add(&file, ALEX, SECTORS, &sector.to_string(), at).unwrap();
        }

        let expected = (101..200).chain([10]);
        assert_eq!(
            kept(&file),
            Vec::from_iter(expected.map(|value| value.to_string()))
        );
    }
}
