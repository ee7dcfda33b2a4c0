//! Rankings: the players with the largest amounts of a counter.
//!
//! | module      | subject                                                 |
//! |-------------|---------------------------------------------------------|
//! | `amounts`   | how much each player has of a counter                   |
//! | `past`      | the days before today, added up once and kept in memory |
//! | `standings` | the players with the largest amounts                    |
//!
//! A ranking reads the rows of today. Those of the days before today hardly ever change, so they are added up once a
//! day; a late event makes us read the days of its player again.

mod amounts;
pub(super) mod past;
mod standings;

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use super::Activity;
use super::day::UtcDay;
use super::figures::{CounterRanking, RankingError};
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::StoreError;
use crate::store::side_file::FileToRead;
use past::PastDays;
use standings::standings;

impl Database {
    /// Returns who of a guild has the largest amounts of a counter over some UTC days, of which today is the last.
    /// Players who hide are counted and not named.
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
        let known = self.counter_names();
        if !known.iter().any(|name| name == counter) {
            let name = counter.to_owned();
            return Err(RankingError::UnknownCounter { name, known });
        }
        let days = UtcDay::of(now).and_before(days);
        let nobody = CounterRanking {
            days,
            standings: Vec::new(),
            players: 0,
        };
        let past = match &self.inner.activity {
            Some(activity) => activity.past_of(guild, counter, days, now).await?,
            None => None,
        };
        let counter = counter.to_owned();
        let visible = self.inner.memory.hidden.visible_to_members(guild);
        let read = move |file: &_| {
            let mut amounts = match past {
                Some(past) => past.brought_up_to_date(file)?,
                None => Arc::default(),
            };
            let (_, today) = days;
            let of_today = amounts::over_days(file, guild, &counter, (today, today))?;
            Arc::make_mut(&mut amounts).add(&of_today);
            let (standings, players) = standings(file, guild, &amounts, (&visible, limit))?;
            Ok(CounterRanking {
                days,
                standings,
                players,
            })
        };
        Ok(self.in_file().read_or(nobody, read).await?)
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
        let added_up = past.add_up(FileToRead(self.file.existing())).await;
        match &added_up {
            Ok(()) => self.past.settle(past),
            Err(_) => self.past.drop_days(past),
        }
        added_up
    }
}

#[cfg(test)]
mod tests;
