//! Events that were reported lately, in the order in which they were reported, each with what it adds to the other
//! tables. Nothing is added to those before the events are moved (`activity::recent`).

use rusqlite::types::Type;
use rusqlite::{CachedStatement, Connection, Row, params, params_from_iter};

use oxeye_plugin_proto::UnixSeconds;

use super::events::StoredEvent;
use super::players::GuildPlayerId;
use super::words::WordId;
use crate::ids::GuildId;

/// The number of a row. While Oxeye runs, no two events get the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RecentId(pub(crate) i64);

/// What an event adds to the other tables.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Addition {
    pub(crate) guild: GuildId,
    pub(crate) player: GuildPlayerId,
    /// Counts the player's events from 0.
    pub(crate) number: u64,
    pub(crate) at: UnixSeconds,
    /// When the stay began during which it happened.
    pub(crate) stay: Option<UnixSeconds>,
    pub(crate) counters: Vec<(WordId, f64)>,
    pub(crate) collected: Vec<(WordId, String)>,
}

/// An event with its player, and its number among the player's events.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NumberedEvent {
    pub(crate) event: StoredEvent,
    pub(crate) number: u64,
    pub(crate) player: GuildPlayerId,
}

/// Adds events.
pub(crate) struct AddRecentEvent<'f>(CachedStatement<'f>);

impl<'f> AddRecentEvent<'f> {
    pub(crate) fn prepare(file: &'f Connection) -> rusqlite::Result<Self> {
        let add = file.prepare_cached(
            "INSERT INTO recent_events (id, guild_id, player_id, number, type, at, details,
                 stay_began_at, counters, collected)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        Ok(Self(add))
    }

    /// Adds an event.
    pub(crate) fn add(
        &mut self,
        id: RecentId,
        event: &StoredEvent,
        adds: &Addition,
    ) -> rusqlite::Result<()> {
        self.0.execute(params![
            id.0,
            adds.guild.to_sql(),
            adds.player.0,
            adds.number.cast_signed(),
            event.event_type,
            adds.at.0,
            event.details_as_stored(),
            adds.stay.map(|began_at| began_at.0),
            counters_to_sql(&adds.counters),
            collected_to_sql(&adds.collected),
        ])?;
        Ok(())
    }
}

const ADDITION: &str = "guild_id, player_id, number, at, stay_began_at, counters, collected";
const EVENT: &str = "type, at, details, number, player_id";

/// Calls `take` with what each event adds, or only with those of one player, in the order in which they were added.
pub(crate) fn each(
    file: &Connection,
    only: Option<GuildPlayerId>,
    mut take: impl FnMut(Addition),
) -> rusqlite::Result<()> {
    let sql = format!(
        "SELECT {ADDITION} FROM recent_events {} ORDER BY id",
        of_one(only)
    );
    let mut statement = file.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(only.map(|player| player.0)))?;
    while let Some(row) = rows.next()? {
        take(read(row)?);
    }
    Ok(())
}

/// Calls `take` with what those events of these add that are still there.
pub(crate) fn each_of(
    file: &Connection,
    ids: &[RecentId],
    mut take: impl FnMut(Addition),
) -> rusqlite::Result<()> {
    let sql = format!("SELECT {ADDITION} FROM recent_events WHERE id = ?1");
    let mut find = file.prepare_cached(&sql)?;
    for id in ids {
        let mut rows = find.query([id.0])?;
        if let Some(row) = rows.next()? {
            take(read(row)?);
        }
    }
    Ok(())
}

/// Returns the events with their players and numbers, or only those of one player.
pub(crate) fn events(
    file: &Connection,
    only: Option<GuildPlayerId>,
) -> rusqlite::Result<Vec<NumberedEvent>> {
    let sql = format!(
        "SELECT {EVENT} FROM recent_events {} ORDER BY id",
        of_one(only)
    );
    file.prepare_cached(&sql)?
        .query_map(params_from_iter(only.map(|player| player.0)), numbered)?
        .collect()
}

/// Returns those of these events that are still there.
pub(crate) fn events_of(
    file: &Connection,
    ids: &[RecentId],
) -> rusqlite::Result<Vec<NumberedEvent>> {
    let sql = format!("SELECT {EVENT} FROM recent_events WHERE id = ?1");
    let mut find = file.prepare_cached(&sql)?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let mut rows = find.query([id.0])?;
        if let Some(row) = rows.next()? {
            found.push(numbered(row)?);
        }
    }
    Ok(found)
}

/// Calls `take` with the player, time and counters of each event of a guild.
pub(crate) fn each_of_guild(
    file: &Connection,
    guild: GuildId,
    mut take: impl FnMut(GuildPlayerId, UnixSeconds, Vec<(WordId, f64)>),
) -> rusqlite::Result<()> {
    let mut statement = file
        .prepare_cached("SELECT player_id, at, counters FROM recent_events WHERE guild_id = ?1")?;
    let mut rows = statement.query([guild.to_sql()])?;
    while let Some(row) = rows.next()? {
        let (player, at) = (GuildPlayerId(row.get(0)?), UnixSeconds(row.get(1)?));
        take(player, at, counters_from_sql(row.get_ref(2)?.as_blob()?));
    }
    Ok(())
}

