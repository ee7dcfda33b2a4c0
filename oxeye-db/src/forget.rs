//! Forgets a player: deletes everything under a name and the other names of the person, in one guild or in all
//! guilds, from memory, from the file and from its write-ahead log.
//!
//! What the player shares with others stays: servers, and skins that other players wear as well.
//!
//! | module    | subject                                                              |
//! |-----------|----------------------------------------------------------------------|
//! | `targets` | which names are forgotten, and which share of each                   |
//! | `stays`   | the stays that are over: a few at a time, before everything else     |
//! | `rows`    | what else the file knows                                             |
//! | `job`     | the writer's job, which others interrupt until only the names remain |

mod job;
mod rows;
mod stays;
pub(crate) mod targets;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use tokio::sync::oneshot;

use crate::activity::feed::ChangedPlayer;
use crate::activity::shares::ActivityShare;
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::StoreError;
use crate::store::members;
use crate::store::names::{self, NamesInFile};
use job::ForgetJob;
use targets::{Member, Target, Whom};

/// What was known of a forgotten player.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Whether anything was known. If not, there is an answer only because an earlier deletion is not overwritten yet.
    pub is_known: bool,
    /// The names under which the player was known, sorted.
    pub names: Vec<PlayerName>,
    /// Number of sessions, open and closed.
    pub sessions: usize,
    /// Number of servers that knew the player.
    pub servers: usize,
    /// Number of servers with imported playtime of the player.
    pub imported_playtimes: usize,
    /// Number of guilds in which it was known what the player did.
    pub activity_guilds: usize,
    /// Number of events and values of other players that named the player.
    pub activity_mentions: usize,
    /// Whether the name is gone from the bytes of the store's files. If not, somebody was just reading them or the disk was
    /// full, and [`Database::truncate_wal`] and [`Database::wipe_activity`] have to be called again later.
    pub is_wiped: bool,
}

