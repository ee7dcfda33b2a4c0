//! What one report changes in the file. The rules of [`crate::server_state`] collect the changes
//! while they change memory; `store::apply` makes them in the same transaction.
//!
//! | module     | what it holds                                                       |
//! |------------|---------------------------------------------------------------------|
//! | `change`   | the changes                                                         |
//! | `accounts` | accounts under names, and which of them the file has room for        |

mod accounts;
mod change;

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hashbrown::{HashMap, HashSet};
use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};
use uuid::Uuid;

use crate::accounts::{AccountId, Accounts};
use crate::ids::GuildId;
use crate::persons::PersonsOfGuilds;
use crate::player_uuids::KnownUuids;
use crate::players::{PlayerId, Players};
use crate::rate_limits::ServerLimits;
use crate::session::SessionId;
use crate::visibility::HiddenPlayers;

pub(crate) use change::{LooseEnd, ServerFacts, StoreChange};

/// Allocates the numbers of sessions.
#[derive(Debug, Default)]
pub(crate) struct SessionIds {
    last: AtomicU32,
}

/// The UUIDs that the file has.
pub(crate) trait StoredUuids: Debug {
    /// Returns those under a player's name in a guild; `None` if they cannot be read.
    fn of(&self, guild: GuildId, player: PlayerId) -> Option<Vec<Uuid>>;
}

/// Collects the changes of one report.
#[derive(Debug)]
pub(crate) struct Ledger<'a> {
    players: &'a Players,
    sessions: &'a SessionIds,
    accounts: Option<&'a Accounts>,
    uuids: Option<&'a KnownUuids>,
    stored: Option<&'a dyn StoredUuids>,
    persons: Option<&'a PersonsOfGuilds>,
    hidden: Option<&'a HiddenPlayers>,
    /// How many accounts the server may report under names that they were not known under, and the time.
    limits: Option<(Arc<ServerLimits>, UnixSeconds)>,
    /// The UUIDs under a name: those in the file, if it was asked, and those noted here.
    known: HashMap<PlayerId, HashSet<Uuid>>,
    changes: Vec<StoreChange>,
}

impl SessionIds {
    /// Notes that a number is in use.
    pub(crate) fn mark_used(&self, id: SessionId) {
        self.last.fetch_max(id.0, Ordering::Relaxed);
    }

    /// Returns a number that was never used.
    pub(crate) fn next(&self) -> SessionId {
        SessionId(self.last.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

impl<'a> Ledger<'a> {
    /// Returns an empty ledger.
    #[must_use]
    pub(crate) fn new(players: &'a Players, sessions: &'a SessionIds) -> Self {
        Self {
            players,
            sessions,
            accounts: None,
            uuids: None,
            stored: None,
            persons: None,
            hidden: None,
            limits: None,
            known: HashMap::new(),
            changes: Vec::new(),
        }
    }

    /// Makes the ledger note whose sessions they are.
    pub(crate) fn with_accounts(self, accounts: &'a Accounts) -> Self {
        Self {
            accounts: Some(accounts),
            ..self
        }
    }

    /// Makes the ledger skip UUIDs that are already known.
    pub(crate) fn with_known_uuids(self, uuids: &'a KnownUuids) -> Self {
        Self {
            uuids: Some(uuids),
            ..self
        }
    }

    /// Makes the ledger skip UUIDs that the file would not take: a name has at most
    /// [`MAX_UUIDS_OF_PLAYER`](crate::player_uuids::MAX_UUIDS_OF_PLAYER) in a guild.
    pub(crate) fn with_stored_uuids(self, stored: &'a dyn StoredUuids) -> Self {
        Self {
            stored: Some(stored),
            ..self
        }
    }

    /// Makes the ledger keep the persons of the guild, and which of them hide, up to date while the server is
    /// locked, so that whoever sees the report sees whose it is.
    pub(crate) fn with_persons(
        self,
        persons: &'a PersonsOfGuilds,
        hidden: &'a HiddenPlayers,
    ) -> Self {
        Self {
            persons: Some(persons),
            hidden: Some(hidden),
            ..self
        }
    }

    /// Makes the ledger leave out accounts under new names when the server has reported too many.
    pub(crate) fn limit_accounts(&mut self, limits: &Arc<ServerLimits>, now: UnixSeconds) {
        self.limits = Some((Arc::clone(limits), now));
    }

    /// Returns the number of a player, who may be new.
    pub(crate) fn player(&mut self, name: &PlayerName) -> PlayerId {
        let (id, is_new) = self.players.number(name);
        if is_new {
            self.changes
                .push(StoreChange::PlayerAdded(id, name.clone()));
        }
        id
    }

    /// Opens a session and returns its number.
    pub(crate) fn open(
        &mut self,
        player: PlayerId,
        joined_at: UnixSeconds,
        texture: Option<TextureHash>,
        account: Option<AccountId>,
    ) -> SessionId {
        let id = self.sessions.next();
        self.changes.push(StoreChange::SessionOpened {
            id,
            player,
            joined_at,
            texture,
            account,
        });
        id
    }

    /// Returns a number for a session that is already over when it is added.
    pub(crate) fn next_session(&self) -> SessionId {
        self.sessions.next()
    }

    /// Returns the number allocated last, for any server.
    pub(crate) fn last_session(&self) -> SessionId {
        SessionId(self.sessions.last.load(Ordering::Relaxed))
    }

    /// Adds a change.
    pub(crate) fn note(&mut self, change: StoreChange) {
        self.changes.push(change);
    }

    /// Returns the number of changes.
    pub(crate) fn len(&self) -> usize {
        self.changes.len()
    }

    /// Returns what the changes after the first `changes` cost, in events: each session that begins or ends, and each
    /// UUID that is written under a name.
    pub(crate) fn cost_after(&self, changes: usize) -> usize {
        let begins_or_ends = |change: &&StoreChange| {
            matches!(
                change,
                StoreChange::SessionOpened { .. }
                    | StoreChange::SessionClosed(_)
                    | StoreChange::SessionAdded(_)
            )
        };
        let sessions = self.changes.iter().skip(changes).filter(begins_or_ends);
        sessions.count() + self.uuids_after(changes)
    }

    /// Returns how many UUIDs the changes after the first `changes` write under names.
    pub(crate) fn uuids_after(&self, changes: usize) -> usize {
        let is_uuid = |change: &&StoreChange| matches!(change, StoreChange::UuidReported(..));
        self.changes.iter().skip(changes).filter(is_uuid).count()
    }

    /// Whether there are no changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns the changes, in order.
    pub(crate) fn into_changes(self) -> Vec<StoreChange> {
        self.changes
    }
}

#[cfg(test)]
mod tests;
