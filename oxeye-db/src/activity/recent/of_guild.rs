//! What the file says of all players of a guild, recent events included.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use hashbrown::HashMap;
use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use super::sums::{Latest, Sums};
use crate::activity::day::UtcDay;
use crate::activity::figures::ActivityPlayer;
use crate::activity::store::rows::players::{self, GuildPlayerId};
use crate::activity::store::rows::words::WordId;
use crate::activity::store::rows::{day_counters, recent_events};
use crate::ids::GuildId;

/// A guild in a file that is read.
pub(in crate::activity) struct StoredGuild<'f> {
    file: &'f Connection,
    guild: GuildId,
    /// What recent events add to counters of days, and when each player did the last of them. Read when it is needed.
    recent: OnceCell<Sums>,
}

impl<'f> StoredGuild<'f> {
    pub(in crate::activity) fn new(file: &'f Connection, guild: GuildId) -> Self {
        Self {
            file,
            guild,
            recent: OnceCell::new(),
        }
    }

    /// Returns all players and when each last did anything.
    pub(in crate::activity) fn players(
        &self,
    ) -> rusqlite::Result<Vec<(GuildPlayerId, ActivityPlayer, UnixSeconds)>> {
        let mut all = players::of_guild(self.file, self.guild)?;
        let recent = &self.recent()?.players;
        for (id, _, last) in &mut all {
            if let Some(latest) = recent.get(id) {
                *last = latest.at.max(*last);
            }
        }
        Ok(all)
    }

    /// Returns the amounts of a counter on a day, and what recent events add to them, each in the order of the players'
    /// numbers.
    pub(in crate::activity) fn on_day(
        &self,
        counter: WordId,
        day: UtcDay,
    ) -> rusqlite::Result<[Vec<(GuildPlayerId, f64)>; 2]> {
        let stored = day_counters::of_guild(self.file, self.guild, counter, day)?;
        let recent = self.recent()?.on_days(self.guild, counter, (day, day));
        let recent = recent.map(|(_, player, amount)| (player, amount));
        Ok([stored, recent.collect()])
    }

    /// Returns what recent events add to a counter of each player over some days, first and last.
    pub(in crate::activity) fn recent_on_days(
        &self,
        counter: WordId,
        days: (UtcDay, UtcDay),
    ) -> rusqlite::Result<HashMap<GuildPlayerId, f64>> {
        let mut amounts = HashMap::new();
        for (_, player, amount) in self.recent()?.on_days(self.guild, counter, days) {
            *amounts.entry(player).or_default() += amount;
        }
        Ok(amounts)
    }

    /// Returns a player's amounts of a counter on each of some days, first and last.
    pub(in crate::activity) fn each_day(
        &self,
        (counter, player): (WordId, GuildPlayerId),
        (first, last): (UtcDay, UtcDay),
    ) -> rusqlite::Result<BTreeMap<UtcDay, f64>> {
        let of_player = (counter, player);
        let stored = day_counters::each_day(self.file, self.guild, of_player, (first, last))?;
        let mut amounts: BTreeMap<_, _> = stored.into_iter().collect();
        let recent = self.recent()?;
        for day in (first.0..=last.0).map(UtcDay) {
            if let Some(amount) = recent.days.get(&(self.guild, counter, day, player)) {
                *amounts.entry(day).or_default() += amount;
            }
        }
        Ok(amounts)
    }

    /// Calls `take` with each player who has some of a counter on each of some days, first and last. May name one twice.
    /// The players of a day mostly come in the order of their numbers.
    pub(in crate::activity) fn each_on_days(
        &self,
        counter: WordId,
        days: (UtcDay, UtcDay),
        mut take: impl FnMut(GuildPlayerId, UtcDay),
    ) -> rusqlite::Result<()> {
        day_counters::each_of_guild(self.file, self.guild, counter, days, &mut take)?;
        for (day, player, _) in self.recent()?.on_days(self.guild, counter, days) {
            take(player, day);
        }
        Ok(())
    }

    fn recent(&self) -> rusqlite::Result<&Sums> {
        if let Some(recent) = self.recent.get() {
            return Ok(recent);
        }
        let mut sums = Sums::default();
        let guild = self.guild;
        recent_events::each_of_guild(self.file, guild, |player, at, counters| {
            sums.add_counters((guild, player), at, &counters);
            let latest = sums
                .players
                .entry(player)
                .or_insert(Latest { events: 0, at });
            latest.at = latest.at.max(at);
        })?;
        Ok(self.recent.get_or_init(|| sums))
    }
}