impl Database {
    /// Returns whether anything is known that [`Database::forget_player`] would forget.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn knows_player(&self, name: PlayerName) -> Result<bool, StoreError> {
        let is_named = self.inner.memory.players.id(&name).is_some();
        Ok(is_named || self.is_known_by_activity(name).await?)
    }

    /// Forgets a player in all guilds: everything under exactly this name, and in each guild the other names of the
    /// account that has it. Returns `None` if nothing was known under that name and nothing that was deleted before is left
    /// to be overwritten. If the player is online, the next report that names them adds them again, as somebody who was
    /// never seen before.
    ///
    /// # Errors
    /// When the store cannot be written, or is closed before all is forgotten. Sessions may have gone by then; the names
    /// are still known, and forgetting again forgets the rest.
    pub async fn forget_player(
        &self,
        name: PlayerName,
        now: UnixSeconds,
    ) -> Result<Option<Forgotten>, StoreError> {
        self.forget(Whom::Named(name), now).await
    }

    /// Forgets the player who has a name in one guild, under all names. Other guilds know the player as before, and
    /// of a name that others have used, what they left stays. Returns `None` as [`Database::forget_player`] does.
    ///
    /// # Errors
    /// When the store cannot be written, or is closed before all is forgotten. Sessions may have gone by then; the names
    /// are still known, and forgetting again forgets the rest.
    pub async fn forget_player_in(
        &self,
        guild: GuildId,
        name: PlayerName,
        now: UnixSeconds,
    ) -> Result<Option<Forgotten>, StoreError> {
        self.forget(Whom::Person(guild, name), now).await
    }

    /// Forgets the player of a member in one guild in the same way, as the member asks, and the link: who has the
    /// account that is theirs, even if another account has the name now.
    ///
    /// # Errors
    /// When the store cannot be written, or is closed before all is forgotten. Sessions may have gone by then; the names
    /// are still known, and forgetting again forgets the rest.
    pub async fn forget_player_of(
        &self,
        guild: GuildId,
        user: u64,
        now: UnixSeconds,
    ) -> Result<Option<Forgotten>, StoreError> {
        match self.player_of_member(guild, user).await? {
            Some(whom) => self.forget(whom, now).await,
            None => Ok(None),
        }
    }

    /// Returns the player of a member in a guild, for questions about all that is theirs.
    pub(crate) async fn player_of_member(
        &self,
        guild: GuildId,
        user: u64,
    ) -> Result<Option<Whom>, StoreError> {
        let Some(linked) = self.linked_member(guild, user).await? else {
            return Ok(None);
        };
        let account = members::account_of(&self.inner.store, guild, user).await?;
        Ok(Some(Whom::Member(Member {
            guild,
            user,
            name: linked.player,
            account,
        })))
    }

    /// Returns the names of a person, and which share of each is theirs.
    pub(crate) async fn targets(&self, whom: Whom) -> Result<Vec<Target>, StoreError> {
        let memory = Arc::clone(&self.inner.memory);
        let read = move |file: &NamesInFile<'_>| whom.targets(&memory, file);
        names::read(&self.inner.store, read).await
    }

    async fn forget(&self, whom: Whom, now: UnixSeconds) -> Result<Option<Forgotten>, StoreError> {
        let shares = self.forgettable_activity(&whom).await?;
        let copied = self.ids_in_copies(&shares).await?;
        let accounts = whom.uuids(&self.inner.memory);
        let activity = self.forget_activity(shares, accounts).await?;
        // Events of others that named the player are gone as well.
        self.inner.memory.activity_feed.publish_everything();
        let (answer, answered) = oneshot::channel();
        let memory = Arc::clone(&self.inner.memory);
        let wal = Arc::clone(&self.inner.wal_truncation);
        let job = ForgetJob::new(memory, wal, whom, now, answer);
        self.inner.store.enqueue(Box::new(job))?;
        let forgotten = answered.await.map_err(|_| StoreError::Closed)??;
        // A copy deletes them at once, and then looks at everything.
        self.inner.memory.activity_feed.publish(copied);
        self.inner.memory.activity_feed.publish_everything();
        let is_known = forgotten.is_some() || activity.is_any();
        let is_wiped = match &forgotten {
            // What an earlier attempt deleted may not be overwritten yet.
            None if !self.inner.wal_truncation.is_due() => true,
            _ => self.is_wiped().await,
        };
        let is_wiped = is_wiped && activity.is_wiped;
        if !is_known && is_wiped {
            return Ok(None);
        }
        Ok(Some(Forgotten {
            is_known,
            activity_guilds: activity.guilds,
            activity_mentions: activity.mentions,
            is_wiped,
            ..forgotten.unwrap_or_default()
        }))
    }

    /// Returns what a person did, as far as the file or a copy of it may know.
    async fn forgettable_activity(&self, whom: &Whom) -> Result<Vec<ActivityShare>, StoreError> {
        if self.activity_store().is_none() && !self.inner.memory.activity_feed.is_heard() {
            return Ok(Vec::new());
        }
        let targets = self.targets(whom.clone()).await?;
        self.shares_of_activity(whom, &targets).await
    }

    /// Returns the ids under which whoever keeps a copy of activity may have the names.
    async fn ids_in_copies(
        &self,
        shares: &[ActivityShare],
    ) -> Result<Vec<ChangedPlayer>, StoreError> {
        let mut ids = Vec::new();
        if !self.inner.memory.activity_feed.is_heard() {
            return Ok(ids);
        }
        let guilds = self.activity_guilds();
        for ActivityShare { only, name, .. } in shares {
            let guilds = guilds.iter().copied();
            for guild in guilds.filter(|guild| only.is_none_or(|only| only == *guild)) {
                let known = self.players_with_accounts(guild, vec![name.clone()]);
                let known = known.await?.into_iter().map(|player| player.id());
                let reported = self.activity_ids_beside(guild, name.as_str()).await?;
                ids.extend(known.chain(reported).map(|id| ChangedPlayer {
                    guild,
                    name: name.clone(),
                    former_id: Some(id),
                }));
            }
        }
        Ok(ids)
    }
}
