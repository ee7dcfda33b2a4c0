//! How a server comes to speak for itself: a link code is issued to a guild, a plugin redeems it
//! for an API key, and the key names the server from then on. Codes and keys are kept as SHA-256.

use oxeye_plugin_proto::{ApiKey, LinkCode, ServerName, UnixSeconds, limits};
use rusqlite::{Connection, OptionalExtension, params};
use std::sync::Arc;

use crate::cache::KeyHash;
use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::reporter::LinkedServer;
use crate::server_names::{same_name, server_name, set_name};
use crate::server_state::latest;
use crate::store::StoreError;

/// A link code and how long it can be used.
#[derive(Debug, Clone)]
pub struct IssuedCode {
    /// To be typed at the server, once.
    pub code: LinkCode,
    /// From this second on it is refused.
    pub expires_at: UnixSeconds,
}

/// Why no link code was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueCodeError {
    /// A linked server of this guild has the name.
    #[error("a server with this name is linked already")]
    NameTaken,
    /// The store could not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a link code was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// Never issued, used, or expired: it is not said which.
    #[error("this code is unknown, used or expired")]
    UnknownCode,
    /// Another server took the name since the code was issued.
    #[error("a server with this name has been linked meanwhile")]
    NameTaken,
    /// The store could not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of a redeemed code.
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
    /// When a linked server has the name, or the store could not take it.
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
                |issued| issued,
            )
            .await?;
        if issued {
            Ok(IssuedCode { code, expires_at })
        } else {
            Err(IssueCodeError::NameTaken)
        }
    }

    /// Redeems a code: it is deleted and the server is linked in one transaction.
    ///
    /// # Errors
    /// When the code is not valid, the name was taken meanwhile, or the store could not take it.
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
                move |redeemed| {
                    if let Redeemed::Linked {
                        server,
                        guild,
                        name,
                    } = &redeemed
                    {
                        let state = || memory.new_state(*guild, name.clone(), now);
                        memory.cache.link(*server, now, state);
                        memory.cache.rename(*server, name.clone());
                        memory.add_key(*server, key_hash);
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

    /// The server that a key speaks for, looked up in memory.
    #[must_use]
    pub fn authenticate(&self, key: &ApiKey) -> Option<LinkedServer> {
        self.inner.memory.cache.linked_server(&key.sha256())
    }
}

/// Marks a server disconnected and deletes its keys.
pub(crate) fn revoke_keys(
    connection: &Connection,
    server: ServerId,
    now: UnixSeconds,
) -> rusqlite::Result<Vec<KeyHash>> {
    connection.execute(
        "UPDATE servers SET disconnected_at = ?2 WHERE id = ?1",
        params![server.0, now.0],
    )?;
    connection
        .prepare_cached("DELETE FROM api_keys WHERE server_id = ?1 RETURNING key_hash")?
        .query_map([server.0], |row| row.get(0))?
        .collect()
}

fn insert_code(
    connection: &Connection,
    guild: GuildId,
    name: &ServerName,
    code_hash: &[u8; 32],
    now: UnixSeconds,
    expires_at: UnixSeconds,
) -> rusqlite::Result<bool> {
    connection.execute(
        "DELETE FROM link_codes WHERE expires_at <= ?1 OR expires_at > ?2",
        params![now.0, latest_end(now).0],
    )?;
    let known = same_name(connection, guild, name)?;
    if known.iter().any(|server| server.is_linked) {
        return Ok(false);
    }
    connection.execute(
        "INSERT INTO guilds (id, created_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![guild.to_sql(), now.0],
    )?;
    connection.execute(
        "INSERT INTO link_codes (code_hash, guild_id, server_name, expires_at)
         VALUES (?1, ?2, ?3, ?4)",
        params![code_hash, guild.to_sql(), name.as_str(), expires_at.0],
    )?;
    Ok(true)
}

/// A code that is valid beyond this was issued by a clock that was ahead, and is not valid now.
fn latest_end(now: UnixSeconds) -> UnixSeconds {
    latest(now).plus(limits::LINK_CODE_LIFETIME)
}

fn redeem(
    connection: &Connection,
    code_hash: &[u8; 32],
    key_hash: &[u8; 32],
    now: UnixSeconds,
) -> rusqlite::Result<Redeemed> {
    let issued = connection
        .query_row(
            "SELECT guild_id, server_name FROM link_codes
             WHERE code_hash = ?1 AND expires_at > ?2 AND expires_at <= ?3",
            params![code_hash, now.0, latest_end(now).0],
            |row| Ok((GuildId::from_sql(row.get(0)?), server_name(row, 1)?)),
        )
        .optional()?;
    let Some((guild, name)) = issued else {
        return Ok(Redeemed::UnknownCode);
    };
    let known = same_name(connection, guild, &name)?;
    if known.iter().any(|server| server.is_linked) {
        // The code stays good, for when the other server is gone.
        return Ok(Redeemed::NameTaken);
    }
    let server = match known.first() {
        Some(server) => revive(connection, server.id, &name)?,
        None => insert_server(connection, guild, &name, now)?,
    };
    connection.execute("DELETE FROM link_codes WHERE code_hash = ?1", [code_hash])?;
    crate::batches::forget_epochs(connection, server)?;
    connection.execute(
        "INSERT INTO api_keys (key_hash, server_id, created_at) VALUES (?1, ?2, ?3)",
        params![key_hash, server.0, now.0],
    )?;
    Ok(Redeemed::Linked {
        server,
        guild,
        name,
    })
}

/// A server that was disconnected is linked again, under the name as it is given now.
fn revive(
    connection: &Connection,
    server: ServerId,
    name: &ServerName,
) -> rusqlite::Result<ServerId> {
    connection.execute(
        "UPDATE servers SET disconnected_at = NULL, heartbeat_secs = NULL WHERE id = ?1",
        [server.0],
    )?;
    set_name(connection, server, name)?;
    Ok(server)
}

fn insert_server(
    connection: &Connection,
    guild: GuildId,
    name: &ServerName,
    now: UnixSeconds,
) -> rusqlite::Result<ServerId> {
    connection.query_row(
        "INSERT INTO servers (guild_id, name, created_at) VALUES (?1, ?2, ?3) RETURNING id",
        params![guild.to_sql(), name.as_str(), now.0],
        |row| row.get(0).map(ServerId),
    )
}
