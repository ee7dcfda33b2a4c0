//! Reads everything about all players, for an export, or about one.

use oxeye_plugin_proto::{Details, EventType, PlayerName, UnixSeconds};
use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::events::{self, StoredEvent};
use super::players::{self, GuildPlayer, GuildPlayerId};
use crate::activity::day::UtcDay;
use crate::activity::portable::{PortableActivity, PortableDeed};
use crate::ids::GuildId;
use crate::store::rows::player_name;

/// Calls `take` with each player, or with only one, until it returns false.
pub(crate) fn each_player(
    file: &Connection,
    only: Option<GuildPlayerId>,
    take: &mut impl FnMut(PortableActivity) -> bool,
) -> rusqlite::Result<()> {
    const SQL: &str = "SELECT guild_id, name, uuid, last_event_at FROM players";
    each(file, SQL, only, take, |row| {
        Ok(PortableDeed::Player {
            uuid: row.get::<_, Option<[u8; 16]>>(2)?.map(Uuid::from_bytes),
            last_event_at: UnixSeconds(row.get(3)?),
        })
    })
}

/// Calls `take` with each counter of each day, until it returns false.
pub(crate) fn each_counter(
    file: &Connection,
    only: Option<GuildPlayerId>,
    take: &mut impl FnMut(PortableActivity) -> bool,
) -> rusqlite::Result<()> {
    const SQL: &str = "SELECT players.guild_id, name, day, word, amount
         FROM day_counters JOIN words ON words.id = counter_id
             JOIN players ON players.id = player_id";
    each(file, SQL, only, take, |row| {
        Ok(PortableDeed::Counter {
            day: UtcDay(row.get(2)?),
            counter: row.get(3)?,
            amount: row.get(4)?,
        })
    })
}

/// Calls `take` with each collected value, until it returns false.
pub(crate) fn each_value(
    file: &Connection,
    only: Option<GuildPlayerId>,
    take: &mut impl FnMut(PortableActivity) -> bool,
) -> rusqlite::Result<()> {
    const SQL: &str = "SELECT guild_id, name, word, value, at
         FROM collected JOIN words ON words.id = collection_id
             JOIN players ON players.id = player_id";
    each(file, SQL, only, take, |row| {
        Ok(PortableDeed::Value {
            collection: row.get(2)?,
            value: row.get(3)?,
            at: UnixSeconds(row.get(4)?),
        })
    })
}

/// Calls `take` with each event, those of a player in the order in which they happened, until it returns false.
pub(crate) fn each_event(
    file: &Connection,
    only: Option<GuildPlayerId>,
    take: &mut impl FnMut(PortableActivity) -> bool,
) -> rusqlite::Result<()> {
    let with_recent = events::players_with_recent(file)?;
    let sql = of_one("SELECT guild_id, name, id FROM players", only);
    let mut players = file.prepare(&sql)?;
    let mut rows = players.query([])?;
    while let Some(row) = rows.next()? {
        let (guild, player) = player_of(row)?;
        let id = GuildPlayerId(row.get(2)?);
        let found: Option<GuildPlayer> = match with_recent.contains(&id) {
            true => players::find(file, guild, &player)?,
            false => None,
        };
        let events = match found {
            Some(player) => events::all(file, &player)?,
            None => events::all_moved(file, id)?,
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
    read: impl Fn(&Row<'_>) -> rusqlite::Result<PortableDeed>,
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
