//! What a plugin reports. The only way in: whoever wants to hook into joins and leaves does it here.

use oxeye_plugin_proto::{MissingSkin, PlayerName, SyncPlayer, TextureHash, UnixSeconds};

use crate::database::Database;
use crate::ids::ServerId;
use crate::server_state::ServerState;
use crate::store::StoreError;

/// A player joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinEvent {
    /// Who.
    pub player: PlayerName,
    /// What they wear, if the plugin knows.
    pub texture_hash: Option<TextureHash>,
    /// When, if it was not just now.
    pub at: Option<UnixSeconds>,
}

/// A player left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveEvent {
    /// Who.
    pub player: PlayerName,
    /// When, if it was not just now.
    pub at: Option<UnixSeconds>,
}

/// Whether we have the skin that a join names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkinAnswer {
    /// We have it, or the join named none.
    Known,
    /// Please send it.
    Wanted,
}

/// Why an event was not taken.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// The server was disconnected, perhaps just now.
    #[error("this server is not linked")]
    NotLinked,
    /// The store could not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// A player joined a server.
    ///
    /// # Errors
    /// When the server is not linked any more.
    pub async fn player_join(
        &self,
        server: ServerId,
        event: JoinEvent,
        now: UnixSeconds,
    ) -> Result<SkinAnswer, EventError> {
        self.with_linked(server, |state| state.player_join(&event, now))
    }

    /// A player left a server, whether or not we knew that they were on it.
    ///
    /// # Errors
    /// When the server is not linked any more.
    pub async fn player_leave(
        &self,
        server: ServerId,
        event: LeaveEvent,
        now: UnixSeconds,
    ) -> Result<(), EventError> {
        self.with_linked(server, |state| state.player_leave(&event, now))
    }

    /// A server told its whole roster. Answers whose skins are wanted.
    ///
    /// # Errors
    /// When the server is not linked any more.
    pub async fn sync_players(
        &self,
        server: ServerId,
        roster: Vec<SyncPlayer>,
        now: UnixSeconds,
    ) -> Result<Vec<MissingSkin>, EventError> {
        self.with_linked(server, |state| state.sync_players(&roster, now))
    }

    /// A server is alive and its roster is as it was. Answers whether a full sync is wanted.
    ///
    /// # Errors
    /// When the server is not linked any more.
    pub async fn heartbeat(&self, server: ServerId, now: UnixSeconds) -> Result<bool, EventError> {
        self.with_linked(server, |state| state.heartbeat(now))
    }

    /// Unlinks a server: its key is revoked, its players move to last seen, and they stay visible
    /// until they leave the window.
    ///
    /// # Errors
    /// When the server is not linked, or the store could not take it.
    pub async fn disconnect(&self, server: ServerId, now: UnixSeconds) -> Result<(), EventError> {
        let database = self.clone();
        let keys = self
            .inner
            .store
            .write(
                move |connection| crate::links::revoke_keys(connection, server, now),
                // On the writer's thread, so that memory follows the file in the file's order.
                move |keys| {
                    if let Some(keys) = &keys {
                        database.inner.cache.disconnect(server, keys, now);
                        database.inner.pictures.forget(server);
                    }
                    keys
                },
            )
            .await?;
        keys.map(|_| ()).ok_or(EventError::NotLinked)
    }

    /// Runs `change` on a server if it is linked *while it is locked*: an event that races a
    /// disconnect comes before it or not at all.
    pub(crate) fn with_linked<T>(
        &self,
        server: ServerId,
        change: impl FnOnce(&mut ServerState) -> T,
    ) -> Result<T, EventError> {
        self.inner
            .cache
            .with(server, |state| state.linked.then(|| change(state)))
            .flatten()
            .ok_or(EventError::NotLinked)
    }
}
