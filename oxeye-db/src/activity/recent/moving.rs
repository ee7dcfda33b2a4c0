//! Moves all recent events into the other tables.

use rusqlite::Connection;

use super::places::RecentEvents;
use super::sums::Sums;
use crate::activity::store::rows::day_counters::AddToDay;
use crate::activity::store::rows::{collected, events, players, recent_events, session_counters};

/// Moves all recent events into the other tables.
pub(in crate::activity) fn move_recent(file: &Connection) -> rusqlite::Result<()> {
    let mut sums = RecentEvents::sums_of_all(file)?;
    if sums.players.is_empty() {
        return Ok(());
    }
    if drop_those_of_nobody(file, &sums)? {
        sums = RecentEvents::sums_of_all(file)?;
    }
    events::add_recent(file)?;
    let mut days = AddToDay::prepare(file)?;
    for ((guild, counter, day, player), amount) in sums.days {
        days.add(guild, player, day, counter, amount)?;
    }
    for ((player, began_at, counter), amount) in sums.stays {
        session_counters::add(file, player, began_at, counter, amount)?;
    }
    for ((player, _, collection, value), collected_at) in sums.collected {
        collected::add(file, player, collection, &value, collected_at)?;
    }
    recent_events::delete_all(file)
}

/// Counts the events of their players. Deletes those of players whom another program deleted from the file, whose number
/// will be another's. Returns whether there were any.
fn drop_those_of_nobody(file: &Connection, sums: &Sums) -> rusqlite::Result<bool> {
    let mut were_any = false;
    for (player, latest) in &sums.players {
        let is_known = players::count_events(file, *player, latest.events, latest.at)?;
        if !is_known {
            recent_events::delete_of_player(file, *player)?;
            were_any = true;
        }
    }
    Ok(were_any)
}
