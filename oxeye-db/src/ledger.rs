//! What one report changes in the file. The rules of [`crate::server_state`] collect the changes
//! while they change memory; `store::apply` makes them in the same transaction.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};
use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};
use uuid::Uuid;

use crate::accounts::{AccountId, Accounts};
use crate::ids::GuildId;
use crate::period::{GameServer, Period};
use crate::persons::{NameUse, PersonsOfGuilds};
use crate::player_uuids::{KnownUuids, MAX_UUIDS_OF_PLAYER, ReportedUuid};
use crate::players::{PlayerId, Players};
use crate::rate_limits::ServerLimits;
use crate::server_about::ServerAbout;
use crate::session::{ClosedSession, SessionId};
use crate::visibility::HiddenPlayers;
use crate::watched_address::Edition;

/// Allocates the numbers of sessions.
#[derive(Debug, Default)]
pub(crate) struct SessionIds {
    last: AtomicU32,
}

/// One change of the file that concerns the server that reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StoreChange {
    /// A name was reported for the first time on any server.
    PlayerAdded(PlayerId, PlayerName),
    /// An account was reported for the first time on any server.
    AccountAdded(AccountId, Uuid),
    /// A player came online.
    SessionOpened {
        id: SessionId,
        player: PlayerId,
        joined_at: UnixSeconds,
        texture: Option<TextureHash>,
        account: Option<AccountId>,
    },
    /// An open session began earlier than we knew.
    BeganEarlier(SessionId, UnixSeconds),
    /// The player of an open session wears another skin.
    TextureChanged(SessionId, TextureHash),
    /// More is known about whose an open session is.
    AccountChanged(SessionId, Option<AccountId>),
    /// A session was closed, or more is known about a closed one.
    SessionClosed(ClosedSession),
    /// A session became known after it was over.
    SessionAdded(ClosedSession),
    /// A closed session is no longer kept.
    SessionExpired(SessionId),
    /// A loose end was added.
    LooseEndAdded(LooseEnd),
    /// A loose end has found its session.
    LooseEndResolved(LooseEnd),
    /// The facts about the server itself changed.
    FactsChanged(ServerFacts),
    /// The server changed into another state.
    PeriodBegan(Period),
    /// The period that began then was replaced.
    PeriodUndone(UnixSeconds),
    /// The periods that began before this time are no longer kept.
    PeriodsExpired(UnixSeconds),
    /// The server was disconnected.
    ServerDisconnected(UnixSeconds),
    /// The server answered at its address in this edition, and last at this time.
    AddressAnswered(Option<Edition>, Option<UnixSeconds>),
    /// The server has no address any more.
    AddressRemoved,
    /// The keys of the server were revoked.
    KeysRevoked,
    /// All loose ends of the server were dropped.
    LooseEndsCleared,
    /// All imported playtime of the server was dropped.
    ImportedCleared,
    /// The record of which numbered events of the server were taken was dropped.
    EpochsCleared,
    /// A player's playtime from before Oxeye was imported. It replaces what was imported earlier.
    PlaytimeImported {
        player: PlayerId,
        seconds: u32,
        at: UnixSeconds,
    },
    /// A UUID was reported under a player's name.
    UuidReported(PlayerId, ReportedUuid),
    /// The server said something new about itself.
    AboutChanged(Arc<ServerAbout>, UnixSeconds),
}

/// A join within a session or a leave outside of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct LooseEnd {
    pub player: PlayerId,
    /// The time of the event.
    pub at: UnixSeconds,
    /// Whether the event is a join; otherwise it is a leave.
    pub is_join: bool,
    /// The account that a join named.
    pub account: Option<AccountId>,
}

/// What the file holds about the server itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ServerFacts {
    /// The latest time for which we know who was online.
    pub at: Option<UnixSeconds>,
    /// When the server last sent its whole roster.
    pub synced_at: Option<UnixSeconds>,
    /// The last session that existed when the whole roster was last sent. The roster confirmed the
    /// sessions that it did not end.
    pub named_up_to: Option<SessionId>,
    /// The interval between heartbeats that the server promised.
    pub heartbeat: Option<Duration>,
    /// Whether the game server runs, if that is known.
    pub game: Option<GameServer>,
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

impl LooseEnd {
    /// Whether this is the same event of a player, whatever account it named.
    pub(crate) fn is_same_event(&self, other: &Self) -> bool {
        (self.player, self.at, self.is_join) == (other.player, other.at, other.is_join)
    }
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
    /// [`MAX_UUIDS_OF_PLAYER`] in a guild.
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

