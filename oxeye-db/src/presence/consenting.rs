//! Setting up guilds, joining and leaving. Whoever leaves leaves nothing behind, not even in the bytes of the file.
//!
//! | module | subject                                              |
//! |--------|------------------------------------------------------|
//! | `job`  | the writer's job that takes consent back             |

mod job;

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;
use tokio::sync::oneshot;

use super::Presence;
use super::consents::{Agreed, Consents, Member};
use super::kinds::{PresenceKind, PresenceKinds};
use super::store::rows::{guild_kinds, member_kinds, members};
use crate::ids::{GuildId, UserId};
use crate::store::{Store, StoreError};
use job::WithdrawJob;
pub(super) use job::Withdrawal;

/// What became of a wish to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// The member joined.
    New,
    /// The member had joined before, and agrees to these kinds that the guild has kept since then.
    More(PresenceKinds),
    /// The member had joined before and agreed to all kinds that the guild keeps.
    Already,
    /// The guild keeps nothing.
    NotSetUp,
}

/// What was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Withdrawn {
    /// Number of members who are no longer joined.
    pub members: usize,
    /// Number of sessions that were deleted, at least in part.
    pub sessions: usize,
    /// Whether they are gone from the bytes of the file. If not, somebody was just reading it, and it happens later.
    pub is_wiped: bool,
}

impl Presence {
    /// Whether anything of a user may be kept because of a guild. Takes no time.
    #[must_use]
    pub fn keeps(&self, guild: GuildId, user: UserId) -> bool {
        self.live.read(|live| live.consents.has(guild, user))
    }

    /// Returns the kinds that a guild keeps; none if it was never set up.
    #[must_use]
    pub fn kinds_of(&self, guild: GuildId) -> PresenceKinds {
        self.live.read(|live| live.consents.kinds_of(guild))
    }

    /// Returns the guilds that keep anything, sorted.
    #[must_use]
    pub fn guilds(&self) -> Vec<GuildId> {
        self.live.read(|live| live.consents.guilds())
    }

    /// Returns all users who joined in any guild, sorted.
    #[must_use]
    pub fn users(&self) -> Vec<UserId> {
        self.live.read(|live| live.consents.all_users())
    }

    /// Returns how many days sessions are kept.
    #[must_use]
    pub fn retention_days(&self) -> u16 {
        self.retention_days
    }

    /// Returns when a user joined in a guild.
    #[must_use]
    pub fn joined_at(&self, guild: GuildId, user: UserId) -> Option<UnixSeconds> {
        self.live.read(|live| live.consents.joined_at(guild, user))
    }

    /// Returns the kinds that a guild keeps, but not of this user, who did not agree to them. Takes no time.
    #[must_use]
    pub fn not_agreed(&self, guild: GuildId, user: UserId) -> PresenceKinds {
        self.live.read(|live| live.consents.not_agreed(guild, user))
    }

    /// Returns the kinds to which a user agreed in a guild, and since when. Takes no time.
    #[must_use]
    pub fn agreed(&self, guild: GuildId, user: UserId) -> Vec<(PresenceKind, UnixSeconds)> {
        self.live.read(|live| live.consents.agreed(guild, user))
    }

    /// Returns the members of a guild who joined, in no order.
    #[must_use]
    pub fn members(&self, guild: GuildId) -> Vec<UserId> {
        self.live
            .read(|live| live.consents.members(guild).collect())
    }

    /// Returns the guilds in which a user joined.
    #[must_use]
    pub fn guilds_of(&self, user: UserId) -> Vec<GuildId> {
        self.live
            .read(|live| live.consents.guilds_of(user).to_vec())
    }

