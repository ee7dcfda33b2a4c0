//! What one report changes in the file: written down by the rules of [`crate::server_state`] while
//! they change memory, carried out by `store::apply` in the same transaction.

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use uuid::Uuid;

use crate::ids::GuildId;
use crate::player_uuids::{KnownUuids, ReportedUuid};
use crate::players::{PlayerId, Players};
use crate::session::{ClosedSession, SessionId};

/// Gives each session its number.
#[derive(Debug, Default)]
pub struct SessionIds {
    last: AtomicU32,
}

/// One change of the file, about the server that reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StoreChange {
    /// A name was heard for the first time, on whichever server.
    PlayerAdded(PlayerId, PlayerName),
    /// A player came online.
    SessionOpened {
        id: SessionId,
        player: PlayerId,
        joined_at: UnixSeconds,
        texture: Option<TextureHash>,
    },
    /// An open session began earlier than was known.
    BeganEarlier(SessionId, UnixSeconds),
    /// The player of an open session wears something else.
    TextureChanged(SessionId, TextureHash),
    /// A session is over, or is known better than before.
    SessionClosed(ClosedSession),
    /// A whole stay became known after it was over.
    SessionAdded(ClosedSession),
    /// A session that is over is not kept any longer.
    SessionExpired(SessionId),
    /// A join within a session or a leave outside of one.
    LooseEndAdded(LooseEnd),
    /// It has found its session.
    LooseEndResolved(LooseEnd),
    /// What the server's own row says.
    FactsChanged(ServerFacts),
    /// The server is not linked any more.
    ServerDisconnected(UnixSeconds),
    /// No key speaks for the server any more.
    KeysRevoked,
    /// The server's loose ends are not kept.
    LooseEndsCleared,
    /// The server's imported playtime is not kept.
    ImportedCleared,
    /// Which of the server's numbered events were taken is not kept.
    EpochsCleared,
    /// A player's playtime from before Oxeye, in place of what was known of it.
    PlaytimeImported {
        player: PlayerId,
        seconds: u32,
        at: UnixSeconds,
    },
    /// A UUID was reported under a player's name.
    UuidReported(PlayerId, ReportedUuid),
}

/// A join within a session or a leave outside of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LooseEnd {
    /// Whose.
    pub player: PlayerId,
    /// The time of the event.
    pub at: UnixSeconds,
    /// Whether it is a join; else it is a leave.
    pub is_join: bool,
}

/// What is kept of a server itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ServerFacts {
    /// The last evidence of who was on.
    pub at: Option<UnixSeconds>,
    /// The last time the whole roster was told.
    pub synced_at: Option<UnixSeconds>,
    /// The last session that there was when the whole roster was told: those that this did not end,
    /// it confirmed.
    pub named_up_to: Option<SessionId>,
    /// The server promised to speak this often.
    pub heartbeat: Option<Duration>,
}

/// Collects the changes of one report.
#[derive(Debug)]
pub struct Ledger<'a> {
    players: &'a Players,
    sessions: &'a SessionIds,
    uuids: Option<&'a KnownUuids>,
    changes: Vec<StoreChange>,
}

impl SessionIds {
    /// This number has been given.
    pub(crate) fn mark_used(&self, id: SessionId) {
        self.last.fetch_max(id.0, Ordering::Relaxed);
    }

    /// A number that was never given.
    pub(crate) fn next(&self) -> SessionId {
        SessionId(self.last.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

impl<'a> Ledger<'a> {
    /// An empty one.
    #[must_use]
    pub fn new(players: &'a Players, sessions: &'a SessionIds) -> Self {
        Self {
            players,
            sessions,
            uuids: None,
            changes: Vec::new(),
        }
    }

    /// The same, with what is known of UUIDs: it is not noted again.
    pub(crate) fn with_known_uuids(self, uuids: &'a KnownUuids) -> Self {
        Self {
            uuids: Some(uuids),
            ..self
        }
    }

    /// A UUID was reported under a player's name in a guild. The nil UUID is none.
    pub(crate) fn add_uuid(
        &mut self,
        guild: GuildId,
        player: PlayerId,
        uuid: Uuid,
        at: UnixSeconds,
    ) {
        let is_news = |known: &KnownUuids| known.report(guild, player, uuid, at);
        if !uuid.is_nil() && self.uuids.is_none_or(is_news) {
            let reported = ReportedUuid::once(uuid, at);
            self.changes
                .push(StoreChange::UuidReported(player, reported));
        }
    }

    /// The number of a player, who may be new.
    pub(crate) fn player(&mut self, name: &PlayerName) -> PlayerId {
        let (id, is_new) = self.players.number(name);
        if is_new {
            self.changes
                .push(StoreChange::PlayerAdded(id, name.clone()));
        }
        id
    }

    /// Opens a session.
    pub(crate) fn open(
        &mut self,
        player: PlayerId,
        joined_at: UnixSeconds,
        texture: Option<TextureHash>,
    ) -> SessionId {
        let id = self.sessions.next();
        self.changes.push(StoreChange::SessionOpened {
            id,
            player,
            joined_at,
            texture,
        });
        id
    }

    /// A number for a session that is added when it is over already.
    pub(crate) fn next_session(&self) -> SessionId {
        self.sessions.next()
    }

    /// The number given last, to a session of any server.
    pub(crate) fn last_session(&self) -> SessionId {
        SessionId(self.sessions.last.load(Ordering::Relaxed))
    }

    /// Writes a change down.
    pub(crate) fn note(&mut self, change: StoreChange) {
        self.changes.push(change);
    }

    /// How many changes that are.
    pub(crate) fn len(&self) -> usize {
        self.changes.len()
    }

    /// How many stays begin or end by what came after the first so many changes.
    pub(crate) fn session_changes_after(&self, changes: usize) -> usize {
        let is_turn = |change: &&StoreChange| {
            matches!(
                change,
                StoreChange::SessionOpened { .. }
                    | StoreChange::SessionClosed(_)
                    | StoreChange::SessionAdded(_)
            )
        };
        self.changes.iter().skip(changes).filter(is_turn).count()
    }

    /// Whether the file stays as it is.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// What is to be done, in order.
    pub(crate) fn into_changes(self) -> Vec<StoreChange> {
        self.changes
    }
}
