//! What the file says of one player, recent events included.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;

use super::places::RecentEvents;
use super::sums::Sums;
use crate::activity::day::UtcDay;
use crate::activity::store::rows::collected::{self, CollectedAt};
use crate::activity::store::rows::events::{self, StoredEvent};
use crate::activity::store::rows::players::{self, GuildPlayer};
use crate::activity::store::rows::words::{self, WordId};
use crate::activity::store::rows::{day_counters, session_counters};
use crate::ids::GuildId;

/// A player of a guild in a file that is read.
pub(in crate::activity) struct StoredPlayer<'f> {
    file: &'f Connection,
    guild: GuildId,
    player: GuildPlayer,
    recent: &'f RecentEvents,
    sums: Sums,
}

impl<'f> StoredPlayer<'f> {
    /// Finds a player by name.
    pub(in crate::activity) fn find(
        file: &'f Connection,
        recent: &'f RecentEvents,
        guild: GuildId,
        name: &PlayerName,
    ) -> rusqlite::Result<Option<Self>> {
        let Some(mut player) = players::find(file, guild, name)? else {
            return Ok(None);
        };
        let sums = recent.sums_of(file, player.id)?;
        if let Some(latest) = sums.players.get(&player.id) {
            player.events = player.events.max(latest.events);
            player.last_event_at = player.last_event_at.max(latest.at);
        }
        Ok(Some(Self {
            file,
            guild,
            player,
            recent,
            sums,
        }))
    }

    /// Returns the player.
    pub(in crate::activity) fn player(&self) -> &GuildPlayer {
        &self.player
    }

    /// Returns the sum of every counter over some days, first and last.
    pub(in crate::activity) fn counters(
        &self,
        (first, last): (UtcDay, UtcDay),
    ) -> rusqlite::Result<Vec<(String, f64)>> {
        let days = (first, last);
        let stored = day_counters::of_player(self.file, self.guild, self.player.id, days)?;
        let recent = self.sums.days.iter();
        let recent = recent.filter(|((_, _, day, _), _)| (first..=last).contains(day));
        self.added(
            stored,
            recent.map(|((_, counter, ..), amount)| (*counter, *amount)),
        )
    }

    /// Returns every counter on each of some days, first and last.
    pub(in crate::activity) fn by_day(
        &self,
        (first, last): (UtcDay, UtcDay),
    ) -> rusqlite::Result<BTreeMap<UtcDay, Vec<(String, f64)>>> {
        let days = (first, last);
        let mut by_day = day_counters::by_day(self.file, self.guild, self.player.id, days)?;
        let mut recent = BTreeMap::<_, Vec<_>>::new();
        for ((_, counter, day, _), amount) in &self.sums.days {
            if (first..=last).contains(day) {
                recent.entry(*day).or_default().push((*counter, *amount));
            }
        }
        for (day, counters) in recent {
            let stored = by_day.remove(&day).unwrap_or_default();
            by_day.insert(day, self.added(stored, counters)?);
        }
        Ok(by_day)
    }

    /// Returns the sum of every counter over the stays that began at `from` or later.
    pub(in crate::activity) fn session_counters(
        &self,
        from: UnixSeconds,
    ) -> rusqlite::Result<Vec<(String, f64)>> {
        let stored = session_counters::of_player_from(self.file, self.player.id, from)?;
        let recent = self.sums.stays.iter();
        let recent = recent.filter(|((_, began_at, _), _)| *began_at >= from);
        self.added(
            stored,
            recent.map(|((_, _, counter), amount)| (*counter, *amount)),
        )
    }

    /// Returns the different values of a collection that were collected on some days, first and last, and at `from` or
    /// later, in the order in which they were last collected.
    pub(in crate::activity) fn collected(
        &self,
        collection: &str,
        (first, last): (UtcDay, UtcDay),
        from: UnixSeconds,
    ) -> rusqlite::Result<Vec<String>> {
        let Some(collection) = words::find(self.file, collection)? else {
            return Ok(Vec::new());
        };
        let days = (first, last);
        let mut by_day = collected::by_day(self.file, self.player.id, collection, days)?;
        for ((_, day, of, value), at) in &self.sums.collected {
            if *of == collection && (first..=last).contains(day) {
                let values = by_day.entry(*day).or_default();
                let latest = values.entry(value.clone()).or_insert(*at);
                *latest = (*at).max(*latest);
            }
        }
        let newest = by_day.into_values().flat_map(newest_of_day);
        let mut latest = HashMap::<String, CollectedAt>::new();
        for (value, at) in newest.filter(|(_, at)| at.at >= from) {
            let known = latest.entry(value).or_insert(at);
            *known = at.max(*known);
        }
        let mut values: Vec<_> = latest.into_iter().map(|(value, at)| (at, value)).collect();
        values.sort_unstable();
        Ok(values.into_iter().map(|(_, value)| value).collect())
    }

    /// Returns the newest events from `edge` on, the newest first, at most `limit`.
    pub(in crate::activity) fn newest_events(
        &self,
        edge: UnixSeconds,
        limit: usize,
    ) -> rusqlite::Result<Vec<StoredEvent>> {
        // A recent event replaces the one that is still in its slot.
        let first = self.player.events.saturating_sub(events::KEPT);
        let mut newest = events::newest(self.file, self.player.id, first, edge, limit)?;
        let recent = self
            .recent
            .events_of(self.file, self.player.id)?
            .into_iter();
        let recent = recent.filter(|recent| recent.number >= first && recent.event.at >= edge);
        newest.extend(recent.map(|recent| (recent.event, recent.number)));
        newest.sort_by_key(|(event, number)| Reverse((event.at, *number)));
        newest.truncate(limit);
        Ok(newest.into_iter().map(|(event, _)| event).collect())
    }

    /// Adds what recent events add to counters by their names.
    fn added(
        &self,
        stored: Vec<(String, f64)>,
        recent: impl IntoIterator<Item = (WordId, f64)>,
    ) -> rusqlite::Result<Vec<(String, f64)>> {
        let mut sums: BTreeMap<_, _> = stored.into_iter().collect();
        for (counter, amount) in recent {
            *sums.entry(words::word(self.file, counter)?).or_default() += amount;
        }
        Ok(sums.into_iter().collect())
    }
}

/// Returns the values of a day that are kept, the newest.
fn newest_of_day(values: HashMap<String, CollectedAt>) -> Vec<(String, CollectedAt)> {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_unstable_by(|(one, a), (other, b)| b.cmp(a).then_with(|| one.cmp(other)));
    values.truncate(collected::KEPT_PER_DAY);
    values
}
