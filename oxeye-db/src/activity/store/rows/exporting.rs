//! Reads everything about all players, for an export, or about one. What the tables say is completed by what recent
//! events add to them.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use oxeye_plugin_proto::{Details, EventType, PlayerName, UnixSeconds};
use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::events::{self, StoredEvent};
use super::players::{self, GuildPlayerId};
use super::words::{self, WordId};
use crate::activity::day::UtcDay;
use crate::activity::portable::{PortableActivity, PortableDeed};
use crate::ids::GuildId;
use crate::store::rows::player_name;

/// Calls `take` with each player, or with only one, until it returns false. `recent` says when players did something
/// that the table does not know of.
pub(crate) fn each_player(
    file: &Connection,
    only: Option<GuildPlayerId>,
    recent: &HashMap<GuildPlayerId, UnixSeconds>,
    take: &mut impl FnMut(PortableActivity) -> bool,
) -> rusqlite::Result<()> {
    const SQL: &str = "SELECT guild_id, name, uuid, last_event_at, id FROM players";
    each(file, SQL, only, take, |row| {
        let last = UnixSeconds(row.get(3)?);
        let recent = recent.get(&GuildPlayerId(row.get(4)?));
        Ok(PortableDeed::Player {
            uuid: row.get::<_, Option<[u8; 16]>>(2)?.map(Uuid::from_bytes),
            last_event_at: recent.map_or(last, |recent| last.max(*recent)),
        })
    })
}

/// Calls `take` with each counter of each day, until it returns false. `recent` is what is added to the table.
pub(crate) fn each_counter(
    file: &Connection,
    only: Option<GuildPlayerId>,
    mut recent: BTreeMap<(GuildPlayerId, UtcDay, WordId), f64>,
    take: &mut impl FnMut(PortableActivity) -> bool,
) -> rusqlite::Result<()> {
    const SQL: &str = "SELECT players.guild_id, name, day, word, amount, players.id, words.id
         FROM day_counters JOIN words ON words.id = counter_id
             JOIN players ON players.id = player_id";
    each(file, SQL, only, take, |row| {
        let day = UtcDay(row.get(2)?);
        let key = (GuildPlayerId(row.get(5)?), day, WordId(row.get(6)?));
        Ok(PortableDeed::Counter {
            day,
            counter: row.get(3)?,
            amount: row.get::<_, f64>(4)? + recent.remove(&key).unwrap_or_default(),
        })
    })?;
    for ((player, day, counter), amount) in recent {
        let counter = words::word(file, counter)?;
        let what = PortableDeed::Counter {
            day,
            counter,
            amount,
        };
        take_of(file, player, what, take)?;
    }
    Ok(())
}

/// Calls `take` with each collected value, until it returns false. `recent` is what is added to the table.
pub(crate) fn each_value(
    file: &Connection,
    only: Option<GuildPlayerId>,
    mut recent: BTreeMap<(GuildPlayerId, UtcDay, WordId, String), UnixSeconds>,
    take: &mut impl FnMut(PortableActivity) -> bool,
) -> rusqlite::Result<()> {
    const SQL: &str = "SELECT guild_id, name, word, value, at, day, players.id, words.id
         FROM collected JOIN words ON words.id = collection_id
             JOIN players ON players.id = player_id";
    each(file, SQL, only, take, |row| {
        let (value, at): (String, _) = (row.get(3)?, UnixSeconds(row.get(4)?));
        let (player, collection) = (GuildPlayerId(row.get(6)?), WordId(row.get(7)?));
        let recent = recent.remove(&(player, UtcDay(row.get(5)?), collection, value.clone()));
        Ok(PortableDeed::Value {
            collection: row.get(2)?,
            value,
            at: recent.map_or(at, |recent| at.max(recent)),
        })
    })?;
    for ((player, _, collection, value), at) in recent {
        let collection = words::word(file, collection)?;
        let what = PortableDeed::Value {
            collection,
            value,
            at,
        };
        take_of(file, player, what, take)?;
    }
    Ok(())
}

