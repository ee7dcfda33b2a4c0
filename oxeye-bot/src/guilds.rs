//! The guilds that the bot is in, as Discord says, and what the store has to know of that: a guild that
//! removes the bot loses its boards and counters, and later its history.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use oxeye_db::{Database, GuildId, StoreError, UnixSeconds};
use serenity::all::{FullEvent, Ready};
use serenity::http::{Http, LightMethod, Request, Route};
use tokio::sync::{Mutex, watch};
use tokio::time::sleep;

use crate::failure::is_transient;

/// How often the store is told the whole list again, in case it failed to write the last change.
const REPEAT_EVERY: Duration = Duration::from_secs(3600);

/// How often Discord is asked whether a guild has the bot, and the pause in between.
const ATTEMPTS: usize = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// The guilds of one connection. Clones are cheap and refer to the same list.
///
/// serenity hands over each event in a task of its own, so a removal and the invitation before or after it may
/// arrive here in the wrong order. Discord is asked before a removal counts, and before an invitation of a guild
/// that has removed the bot; no other event is followed meanwhile.
#[derive(Debug, Clone)]
pub(crate) struct Guilds {
    shards: Arc<watch::Sender<Shards>>,
    turn: Arc<Mutex<()>>,
}

/// The guilds of each shard that has said which it has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shards {
    guilds: BTreeMap<u32, BTreeSet<GuildId>>,
    total: Option<u32>,
    /// The guilds that have removed the bot during this connection.
    removed: BTreeSet<GuildId>,
    /// How often a shard has begun a session.
    pub(crate) sessions: u64,
}

impl Shards {
    /// Returns all guilds, once every shard has said which it has.
    fn all(&self) -> Option<BTreeSet<GuildId>> {
        let is_complete = self.guilds.len() == usize::try_from(self.total?).ok()?;
        is_complete.then(|| self.guilds.values().flatten().copied().collect())
    }

    fn ready(&mut self, shard: u32, total: u32, guilds: BTreeSet<GuildId>) {
        if self.total != Some(total) {
            self.guilds.clear();
        }
        self.total = Some(total);
        self.removed.retain(|guild| !guilds.contains(guild));
        self.guilds.insert(shard, guilds);
        self.sessions += 1;
    }

    /// Adds a guild. Returns whether it is new.
    fn add(&mut self, guild: GuildId) -> bool {
        self.removed.remove(&guild);
        self.of(guild).is_none_or(|guilds| guilds.insert(guild))
    }

    fn remove(&mut self, guild: GuildId) {
        self.removed.insert(guild);
        if let Some(guilds) = self.of(guild) {
            guilds.remove(&guild);
        }
    }

    /// Returns the guilds of the shard that a guild belongs to.
    fn of(&mut self, guild: GuildId) -> Option<&mut BTreeSet<GuildId>> {
        let shard = (guild.0 >> 22) % u64::from(self.total?);
        self.guilds.get_mut(&u32::try_from(shard).ok()?)
    }
}

impl Default for Guilds {
    fn default() -> Self {
        Self {
            shards: Arc::new(watch::Sender::default()),
            turn: Arc::default(),
        }
    }
}

impl Guilds {
    /// Returns a receiver that sees each change of the list.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Shards> {
        self.shards.subscribe()
    }

    /// Returns all guilds, once every shard has said which it has.
    pub(crate) fn all(&self) -> Option<BTreeSet<GuildId>> {
        self.shards.borrow().all()
    }

    /// Sets the guilds of the only shard.
    #[cfg(test)]
    pub(crate) fn set(&self, guilds: impl IntoIterator<Item = GuildId>) {
        let guilds = guilds.into_iter().collect();
        self.shards.send_modify(|shards| shards.ready(0, 1, guilds));
    }

    /// Follows an event, and tells the store what it means.
    pub(crate) async fn follow(
        &self,
        event: &FullEvent,
        http: &Http,
        database: &Database,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        match event {
            FullEvent::Ready { data_about_bot } => {
                let _turn = self.turn.lock().await;
                self.begin(data_about_bot);
                self.tell(database, now).await
            }
            FullEvent::GuildCreate { guild, .. } => {
                let _turn = self.turn.lock().await;
                let has_removed = self
                    .shards
                    .borrow()
                    .removed
                    .contains(&GuildId(guild.id.get()));
                if has_removed && has_the_bot(http, guild.id).await == Some(false) {
                    return Ok(());
                }
                let guild = GuildId(guild.id.get());
                let mut is_new = false;
                self.shards.send_modify(|shards| is_new = shards.add(guild));
                if is_new {
                    database.guild_returned(guild, now).await?;
                }
                Ok(())
            }
            // An outage of Discord makes a guild unavailable; the bot is still in it.
            FullEvent::GuildDelete { incomplete, .. } if !incomplete.unavailable => {
                let _turn = self.turn.lock().await;
                if has_the_bot(http, incomplete.id).await == Some(true) {
                    return Ok(());
                }
                let guild = GuildId(incomplete.id.get());
                self.shards.send_modify(|shards| shards.remove(guild));
                database.guild_removed(guild, now).await?;
                tracing::info!(%guild, "a guild removed the bot");
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn begin(&self, ready: &Ready) {
        let guilds = ready.guilds.iter().map(|guild| GuildId(guild.id.get()));
        let guilds = guilds.collect();
        let shard = ready.shard.as_ref();
        let (id, total) = shard.map_or((0, 1), |shard| (shard.id.0, shard.total.max(1)));
        self.shards
            .send_modify(|shards| shards.ready(id, total, guilds));
    }

    /// Tells the store which guilds the bot is in, once that is known.
    async fn tell(&self, database: &Database, now: UnixSeconds) -> Result<(), StoreError> {
        let Some(all) = self.all() else {
            return Ok(());
        };
        let changes = database.bot_is_in(all, now).await?;
        for guild in changes.removed {
            tracing::warn!(
                %guild,
                "a guild has removed the bot while it was away: its boards and counters have ended, \
                 and its history is deleted in 30 days unless it comes back"
            );
        }
        for guild in changes.returned {
            tracing::info!(%guild, "a guild has the bot again");
        }
        Ok(())
    }

    /// Keeps telling the store which guilds the bot is in. The future never completes.
    pub(crate) async fn keep_told(
        &self,
        database: &Database,
        clock: fn() -> UnixSeconds,
    ) -> Infallible {
        loop {
            sleep(REPEAT_EVERY).await;
            let _turn = self.turn.lock().await;
            if let Err(error) = self.tell(database, clock()).await {
                tracing::warn!(%error, "could not record which guilds the bot is in");
            }
        }
    }
}

/// Returns whether Discord says that a guild has the bot, or `None` if it does not answer. Then the event counts.
async fn has_the_bot(http: &Http, guild: serenity::all::GuildId) -> Option<bool> {
    for attempt in 1..=ATTEMPTS {
        let route = Route::Guild { guild_id: guild };
        match http.request(Request::new(route, LightMethod::Get)).await {
            Ok(_) => return Some(true),
            Err(error) if !is_transient(&error) => return Some(false),
            Err(_) if attempt < ATTEMPTS => sleep(PAUSE).await,
            Err(_) => {}
        }
    }
    None
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
