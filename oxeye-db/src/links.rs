//! Links servers to guilds: a link code is issued to a guild, a plugin redeems it for an API key, and
//! from then on the key identifies the server. Codes and keys are kept as SHA-256.

use std::sync::Arc;

use oxeye_plugin_proto::{ApiKey, LinkCode, ServerName, UnixSeconds, limits};

use crate::database::Database;
use crate::ids::GuildId;
use crate::reporter::AuthenticatedServer;
use crate::rotation::KeyStanding;
use crate::server_state::latest;
use crate::store::linking::{self, Issued, NewCode, Redeemed, Redemption, Validity};
use crate::store::{StoreError, WriterThread};

/// A link code and its expiry time.
#[derive(Debug, Clone)]
pub struct IssuedCode {
    /// The code, which can be redeemed once.
    pub code: LinkCode,
    /// Time from which the code is refused.
    pub expires_at: UnixSeconds,
}

/// Why no link code was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueCodeError {
    /// A linked server of this guild already has the name, and is not only a watched address.
    #[error("a server with this name is linked already")]
    NameTaken,
    /// A member wanted it, and the guild has removed the bot meanwhile.
    #[error("the guild has removed the bot")]
    BotRemoved,
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The key that a plugin gets for a code.
#[derive(Debug)]
pub struct RedeemedCode {
    /// The key.
    pub api_key: ApiKey,
    /// Whether it replaces the key of a server that stays linked, so that its plugin goes on as before.
    pub replaces_key: bool,
}

/// Why a link code was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// The code was never issued, is used, or has expired; we do not say which.
    #[error("this code is unknown, used or expired")]
    UnknownCode,
    /// Another server has taken the name since the code was issued.
    #[error("a server with this name has been linked in the meantime")]
    NameTaken,
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// Issues a code that links a server of this name to a guild. A server that is watched by its
    /// address alone is continued: it keeps its history and its address.
    ///
    /// # Errors
    /// When a linked server has the name, or the store cannot be written.
    pub async fn issue_link_code(
        &self,
        guild: GuildId,
        name: ServerName,
        now: UnixSeconds,
    ) -> Result<IssuedCode, IssueCodeError> {
        self.issue_code(guild, name, false, now).await
    }

    /// Does the same for a member of the guild, if the bot is still there.
    ///
    /// # Errors
    /// When a linked server has the name, the guild has removed the bot, or the store cannot be written.
    pub async fn issue_link_code_to_member(
        &self,
        guild: GuildId,
        name: ServerName,
        now: UnixSeconds,
    ) -> Result<IssuedCode, IssueCodeError> {
        self.issue_code(guild, name, true, now).await
    }

    async fn issue_code(
        &self,
        guild: GuildId,
        name: ServerName,
        for_member: bool,
        now: UnixSeconds,
    ) -> Result<IssuedCode, IssueCodeError> {
        let code = LinkCode::generate();
        let expires_at = now.plus(limits::LINK_CODE_LIFETIME);
        let new = NewCode {
            guild,
            name,
            hash: code.sha256(),
            expires_at,
            for_member,
        };
        match linking::issue(&self.inner.store, new, valid_at(now)).await? {
            Issued::Code => Ok(IssuedCode { code, expires_at }),
            Issued::NameTaken => Err(IssueCodeError::NameTaken),
            Issued::BotRemoved => Err(IssueCodeError::BotRemoved),
        }
    }

    /// Redeems a code: deletes it and links the server, or gives it another key, in one transaction.
    ///
    /// # Errors
    /// When the code is not valid, another server has taken the name, or the store cannot be written.
    pub async fn redeem_link_code(
        &self,
        code: &LinkCode,
        now: UnixSeconds,
    ) -> Result<RedeemedCode, RedeemError> {
        let api_key = ApiKey::generate();
        let key_hash = api_key.sha256();
        let redemption = Redemption {
            code_hash: code.sha256(),
            key_hash,
        };
        let memory = Arc::clone(&self.inner.memory);
        let remember = move |redeemed: Redeemed, writer: &WriterThread| {
            match &redeemed {
                Redeemed::Linked {
                    server,
                    guild,
                    name,
                } => {
                    let state = || memory.new_state(*guild, name.clone(), now);
                    memory.cache.link(writer, *server, now, state);
                    memory.cache.rename(writer, *server, name.clone());
                    memory.add_key(writer, *server, key_hash, KeyStanding::Current);
                }
                Redeemed::Rotated(others) => {
                    memory.cache.keep_keys_of(writer, others);
                    memory.add_key(writer, others.server, key_hash, KeyStanding::Next);
                }
                Redeemed::NameTaken | Redeemed::UnknownCode => {}
            }
            redeemed
        };
        let store = &self.inner.store;
        let redeemed = linking::redeem(store, redemption, valid_at(now), remember).await?;
        match redeemed {
            Redeemed::Linked { server, .. } => {
                // Nobody has the key yet, so nothing is reported meanwhile.
                if let Err(error) = self.forget_activity_numbers(server).await {
                    tracing::warn!(%error, %server, "what the server's last plugin sent could not be forgotten");
                }
                Ok(RedeemedCode {
                    api_key,
                    replaces_key: false,
                })
            }
            Redeemed::Rotated(_) => Ok(RedeemedCode {
                api_key,
                replaces_key: true,
            }),
            Redeemed::NameTaken => Err(RedeemError::NameTaken),
            Redeemed::UnknownCode => Err(RedeemError::UnknownCode),
        }
    }

    /// Returns the server that a key belongs to, if the key is accepted at this time. Looks only in memory, and does
    /// not count as a use of the key; see [`Self::use_key`].
    #[must_use]
    pub fn authenticate(&self, key: &ApiKey, now: UnixSeconds) -> Option<AuthenticatedServer> {
        let held = self.inner.memory.cache.linked_server(&key.sha256());
        let (server, standing) = held?;
        standing.is_accepted(now).then_some(server)
    }
}

/// Returns which codes are valid: none lives longer than its lifetime.
pub(crate) fn valid_at(now: UnixSeconds) -> Validity {
    Validity {
        now,
        latest_expiry: latest(now).plus(limits::LINK_CODE_LIFETIME),
    }
}
