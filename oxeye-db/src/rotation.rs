//! Replaces the key of a linked server while it reports: a code is issued for a new key, and the old key is refused
//! from 24 hours after the new one was first used.
//!
//! A server has one current key. Beside it there may be the next one, which nobody has used yet, and one that was
//! replaced and still works. Redeeming another code ends those two.

use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_proto::{ApiKey, LinkCode, UnixSeconds, limits};

use crate::cache::KeyHash;
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::ServerId;
use crate::links::{IssuedCode, valid_at};
use crate::reporter::AuthenticatedServer;
use crate::store::rotation::{self, IssuedRotation, ServerKeys};
use crate::store::{StoreError, WriterThread};

/// How long a key works after the one that replaces it was first used.
pub(crate) const GRACE: Duration = Duration::from_secs(24 * 3600);

/// What becomes of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyStanding {
    /// It is the key of the link.
    Current,
    /// A rotation issued it, and nobody has used it yet.
    Next,
    /// It was replaced and is refused from this time on.
    Replaced(UnixSeconds),
}

impl KeyStanding {
    /// Whether the key is accepted at a time.
    pub(crate) fn is_accepted(self, now: UnixSeconds) -> bool {
        match self {
            Self::Current | Self::Next => true,
            Self::Replaced(dies_at) => now < dies_at,
        }
    }
}

/// Why no code for a new key was issued.
#[derive(Debug, thiserror::Error)]
pub enum RotateKeyError {
    /// The server was removed.
    #[error("the server was removed")]
    Unknown,
    /// The server has no key: it is not linked, or only its address is watched.
    #[error("the server has no key")]
    NoKey,
    /// A member wanted it, and the guild has removed the bot meanwhile.
    #[error("the guild has removed the bot")]
    BotRemoved,
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// Issues a code for a new key of a linked server.
    ///
    /// # Errors
    /// When the server has no key, or the store cannot be written.
    pub async fn rotate_key(
        &self,
        server: GuildServer,
        now: UnixSeconds,
    ) -> Result<IssuedCode, RotateKeyError> {
        self.issue_rotation(server, false, now).await
    }

    /// Does the same for a member of the guild, if the bot is still there.
    ///
    /// # Errors
    /// When the server has no key, the guild has removed the bot, or the store cannot be written.
    pub async fn rotate_key_for_member(
        &self,
        server: GuildServer,
        now: UnixSeconds,
    ) -> Result<IssuedCode, RotateKeyError> {
        self.issue_rotation(server, true, now).await
    }

    async fn issue_rotation(
        &self,
        server: GuildServer,
        for_member: bool,
        now: UnixSeconds,
    ) -> Result<IssuedCode, RotateKeyError> {
        let code = LinkCode::generate();
        let expires_at = now.plus(limits::LINK_CODE_LIFETIME);
        let new = rotation::NewRotation {
            server,
            hash: code.sha256(),
            expires_at,
            for_member,
        };
        match rotation::issue(&self.inner.store, new, valid_at(now)).await? {
            IssuedRotation::Code => Ok(IssuedCode { code, expires_at }),
            IssuedRotation::Unknown => Err(RotateKeyError::Unknown),
            IssuedRotation::NoKey => Err(RotateKeyError::NoKey),
            IssuedRotation::BotRemoved => Err(RotateKeyError::BotRemoved),
        }
    }

    /// Returns the server that a key belongs to and counts the key as used: the key that it replaces is refused
    /// 24 hours after the first use. That is written before this returns, once per rotation; every other look-up
    /// stays in memory. If it cannot be written, the next use counts as the first.
    pub async fn use_key(&self, key: &ApiKey, now: UnixSeconds) -> Option<AuthenticatedServer> {
        let hash = key.sha256();
        let (server, standing) = self.inner.memory.cache.linked_server(&hash)?;
        if !standing.is_accepted(now) {
            return None;
        }
        if standing == KeyStanding::Next
            && let Err(error) = self.note_first_use(hash, now).await
        {
            tracing::warn!(%error, server = %server.id, "could not note that a new key is in use; the key it replaces still works");
        }
        Some(server)
    }

    async fn note_first_use(&self, key: KeyHash, now: UnixSeconds) -> Result<(), StoreError> {
        let memory = Arc::clone(&self.inner.memory);
        let remember = move |keys: Option<ServerKeys>, writer: &WriterThread| {
            if let Some(keys) = keys {
                tracing::info!(server = %keys.server, "a new key is in use; the one it replaces works for another 24 hours");
                memory.cache.keep_keys_of(writer, &keys);
            }
        };
        rotation::first_use(&self.inner.store, key, now.plus(GRACE), remember).await
    }

    /// Lets no key that was replaced live longer than 24 hours from now, since the clock that set its end may have
    /// been ahead. Deletes those that are refused, unless the clock may be wrong.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn delete_replaced_keys(
        &self,
        now: UnixSeconds,
        trusts_clock: bool,
    ) -> Result<(), StoreError> {
        let memory = Arc::clone(&self.inner.memory);
        let remember = move |servers: Vec<ServerKeys>, writer: &WriterThread| {
            for keys in servers {
                memory.cache.keep_keys_of(writer, &keys);
            }
        };
        let refused_at = if trusts_clock {
            now
        } else {
            UnixSeconds(i64::MIN)
        };
        rotation::delete_replaced(&self.inner.store, refused_at, now.plus(GRACE), remember).await
    }
}

/// The keys that a server keeps, each with what becomes of it.
impl ServerKeys {
    /// Returns the keys of a server that has none.
    pub(crate) fn none(server: ServerId) -> Self {
        Self {
            server,
            keys: Vec::new(),
        }
    }

    /// Returns what becomes of a key, if the server keeps it.
    pub(crate) fn standing(&self, key: &KeyHash) -> Option<KeyStanding> {
        let kept = self.keys.iter().find(|(kept, _)| kept == key);
        kept.map(|(_, standing)| *standing)
    }
}
