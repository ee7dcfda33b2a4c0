//! Some days before today, of a counter in a guild.

use std::mem;
use std::sync::Arc;

use hashbrown::HashSet;
use oxeye_plugin_proto::UnixSeconds;
use parking_lot::Mutex;
use rusqlite::Connection;

use super::ChangedDays;
use crate::activity::day::UtcDay;
use crate::activity::ranking::amounts::{Amounts, over_days};
use crate::activity::recent::of_guild::StoredGuild;
use crate::activity::store::reading::FileOfActivity;
use crate::activity::store::rows::players::GuildPlayerId;
use crate::activity::store::rows::{day_counters, words};
use crate::ids::GuildId;
use crate::store::StoreError;

/// The most players whose days are read again; if more have changed, all days are.
const MAX_CHANGED: usize = 2_000;

/// What each player of a guild has of a counter over some days, or will have once they are added up.
#[derive(Debug)]
pub(in crate::activity::ranking) struct PastDays {
    guild: GuildId,
    counter: String,
    /// The first and the last day.
    days: (UtcDay, UtcDay),
    asked_at: Mutex<UnixSeconds>,
    /// Held while the days are added up, so that nobody else does the same.
    adding_up: tokio::sync::Mutex<()>,
    /// `None` until the days are added up.
    amounts: Mutex<Option<Arc<Amounts>>>,
    /// The players whose days have changed since they were read.
    changed: Mutex<HashSet<GuildPlayerId>>,
}

impl PastDays {
    pub(super) fn new(guild: GuildId, counter: String, days: (UtcDay, UtcDay)) -> Self {
        Self {
            guild,
            counter,
            days,
            asked_at: Mutex::new(UnixSeconds(i64::MIN)),
            adding_up: tokio::sync::Mutex::default(),
            amounts: Mutex::default(),
            changed: Mutex::default(),
        }
    }

    pub(super) fn is_of(&self, guild: GuildId, counter: &str, days: (UtcDay, UtcDay)) -> bool {
        self.guild == guild && self.counter == counter && self.days == days
    }

    /// Whether these are the same number of days as others of the same counter.
    pub(super) fn replaces(&self, other: &Self) -> bool {
        let length = |past: &Self| past.days.1.0 - past.days.0.0;
        self.guild == other.guild && self.counter == other.counter && length(self) == length(other)
    }

    /// Returns what identifies the same number of days that end on another day, and when they were last asked for.
    pub(super) fn ending(&self, last: UtcDay) -> (GuildId, &str, (UtcDay, UtcDay), UnixSeconds) {
        let first = UtcDay(last.0 - (self.days.1.0 - self.days.0.0));
        (self.guild, &self.counter, (first, last), self.asked_at())
    }

    pub(super) fn last_day(&self) -> UtcDay {
        self.days.1
    }

    pub(super) fn asked_at(&self) -> UnixSeconds {
        *self.asked_at.lock()
    }

    pub(super) fn asked_again(&self, at: UnixSeconds) {
        *self.asked_at.lock() = at;
    }

    /// Returns how many players have an amount.
    pub(super) fn players(&self) -> usize {
        let amounts = self.amounts.lock();
        amounts.as_ref().map_or(0, |amounts| amounts.len())
    }

    /// Returns about how many rows there are at most.
    pub(super) fn rows(&self) -> usize {
        let days = usize::try_from(self.days.1.0 - self.days.0.0 + 1);
        self.players().saturating_mul(days.unwrap_or_default())
    }

    /// Marks the players whose days have changed. Returns whether it is still worth keeping the others.
    pub(super) fn mark(&self, changed: &[ChangedDays]) -> bool {
        let concerns = |of: &&ChangedDays| of.guild == self.guild && of.first <= self.days.1;
        let mut marked = self.changed.lock();
        marked.extend(changed.iter().filter(concerns).map(|of| of.player));
        marked.len() <= MAX_CHANGED
    }

    /// Adds up the days, unless that is done.
    pub(in crate::activity::ranking) async fn add_up(
        &self,
        file: FileOfActivity<'_>,
    ) -> Result<(), StoreError> {
        let _adding_up = self.adding_up.lock().await;
        if self.amounts.lock().is_some() {
            return Ok(());
        }
        // Two connections read half of the days each. A player whose days change meanwhile is marked.
        let (first, last) = self.days;
        let middle = UtcDay(first.0 + (last.0 - first.0) / 2);
        let (earlier, later) = tokio::try_join!(
            self.read(file.clone(), (first, middle)),
            self.read(file, (UtcDay(middle.0 + 1), last))
        )?;
        let mut amounts = earlier;
        amounts.add(&later);
        *self.amounts.lock() = Some(Arc::new(amounts));
        Ok(())
    }

    async fn read(
        &self,
        file: FileOfActivity<'_>,
        days: (UtcDay, UtcDay),
    ) -> Result<Amounts, StoreError> {
        let (guild, counter) = (self.guild, self.counter.clone());
        let read =
            move |file: &_, _: &_| over_days(file, &StoredGuild::new(file, guild), &counter, days);
        file.read(read).await
    }

    /// Reads the days of marked players again. Returns the amounts, which were added up before. Nothing was read from
    /// the file before: what is marked was committed before the state of the file that is read.
    pub(in crate::activity::ranking) fn brought_up_to_date(
        &self,
        file: &Connection,
        guild: &StoredGuild<'_>,
    ) -> rusqlite::Result<Arc<Amounts>> {
        // Held to the end, so that nobody goes on with amounts that are being corrected. The writer never waits for it.
        let mut amounts = self.amounts.lock();
        let amounts = amounts.get_or_insert_default();
        let changed = mem::take(&mut *self.changed.lock());
        if !changed.is_empty()
            && let Err(error) = self.read_again(file, guild, &changed, Arc::make_mut(amounts))
        {
            self.changed.lock().extend(changed);
            return Err(error);
        }
        Ok(Arc::clone(amounts))
    }

    fn read_again(
        &self,
        file: &Connection,
        guild: &StoredGuild<'_>,
        changed: &HashSet<GuildPlayerId>,
        amounts: &mut Amounts,
    ) -> rusqlite::Result<()> {
        if let Some(counter) = words::find(file, &self.counter)? {
            let recent = guild.recent_on_days(counter, self.days)?;
            for player in changed {
                let stored =
                    day_counters::sum_of_player(file, self.guild, counter, *player, self.days)?;
                let recent = recent.get(player).copied().unwrap_or_default();
                amounts.set(*player, stored + recent);
            }
        }
        Ok(())
    }
}
