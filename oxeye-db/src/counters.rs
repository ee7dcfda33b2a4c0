//! Counters: Discord channels whose status or name shows a number. The bot keeps them up to date; here
//! is what it has to remember.

use oxeye_plugin_proto::UnixSeconds;

use crate::counter::{Counter, CounterUpdate, NewCounter};
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::StoreError;
use crate::store::counters::{self, Set};

/// Why a counter was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetCounterError {
    /// The guild has this many counters, which is the limit.
    #[error("the guild has {0} counters already")]
    TooMany(usize),
    /// The server has been removed.
    #[error("the server was removed")]
    UnknownServer,
    /// The guild has removed the bot meanwhile.
    #[error("the guild has removed the bot")]
    BotRemoved,
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// Sets the counter of a channel, in place of the one it had. A guild can have `limit` counters.
    ///
    /// # Errors
    /// When the counter was not set.
    pub async fn set_counter(
        &self,
        new: NewCounter,
        limit: usize,
        now: UnixSeconds,
    ) -> Result<Counter, SetCounterError> {
        let notify = self.waking_the_bot(|set: &Set| matches!(set, Set::Counter(_)));
        match counters::set(&self.inner.store, new, limit, now, notify).await? {
            Set::Counter(counter) => Ok(counter),
            Set::TooMany(count) => Err(SetCounterError::TooMany(count)),
            Set::UnknownServer => Err(SetCounterError::UnknownServer),
            Set::BotRemoved => Err(SetCounterError::BotRemoved),
        }
    }

    /// Remembers what happened to the counter of a channel. Returns whether it still exists.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn update_counter(
        &self,
        guild: GuildId,
        channel: u64,
        update: CounterUpdate,
    ) -> Result<bool, StoreError> {
        counters::update(&self.inner.store, (guild, channel), update).await
    }

    /// Turns the counter of a channel off, and returns it if it existed and was not off. It is deleted
    /// with [`Database::remove_counter`] once the channel is as it was.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn end_counter(
        &self,
        guild: GuildId,
        channel: u64,
        now: UnixSeconds,
    ) -> Result<Option<Counter>, StoreError> {
        let notify = self.waking_the_bot(Option::is_some);
        counters::end(&self.inner.store, (guild, channel), now, notify).await
    }

    /// Deletes the counter of a channel, and returns it if it still existed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn remove_counter(
        &self,
        guild: GuildId,
        channel: u64,
    ) -> Result<Option<Counter>, StoreError> {
        let notify = self.waking_the_bot(Option::is_some);
        counters::remove(&self.inner.store, (guild, channel), notify).await
    }

    /// Returns all counters, sorted by guild and channel.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn counters(&self) -> Result<Vec<Counter>, StoreError> {
        let counters = counters::all(&self.inner.store, None).await?;
        let counters = counters.into_iter();
        Ok(counters
            .map(|counter| self.counter_in_own_language(counter))
            .collect())
    }

    /// Returns the counters of a guild, sorted by channel.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn guild_counters(&self, guild: GuildId) -> Result<Vec<Counter>, StoreError> {
        let counters = counters::all(&self.inner.store, Some(guild)).await?;
        let counters = counters.into_iter();
        Ok(counters
            .map(|counter| self.counter_in_own_language(counter))
            .collect())
    }

    /// Returns a counter in the language that its guild has set, if it has.
    fn counter_in_own_language(&self, mut counter: Counter) -> Counter {
        self.put_into_own_language(counter.guild, &mut counter.locale);
        counter
    }
}