/// Deletes all events.
pub(crate) fn delete_all(file: &Connection) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM recent_events")?
        .execute([])?;
    Ok(())
}

/// Deletes the events of a player.
pub(crate) fn delete_of_player(file: &Connection, player: GuildPlayerId) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM recent_events WHERE player_id = ?1")?
        .execute([player.0])?;
    Ok(())
}

/// Returns a condition that leaves one player.
fn of_one(only: Option<GuildPlayerId>) -> &'static str {
    match only {
        Some(_) => "WHERE player_id = ?1",
        None => "",
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Addition> {
    Ok(Addition {
        guild: GuildId::from_sql(row.get(0)?),
        player: GuildPlayerId(row.get(1)?),
        number: row.get::<_, i64>(2)?.cast_unsigned(),
        at: UnixSeconds(row.get(3)?),
        stay: row.get::<_, Option<i64>>(4)?.map(UnixSeconds),
        counters: counters_from_sql(row.get_ref(5)?.as_blob()?),
        collected: collected_from_sql(row.get_ref(6)?.as_str()?).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(6, Type::Text, error.into())
        })?,
    })
}

fn numbered(row: &Row<'_>) -> rusqlite::Result<NumberedEvent> {
    Ok(NumberedEvent {
        event: StoredEvent::read(row, 0)?,
        number: row.get::<_, i64>(3)?.cast_unsigned(),
        player: GuildPlayerId(row.get(4)?),
    })
}

fn counters_to_sql(counters: &[(WordId, f64)]) -> Vec<u8> {
    let both = |(counter, amount): &(WordId, f64)| [counter.0.to_le_bytes(), amount.to_le_bytes()];
    counters.iter().flat_map(both).flatten().collect()
}

fn counters_from_sql(bytes: &[u8]) -> Vec<(WordId, f64)> {
    let (numbers, _) = bytes.as_chunks::<8>();
    let (counters, _) = numbers.as_chunks::<2>();
    let read = |[counter, amount]: &[[u8; 8]; 2]| {
        let counter = WordId(i64::from_le_bytes(*counter));
        (counter, f64::from_le_bytes(*amount))
    };
    counters.iter().map(read).collect()
}

fn collected_to_sql(collected: &[(WordId, String)]) -> String {
    match collected {
        [] => String::new(),
        _ => {
            let pairs = collected.iter().map(|(word, value)| (word.0, value));
            serde_json::Value::from_iter(
                pairs.map(|(word, value)| serde_json::json!([word, value])),
            )
            .to_string()
        }
    }
}

fn collected_from_sql(text: &str) -> serde_json::Result<Vec<(WordId, String)>> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let pairs: Vec<(i64, String)> = serde_json::from_str(text)?;
    let named = pairs.into_iter();
    Ok(named.map(|(word, value)| (WordId(word), value)).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::activity::store::tests::in_memory;

    proptest! {
        #[test]
        fn an_event_comes_back_as_it_was_added(
            (guild, player, number) in (any::<u64>(), any::<i64>(), 0..u64::MAX / 2),
            stay in prop::option::of(any::<i64>()),
            counters in prop::collection::vec((any::<i64>(), 0.0..1e15_f64), 0..4),
            collected in prop::collection::vec((any::<i64>(), ".{0,8}"), 0..3),
        ) {
            let details = serde_json::from_value(json!({"total_value": 7})).unwrap();
            let at = UnixSeconds(number.cast_signed());
            let event = StoredEvent::new(&"trade_buy".parse().unwrap(), at, &details);
            let adds = Addition {
                guild: GuildId(guild),
                player: GuildPlayerId(player),
                number,
                at,
                stay: stay.map(UnixSeconds),
                counters: counters.into_iter().map(|(word, amount)| (WordId(word), amount)).collect(),
                collected: collected.into_iter().map(|(word, value)| (WordId(word), value)).collect(),
            };
            let file = in_memory();
            AddRecentEvent::prepare(&file).unwrap().add(RecentId(5), &event, &adds).unwrap();

            let (mut found, mut all) = (Vec::new(), Vec::new());
            each_of(&file, &[RecentId(4), RecentId(5)], |adds| found.push(adds)).unwrap();
            each(&file, Some(adds.player), |adds| all.push(adds)).unwrap();
            prop_assert_eq!(&found, std::slice::from_ref(&adds));
            prop_assert_eq!(&all, &[adds]);
            let numbered = NumberedEvent { event, number, player: GuildPlayerId(player) };
            prop_assert_eq!(&events_of(&file, &[RecentId(4), RecentId(5)]).unwrap(), std::slice::from_ref(&numbered));
            prop_assert_eq!(events(&file, None).unwrap(), vec![numbered]);
        }
    }
}