    /// Whether the file has a UUID under a name in a guild, or has room for it. It is asked once for each name. Each name
    /// has room for an account that hides, because it hides under all its names, and the limit on accounts does not
    /// count for it.
    fn has_room(&mut self, guild: GuildId, player: Option<PlayerId>, uuid: Uuid) -> bool {
        let is_known = |(known, player): (&KnownUuids, _)| known.contains(guild, player, uuid);
        if self.uuids.zip(player).is_some_and(is_known) {
            return true;
        }
        // Whoever hides has to be hidden, and forgotten, under every name.
        if self.hides(guild, uuid) {
            return true;
        }
        if !self.has_room_for_name(guild, player, uuid) {
            return false;
        }
        let may_be_new = self.limits.as_ref();
        let may_be_new = may_be_new.is_none_or(|(limits, now)| limits.has_room_for_account(*now));
        let Some((stored, player)) = self.stored.zip(player) else {
            return may_be_new;
        };
        let known = match self.known.entry(player) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unread) => match stored.of(guild, player) {
                Some(stored) => unread.insert(stored.into_iter().collect()),
                // Writing it fails too, and that is reported.
                None => return true,
            },
        };
        known.contains(&uuid) || (may_be_new && known.len() < MAX_UUIDS_OF_PLAYER)
    }

    /// Whether the account that a UUID proves has used a name in a guild, or has few enough names there for one more:
    /// at most [`MAX_NAMES_OF_ACCOUNT`](crate::player_uuids::MAX_NAMES_OF_ACCOUNT).
    pub(crate) fn has_room_for_name(
        &self,
        guild: GuildId,
        name: Option<PlayerId>,
        uuid: Uuid,
    ) -> bool {
        let account = self.accounts.and_then(|accounts| accounts.id(uuid));
        let account = account.zip(self.persons);
        account.is_none_or(|(account, persons)| persons.has_room(guild, account, name))
    }

    /// Notes a UUID reported under a player's name in a guild, unless it is known or nil, or the name has too many, or
    /// the account has too many names.
    pub(crate) fn add_uuid(
        &mut self,
        guild: GuildId,
        player: PlayerId,
        uuid: Uuid,
        at: UnixSeconds,
    ) {
        let is_news = |known: &KnownUuids| known.report(guild, player, uuid, at);
        if uuid.is_nil() {
            return;
        }
        if !self.has_room(guild, Some(player), uuid) {
            if let Some((limits, now)) = self.limits.as_ref()
                && !limits.has_room_for_account(*now)
            {
                limits.account_refused(*now);
            }
            return;
        }
        if self.uuids.is_none_or(is_news) {
            let known = self.known.get_mut(&player);
            let is_new = known.is_some_and(|known| known.insert(uuid));
            if let Some((limits, now)) = self.limits.as_ref().filter(|_| is_new) {
                limits.count_account(*now);
            }
            self.note_uuid(guild, player, ReportedUuid::once(uuid, at));
        }
    }

    /// Notes a UUID under a player's name in a guild. The name has room for it.
    pub(crate) fn note_uuid(&mut self, guild: GuildId, player: PlayerId, reported: ReportedUuid) {
        let account = self.number(reported.uuid);
        self.changes
            .push(StoreChange::UuidReported(player, reported));
        if let Some((account, persons)) = account.zip(self.persons) {
            let one = NameUse {
                name: player,
                account,
                last: reported.last_reported_at,
            };
            persons.add(guild, one);
            self.note_hidden(guild, player, account);
        }
    }

    /// Hides a name before anybody sees it if whoever uses it hides.
    fn note_hidden(&self, guild: GuildId, player: PlayerId, account: AccountId) {
        let name = self.players.name(player);
        if let Some(((name, hidden), persons)) = name.zip(self.hidden).zip(self.persons) {
            let used = (&name, account);
            hidden.note_use(guild, used, &persons.of(guild), self.players);
        }
    }

    /// Whether the account that a UUID proves hides in a guild.
    fn hides(&self, guild: GuildId, uuid: Uuid) -> bool {
        let account = self.accounts.and_then(|accounts| accounts.id(uuid));
        let hidden = account.zip(self.hidden);
        hidden.is_some_and(|(account, hidden)| hidden.hides(guild, account))
    }

    /// Returns the number of the account that a UUID proves. It may be new.
    pub(crate) fn number(&mut self, uuid: Uuid) -> Option<AccountId> {
        let (id, is_new) = self.accounts?.number(uuid)?;
        if is_new {
            self.changes.push(StoreChange::AccountAdded(id, uuid));
        }
        Some(id)
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

    /// Returns the account that a UUID reported under a name in a guild proves. It may be new. One that the name
    /// has no room for has no number, because nothing would delete it. One that has too many names counts only if it
    /// hides.
    pub(crate) fn account(
        &mut self,
        guild: GuildId,
        name: &PlayerName,
        uuid: Option<Uuid>,
    ) -> Option<AccountId> {
        let (uuid, _) = uuid.zip(self.accounts)?;
        let player = self.players.id(name);
        if !self.has_room(guild, player, uuid) {
            let hides = self.hides(guild, uuid);
            return self.accounts?.id(uuid).filter(|_| hides);
        }
        self.number(uuid)
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
