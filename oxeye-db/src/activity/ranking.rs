//! Rankings: the persons with the largest amounts of a counter.
//!
//! | module      | subject                                                 |
//! |-------------|---------------------------------------------------------|
//! | `amounts`   | how much each player has of a counter                   |
//! | `past`      | the days before today, added up once and kept in memory |
//! | `standings` | the persons with the largest amounts                    |
//!
//! A ranking reads the rows of today. Those of the days before today hardly ever change, so they are added up once a
//! day; a late event makes us read the days of its player again.

mod amounts;
pub(super) mod past;
mod standings;

use std::sync::Arc;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;

use super::Activity;
use super::day::UtcDay;
use super::doers::{Doer, DoneBy};
use super::figures::{CounterRanking, RankingError};
use super::recent::of_guild::StoredGuild;
use super::store::rows::words;
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::StoreError;
use amounts::Amounts;
use past::PastDays;

/// A counter of a guild over some days, of which those before today are added up.
struct AddedUp {
    counter: String,
    past: Option<Arc<PastDays>>,
    today: UtcDay,
}

/// How much of a counter somebody did under one name.
pub(crate) struct Counted {
    pub(crate) doer: Doer,
    pub(crate) name: PlayerName,
    pub(crate) amount: f64,
    /// When they last did anything.
    pub(crate) last: UnixSeconds,
}

impl Database {
    /// Returns which persons of a guild have the largest amounts of a counter over some UTC days, of which today is the
    /// last. Whoever hides is counted and not named.
    ///
    /// # Errors
    /// When there is no such counter, or the store cannot be read.
    pub async fn activity_ranking(
        &self,
        guild: GuildId,
        counter: &str,
        days: u16,
        limit: usize,
        now: UnixSeconds,
    ) -> Result<CounterRanking, RankingError> {
        self.check_counter(counter)?;
        let days = UtcDay::of(now).and_before(days);
        let turn = self.inner.memory.figures.take(guild).await;
        let counted = self.all_counted(guild, counter, days, now).await?;
        let ranked = self.compute(move |database| database.standings(guild, counted, limit));
        let (standings, players) = ranked.await?;
        drop(turn);
        Ok(CounterRanking {
            days,
            standings,
            players,
        })
    }

    /// Fails if there is no counter of this name.
    pub(crate) fn check_counter(&self, counter: &str) -> Result<(), RankingError> {
        let known = self.counter_names();
        if known.iter().any(|name| name == counter) {
            return Ok(());
        }
        let name = counter.to_owned();
        Err(RankingError::UnknownCounter { name, known })
    }

    /// Returns how much of a counter was done under each name of a guild, and by whom, over some UTC days, first and
    /// last, of which the last is today; whoever hides included. Whoever asks has the turn of the guild.
    pub(crate) async fn all_counted(
        &self,
        guild: GuildId,
        counter: &str,
        days: (UtcDay, UtcDay),
        now: UnixSeconds,
    ) -> Result<Vec<Counted>, StoreError> {
        let amounts = self.amounts(guild, counter, days, now).await?;
        let doers = self.doers_in(guild).await?;
        let counter = counter.to_owned();
        let read = move |file: &_, _: &_| {
            let in_guild = StoredGuild::new(file, guild);
            let amounts = amounts.with_today(file, &in_guild)?;
            let counter = words::find(file, &counter)?;
            let mut counted = Vec::with_capacity(amounts.len());
            for (id, player, last) in in_guild.players()? {
                let Some(amount) = amounts.of(id) else {
                    continue;
                };
                let name = player.name.clone();
                let by_several = match doers.of(&player) {
                    DoneBy::Several(doers) => doers,
                    DoneBy::One(doer) => {
                        counted.push(Counted {
                            doer,
                            name,
                            amount,
                            last,
                        });
                        continue;
                    }
                };
                let by_day = counter.map(|counter| in_guild.each_day((counter, id), days));
                for (day, amount) in by_day.transpose()?.unwrap_or_default() {
                    counted.push(Counted {
                        doer: Doer::Person(by_several.on(day)),
                        name: name.clone(),
                        amount,
                        last: last.min(day.span().to),
                    });
                }
            }
            Ok(counted)
        };
        self.in_file().read_or(Vec::new(), read).await
    }

    /// Adds up the past days, after which the file says how much each player has.
    async fn amounts(
        &self,
        guild: GuildId,
        counter: &str,
        days: (UtcDay, UtcDay),
        now: UnixSeconds,
    ) -> Result<AddedUp, StoreError> {
        let past = match &self.inner.activity {
            Some(activity) => activity.past_of(guild, counter, days, now).await?,
            None => None,
        };
        let counter = counter.to_owned();
        let (_, today) = days;
        Ok(AddedUp {
            counter,
            past,
            today,
        })
    }

    /// Adds up the past days of yesterday's rankings again, so that the first question of a day need not. Rankings for
    /// which nobody has asked lately are dropped.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn renew_activity_rankings(&self, now: UnixSeconds) -> Result<(), StoreError> {
        let Some(activity) = &self.inner.activity else {
            return Ok(());
        };
        for past in activity.past.outdated(UtcDay::of(now), now) {
            activity.add_up(&past).await?;
        }
        Ok(())
    }
}

impl AddedUp {
    /// Returns how much each player has.
    fn with_today(
        self,
        file: &Connection,
        guild: &StoredGuild<'_>,
    ) -> rusqlite::Result<Arc<Amounts>> {
        let mut amounts = match self.past {
            Some(past) => past.brought_up_to_date(file, guild)?,
            None => Arc::default(),
        };
        let today = (self.today, self.today);
        let of_today = amounts::over_days(file, guild, &self.counter, today)?;
        Arc::make_mut(&mut amounts).add(&of_today);
        Ok(amounts)
    }
}

impl Activity {
    /// Returns the days of a ranking before its last one, added up; `None` if there is no other.
    async fn past_of(
        &self,
        guild: GuildId,
        counter: &str,
        (first, today): (UtcDay, UtcDay),
        now: UnixSeconds,
    ) -> Result<Option<Arc<PastDays>>, StoreError> {
        if first == today {
            return Ok(None);
        }
        let days = (first, UtcDay(today.0 - 1));
        let past = self.past.of(guild, counter, days, now);
        self.add_up(&past).await?;
        Ok(Some(past))
    }

    /// Adds up some past days, unless that is done.
    async fn add_up(&self, past: &Arc<PastDays>) -> Result<(), StoreError> {
        let added_up = past.add_up(self.file_to_read()).await;
        match &added_up {
            Ok(()) => self.past.settle(past),
            Err(_) => self.past.drop_days(past),
        }
        added_up
    }
}

#[cfg(test)]
mod tests;
