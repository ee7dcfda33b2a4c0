//! Links servers to guilds: a link code is issued to a guild, a plugin redeems it for an API key, and
//! from then on the key identifies the server. Codes and keys are kept as SHA-256.

use std::sync::Arc;

use oxeye_plugin_proto::{ApiKey, LinkCode, ServerName, UnixSeconds, limits};
use rusqlite::Connection;

use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::reporter::AuthenticatedServer;
use crate::server_names::same_name;
use crate::server_state::latest;
use crate::store::StoreError;
use crate::store::rows::{api_keys, event_ranges, guilds, link_codes, servers};

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
    /// A linked server of this guild already has the name.
    #[error("a server with this name is linked already")]
    NameTaken,
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
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

/// The outcome of redeeming a code.
enum Redeemed {
    Linked {
        server: ServerId,
        guild: GuildId,
        name: ServerName,
    },
    NameTaken,
    UnknownCode,
}

impl Database {
    /// Issues a code that links a server of this name to a guild.
    ///
    /// # Errors
    /// When a linked server has the name, or the store cannot be written.
    pub async fn issue_link_code(
        &self,
        guild: GuildId,
        name: ServerName,
        now: UnixSeconds,
    ) -> Result<IssuedCode, IssueCodeError> {
        let code = LinkCode::generate();
        let hash = code.sha256();
        let expires_at = now.plus(limits::LINK_CODE_LIFETIME);
        let issued = self
            .inner
            .store
            .write(
                move |connection| insert_code(connection, guild, &name, &hash, now, expires_at),
                |issued, _| issued,
            )
            .await?;
        if issued {
            Ok(IssuedCode { code, expires_at })
        } else {
            Err(IssueCodeError::NameTaken)
        }
    }

    /// Redeems a code: deletes it and links the server in one transaction.
    ///
    /// # Errors
    /// When the code is not valid, another server has taken the name, or the store cannot be written.
    pub async fn redeem_link_code(
        &self,
        code: &LinkCode,
        now: UnixSeconds,
    ) -> Result<ApiKey, RedeemError> {
        let key = ApiKey::generate();
        let (code_hash, key_hash) = (code.sha256(), key.sha256());
        let memory = Arc::clone(&self.inner.memory);
        let redeemed = self
            .inner
            .store
            .write(
                move |connection| redeem(connection, &code_hash, &key_hash, now),
                move |redeemed, writer| {
                    if let Redeemed::Linked {
                        server,
                        guild,
                        name,
                    } = &redeemed
                    {
                        let state = || memory.new_state(*guild, name.clone(), now);
                        memory.cache.link(writer, *server, now, state);
                        memory.cache.rename(writer, *server, name.clone());
                        memory.add_key(writer, *server, key_hash);
                    }
                    redeemed
                },
            )
            .await?;
        match redeemed {
            Redeemed::Linked { .. } => Ok(key),
            Redeemed::NameTaken => Err(RedeemError::NameTaken),
            Redeemed::UnknownCode => Err(RedeemError::UnknownCode),
        }
    }

    /// Returns the server that a key belongs to. Looks only in memory.
    #[must_use]
    pub fn authenticate(&self, key: &ApiKey) -> Option<AuthenticatedServer> {
        self.inner.memory.cache.linked_server(&key.sha256())
    }
}

fn insert_code(
    connection: &Connection,
    guild: GuildId,
    name: &ServerName,
    code_hash: &[u8; 32],
    now: UnixSeconds,
    expires_at: UnixSeconds,
) -> rusqlite::Result<bool> {
    link_codes::delete_invalid(connection, now, latest_expiry(now))?;
    let known = same_name(connection, guild, name)?;
    if known.iter().any(|server| server.is_linked) {
        return Ok(false);
    }
    guilds::ensure(connection, guild, now)?;
    link_codes::insert(connection, code_hash, guild, name, expires_at)?;
    Ok(true)
}

/// Returns the latest possible expiry time. A code that expires later was issued by a clock that was
/// ahead, and is not valid.
fn latest_expiry(now: UnixSeconds) -> UnixSeconds {
    latest(now).plus(limits::LINK_CODE_LIFETIME)
}

fn redeem(
    connection: &Connection,
    code_hash: &[u8; 32],
    key_hash: &[u8; 32],
    now: UnixSeconds,
) -> rusqlite::Result<Redeemed> {
    let issued = link_codes::valid(connection, code_hash, now, latest_expiry(now))?;
    let Some((guild, name)) = issued else {
        return Ok(Redeemed::UnknownCode);
    };
    let known = same_name(connection, guild, &name)?;
    if known.iter().any(|server| server.is_linked) {
        // The code stays valid: the other server may be disconnected again.
        return Ok(Redeemed::NameTaken);
    }
    let server = match known.first() {
        Some(server) => relink(connection, server.id, &name)?,
        None => servers::insert(connection, guild, &name, None, now)?,
    };
    link_codes::delete(connection, code_hash)?;
    // The new plugin may start its epochs and sequence numbers anywhere.
    event_ranges::delete_for_server(connection, server)?;
    api_keys::insert(connection, key_hash, server, now)?;
    Ok(Redeemed::Linked {
        server,
        guild,
        name,
    })
}

/// Links a disconnected server again, under the name as it is written now.
fn relink(
    connection: &Connection,
    server: ServerId,
    name: &ServerName,
) -> rusqlite::Result<ServerId> {
    servers::set_linked(connection, server)?;
    servers::set_name(connection, server, name)?;
    Ok(server)
}
