//! The guilds that the bot is in, as Discord says, and what the store has to know of that: a guild that
//! removes the bot loses its boards and counters, and later its history.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use oxeye_db::{Database, GuildId, StoreError, UnixSeconds};
use serenity::all::{FullEvent, Ready};
use tokio::sync::watch;
use tokio::time::sleep;

/// How often the store is told the whole list again, in case it failed to write the last change.
const REPEAT_EVERY: Duration = Duration::from_secs(3600);

/// The guilds of one connection. Clones are cheap and refer to the same list.
#[derive(Debug, Clone)]
pub(crate) struct Guilds(Arc<watch::Sender<Shards>>);

/// The guilds of each shard that has said which it has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shards {
    guilds: BTreeMap<u32, BTreeSet<GuildId>>,
    total: Option<u32>,
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
        self.guilds.insert(shard, guilds);
        self.sessions += 1;
    }

    /// Adds a guild. Returns whether it is new.
    fn add(&mut self, guild: GuildId) -> bool {
        self.of(guild).is_none_or(|guilds| guilds.insert(guild))
    }

    fn remove(&mut self, guild: GuildId) {
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
        Self(Arc::new(watch::Sender::default()))
    }
}

impl Guilds {
    /// Returns a receiver that sees each change of the list.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Shards> {
        self.0.subscribe()
    }

    /// Returns all guilds, once every shard has said which it has.
    pub(crate) fn all(&self) -> Option<BTreeSet<GuildId>> {
        self.0.borrow().all()
    }

    /// Sets the guilds of the only shard.
    #[cfg(test)]
    pub(crate) fn set(&self, guilds: impl IntoIterator<Item = GuildId>) {
        let guilds = guilds.into_iter().collect();
        self.0.send_modify(|shards| shards.ready(0, 1, guilds));
    }

    /// Follows an event, and tells the store what it means.
    pub(crate) async fn follow(
        &self,
        event: &FullEvent,
        database: &Database,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        match event {
            FullEvent::Ready { data_about_bot } => {
                self.begin(data_about_bot);
                self.tell(database, now).await
            }
            FullEvent::GuildCreate { guild, .. } => {
                let guild = GuildId(guild.id.get());
                let mut is_new = false;
                self.0.send_modify(|shards| is_new = shards.add(guild));
                if is_new {
                    database.guild_returned(guild, now).await?;
                }
                Ok(())
            }
            // An outage of Discord makes a guild unavailable; the bot is still in it.
            FullEvent::GuildDelete { incomplete, .. } if !incomplete.unavailable => {
                let guild = GuildId(incomplete.id.get());
                self.0.send_modify(|shards| shards.remove(guild));
                tracing::info!(%guild, "a guild removed the bot");
                database.guild_removed(guild, now).await
            }
            _ => Ok(()),
        }
    }

    fn begin(&self, ready: &Ready) {
        let guilds = ready.guilds.iter().map(|guild| GuildId(guild.id.get()));
        let guilds = guilds.collect();
        let shard = ready.shard.as_ref();
        let (id, total) = shard.map_or((0, 1), |shard| (shard.id.0, shard.total.max(1)));
        self.0.send_modify(|shards| shards.ready(id, total, guilds));
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
            if let Err(error) = self.tell(database, clock()).await {
                tracing::warn!(%error, "could not record which guilds the bot is in");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::TestStore;
    use serde_json::{Value, json};

    use super::*;

    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
    const MONTH: Duration = Duration::from_secs(30 * 86_400);

    /// A bot whose store has a server in each of some guilds.
    struct Connected {
        store: TestStore,
        guilds: Guilds,
    }

    impl Connected {
        async fn with_servers_in(guilds: &[u64]) -> Self {
            let store = TestStore::new(NOW);
            for guild in guilds {
                store.link(GuildId(*guild), "survival", NOW).await;
            }
            Self {
                store,
                guilds: Guilds::default(),
            }
        }

        async fn is_told(&self, event: FullEvent) {
            let followed = self.guilds.follow(&event, &self.store, NOW).await;
            followed.unwrap();
        }

        async fn is_ready(&self, shard: [u32; 2], guilds: &[u64]) {
            let guilds: Vec<_> = guilds
                .iter()
                .map(|id| json!({"id": id.to_string(), "unavailable": true}))
                .collect();
            let data_about_bot = parse(json!({
                "v": 10, "session_id": "s", "resume_gateway_url": "wss://localhost",
                "user": {"id": "1", "username": "oxeye", "discriminator": "0000", "verified": true,
                         "mfa_enabled": false, "bot": true},
                "guilds": guilds, "shard": shard, "application": {"id": "1", "flags": 0},
            }));
            self.is_told(FullEvent::Ready { data_about_bot }).await;
        }

        async fn loses(&self, guild: u64, unavailable: bool) {
            let incomplete = parse(json!({"id": guild.to_string(), "unavailable": unavailable}));
            let event = FullEvent::GuildDelete {
                incomplete,
                full: None,
            };
            self.is_told(event).await;
        }

        /// Returns the guilds whose servers are left when all that removed the bot are deleted.
        async fn remaining(&self) -> Vec<u64> {
            self.store
                .delete_removed_guilds(NOW.plus(MONTH))
                .await
                .unwrap();
            let servers = self.store.known_servers(NOW);
            servers.iter().map(|server| server.guild.0).collect()
        }
    }

    fn parse<T: serde::de::DeserializeOwned>(value: Value) -> T {
        serde_json::from_value(value).unwrap()
    }

    #[tokio::test]
    async fn a_guild_that_removes_the_bot_is_recorded_and_an_outage_is_not() {
        let bot = Connected::with_servers_in(&[7, 8]).await;
        bot.is_ready([0, 1], &[7, 8]).await;

        bot.loses(7, false).await;
        bot.loses(8, true).await;

        assert_eq!(bot.remaining().await, [8]);
    }

    #[tokio::test]
    async fn a_guild_that_is_missing_is_recorded_only_once_all_shards_are_there() {
        let of_shard_1 = 1 << 22;
        let bot = Connected::with_servers_in(&[7, of_shard_1, 2 << 22]).await;
        bot.is_ready([0, 1], &[7, of_shard_1, 2 << 22]).await;

        bot.is_ready([0, 2], &[7]).await;
        assert_eq!(bot.guilds.all(), None);
        bot.is_ready([1, 2], &[of_shard_1]).await;

        assert_eq!(bot.remaining().await, [7, of_shard_1]);
    }

    #[tokio::test]
    async fn a_guild_that_comes_back_is_not_deleted() {
        let bot = Connected::with_servers_in(&[7]).await;
        bot.is_ready([0, 1], &[7]).await;
        bot.loses(7, false).await;

        bot.is_ready([0, 1], &[7]).await;

        assert_eq!(bot.remaining().await, [7]);
    }

    #[test]
    fn only_a_guild_that_no_list_has_is_new() {
        let mut shards = Shards::default();
        assert!(shards.add(GuildId(7)));
        shards.ready(0, 1, [GuildId(7)].into());

        assert!(!shards.add(GuildId(7)));
        assert!(shards.add(GuildId(8)));
        shards.remove(GuildId(7));

        assert_eq!(shards.all(), Some([GuildId(8)].into()));
    }
}
