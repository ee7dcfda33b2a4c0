//! The changes of the file, and what they are about.

use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};
use uuid::Uuid;

use crate::accounts::AccountId;
use crate::period::{GameServer, Period};
use crate::player_uuids::ReportedUuid;
use crate::players::PlayerId;
use crate::server_about::ServerAbout;
use crate::session::{ClosedSession, SessionId};
use crate::watched_address::Edition;

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
        account: Option<AccountId>,
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

impl LooseEnd {
    /// Whether this is the same event of a player, whatever account it named.
    pub(crate) fn is_same_event(&self, other: &Self) -> bool {
        (self.player, self.at, self.is_join) == (other.player, other.at, other.is_join)
    }
}
