//! Counters, one per channel and within a guild's limit.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use super::guilds::{self, Admission};
use super::rows::counters;
use super::{Store, StoreError, WriterThread};
use crate::counter::{Counter, CounterUpdate, NewCounter};
use crate::ids::GuildId;

/// The outcome of setting a counter.
pub(crate) enum Set {
    Counter(Counter),
    TooMany(usize),
    UnknownServer,
    BotRemoved,
}

/// Sets the counter of a channel, in place of the one it had.
pub(crate) async fn set<R: Send + 'static>(
    store: &Store,
    new: NewCounter,
    limit: usize,
    now: UnixSeconds,
    committed: impl FnOnce(Set, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let set = move |file: &Connection| upsert(file, &new, limit, now);
    store.write(set, committed).await
}

/// Remembers what happened to the counter of a channel. Returns whether it still exists.
pub(crate) async fn update(
    store: &Store,
    (guild, channel): (GuildId, u64),
    update: CounterUpdate,
) -> Result<bool, StoreError> {
    let update = move |file: &Connection| counters::update(file, guild, channel, &update);
    store.write(update, |exists, _| exists).await
}

/// Turns the counter of a channel off. Yields it if it was not off.
pub(crate) async fn end<R: Send + 'static>(
    store: &Store,
    (guild, channel): (GuildId, u64),
    now: UnixSeconds,
    committed: impl FnOnce(Option<Counter>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let end = move |file: &Connection| counters::end(file, guild, channel, now);
    store.write(end, committed).await
}

/// Deletes the counter of a channel. Yields it if it existed.
pub(crate) async fn remove<R: Send + 'static>(
    store: &Store,
    (guild, channel): (GuildId, u64),
    committed: impl FnOnce(Option<Counter>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let remove = move |file: &Connection| counters::delete(file, guild, channel);
    store.write(remove, committed).await
}

/// Returns the counters of one guild, or all counters.
pub(crate) async fn all(store: &Store, only: Option<GuildId>) -> Result<Vec<Counter>, StoreError> {
    store.read(move |file| counters::all(file, only)).await
}

fn upsert(
    file: &Connection,
    new: &NewCounter,
    limit: usize,
    now: UnixSeconds,
) -> rusqlite::Result<Set> {
    let guild = new.servers.guild();
    match guilds::admit(file, new.servers, now)? {
        Admission::Granted => {}
        Admission::BotRemoved => return Ok(Set::BotRemoved),
        Admission::UnknownServer => return Ok(Set::UnknownServer),
    }
    let known = counters::all(file, Some(guild))?;
    let others = known
        .iter()
        .filter(|counter| counter.channel != new.channel && counter.ended_at.is_none());
    let others = others.count();
    if others >= limit {
        return Ok(Set::TooMany(others));
    }
    counters::set(file, new, now).map(Set::Counter)
}