/// Calls `take` with each event, those of a player in the order in which they happened, until it returns false. `recent`
/// are the events, with their numbers, that are not in the table.
pub(crate) fn each_event(
    file: &Connection,
    only: Option<GuildPlayerId>,
    mut recent: HashMap<GuildPlayerId, Vec<(StoredEvent, u64)>>,
    take: &mut impl FnMut(PortableActivity) -> bool,
) -> rusqlite::Result<()> {
    let sql = of_one("SELECT guild_id, name, id FROM players", only);
    let mut players = file.prepare(&sql)?;
    let mut rows = players.query([])?;
    while let Some(row) = rows.next()? {
        let (guild, player) = player_of(row)?;
        let id = GuildPlayerId(row.get(2)?);
        let events = match recent.remove(&id) {
            Some(recent) => with_recent(file, id, recent)?,
            None => events::all(file, id)?,
        };
        for (place, event) in events.iter().enumerate() {
            let equal = events[..place].iter().filter(|other| *other == event);
            let Some(what) = as_deed(event, equal.count() + 1) else {
                continue;
            };
            let player = player.clone();
            if !take(PortableActivity {
                guild,
                player,
                what,
            }) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Returns the events of a player that are kept, the oldest first.
fn with_recent(
    file: &Connection,
    player: GuildPlayerId,
    recent: Vec<(StoredEvent, u64)>,
) -> rusqlite::Result<Vec<StoredEvent>> {
    let last = recent.iter().map(|(_, number)| *number).max();
    let first = last.map_or(0, |last| (last + 1).saturating_sub(events::KEPT));
    let mut all = events::newest(file, player, first, UnixSeconds(i64::MIN), usize::MAX)?;
    all.extend(recent.into_iter().filter(|(_, number)| *number >= first));
    all.sort_by_key(|(event, number)| (event.at, *number));
    Ok(all.into_iter().map(|(event, _)| event).collect())
}

/// Returns an event as it is exported. What was stored was checked, so this is never `None` for a file of ours.
fn as_deed(event: &StoredEvent, occurrence: usize) -> Option<PortableDeed> {
    let details: Details = serde_json::from_str(event.details()).ok()?;
    Some(PortableDeed::Event {
        event_type: event.event_type.parse::<EventType>().ok()?,
        at: event.at,
        details,
        occurrence: u16::try_from(occurrence).ok()?,
    })
}

fn each(
    file: &Connection,
    sql: &str,
    only: Option<GuildPlayerId>,
    take: &mut impl FnMut(PortableActivity) -> bool,
    mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<PortableDeed>,
) -> rusqlite::Result<()> {
    let mut statement = file.prepare(&of_one(sql, only))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (guild, player) = player_of(row)?;
        let what = read(row)?;
        if !take(PortableActivity {
            guild,
            player,
            what,
        }) {
            break;
        }
    }
    Ok(())
}

/// Calls `take` with something of which the tables know nothing but the player. What it returns does not matter: the
/// recent events are few.
fn take_of(
    file: &Connection,
    player: GuildPlayerId,
    what: PortableDeed,
    take: &mut impl FnMut(PortableActivity) -> bool,
) -> rusqlite::Result<()> {
    if let Some((guild, player)) = players::named(file, player)? {
        take(PortableActivity {
            guild,
            player,
            what,
        });
    }
    Ok(())
}

/// Returns a query with a condition that leaves one player. An index is of no use to a condition that also allows all.
fn of_one(sql: &str, only: Option<GuildPlayerId>) -> String {
    match only {
        Some(player) => format!("{sql} WHERE players.id = {}", player.0),
        None => sql.to_owned(),
    }
}

/// Returns the player in the first two columns.
fn player_of(row: &Row<'_>) -> rusqlite::Result<(GuildId, PlayerName)> {
    Ok((GuildId::from_sql(row.get(0)?), player_name(row, 1)?))
}