    /// Sets the kinds that a guild keeps. What it no longer keeps is deleted; without any kind, so are its members.
    ///
    /// # Errors
    /// When the store cannot be written; nothing changes then.
    pub async fn set_up(
        &self,
        guild: GuildId,
        kinds: PresenceKinds,
        now: UnixSeconds,
    ) -> Result<Withdrawn, StoreError> {
        if kinds.is_empty() && self.file.existing().is_none() {
            return Ok(Withdrawn::nothing());
        }
        let store = self.file.or_create().await?;
        let before = self.kinds_of(guild);
        if kinds.is_empty() || !kinds.contains_all(before) {
            return self
                .withdraw(store, Withdrawal::Kinds(guild, kinds, now))
                .await;
        }
        let live = Arc::clone(&self.live);
        let set = store.write(
            move |file| guild_kinds::set(file, guild, kinds, now),
            move |(), writer| {
                live.change(writer, |live| live.consents.set_kinds(guild, kinds, now))
            },
        );
        set.await?;
        Ok(Withdrawn::nothing())
    }

    /// Lets a member of a guild join, who agrees to all kinds that the guild keeps now. Nothing is kept of kinds that it
    /// adds later until the member joins again.
    ///
    /// # Errors
    /// When the store cannot be written; the member has agreed to nothing new then.
    pub async fn join(
        &self,
        guild: GuildId,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<Joined, StoreError> {
        let Some(store) = self.file.existing() else {
            return Ok(Joined::NotSetUp);
        };
        let (asked, live) = (Arc::clone(&self.live), Arc::clone(&self.live));
        let add = move |file: &rusqlite::Connection| {
            let (joined, kinds) = asked.read(|live| answer_to(&live.consents, guild, user));
            match joined {
                Joined::New => members::add(file, guild, user, now)?,
                _ => members::set_seen(file, guild, user, now)?,
            }
            member_kinds::add(file, guild, user, kinds, now)?;
            Ok((joined, kinds))
        };
        let joined = store.write(add, move |(joined, kinds), writer| {
            live.change(writer, |live| match joined {
                Joined::New => {
                    let member = Member {
                        joined_at: now,
                        seen_at: now,
                        hidden_since: None,
                        agreed: Agreed::since(kinds, now),
                    };
                    live.consents.add(guild, user, member);
                }
                _ => {
                    live.consents.agree(guild, user, kinds, now);
                    live.consents.note_seen(guild, user, now);
                }
            });
            joined
        });
        joined.await
    }

    /// Lets a member of a guild leave, and deletes what no other consent of theirs covers. Returns `None` if they had
    /// not joined.
    ///
    /// # Errors
    /// When the store cannot be written; the member is still joined then.
    pub async fn leave(
        &self,
        guild: GuildId,
        user: UserId,
    ) -> Result<Option<Withdrawn>, StoreError> {
        let Some(store) = self.file.existing().filter(|_| self.keeps(guild, user)) else {
            return Ok(None);
        };
        let left = self
            .withdraw(store, Withdrawal::Members(vec![(guild, user)]))
            .await?;
        Ok((left.members > 0).then_some(left))
    }

    /// Deletes everything about a user, in all guilds. Returns `None` if they had joined in none.
    ///
    /// # Errors
    /// When the store cannot be written; nothing is deleted then.
    pub async fn forget(&self, user: UserId) -> Result<Option<Withdrawn>, StoreError> {
        let Some(store) = self.file.existing() else {
            return Ok(None);
        };
        let forgotten = self.withdraw(store, Withdrawal::User(user)).await?;
        Ok((forgotten.members > 0).then_some(forgotten))
    }

    pub(super) async fn withdraw(
        &self,
        store: &Store,
        what: Withdrawal,
    ) -> Result<Withdrawn, StoreError> {
        let (answer, answered) = oneshot::channel();
        let live = Arc::clone(&self.live);
        let wiping = Arc::clone(&self.wiping);
        store.enqueue(Box::new(WithdrawJob::new(live, wiping, what, answer)))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}

/// Returns what becomes of a wish to join, and the kinds to which the member newly agrees.
fn answer_to(consents: &Consents, guild: GuildId, user: UserId) -> (Joined, PresenceKinds) {
    let new = consents.not_agreed(guild, user);
    let joined = match (consents.has(guild, user), new.is_empty()) {
        (true, true) => Joined::Already,
        (true, false) => Joined::More(new),
        (false, true) => Joined::NotSetUp,
        (false, false) => Joined::New,
    };
    (joined, new)
}

impl Withdrawn {
    fn nothing() -> Self {
        Self {
            is_wiped: true,
            ..Self::default()
        }
    }
}
