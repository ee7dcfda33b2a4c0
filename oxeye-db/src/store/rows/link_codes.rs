//! The codes that link a server to a guild, each as its SHA-256.

use oxeye_plugin_proto::{ServerName, UnixSeconds};
use rusqlite::{Connection, OptionalExtension, params};

use super::server_name;
use crate::ids::{GuildId, ServerId};
use crate::server_names::is_same;

/// The SHA-256 of a link code.
type CodeHash = [u8; 32];

/// What a valid code is for.
pub(crate) enum CodeFor {
    /// Links a server of this name to a guild.
    Link(GuildId, ServerName),
    /// Gives a linked server a new key.
    Rotation(ServerId),
}

/// Adds a code for a server of this name in a guild, which is valid until `expires_at`. With an id it is for a new key
/// of that server, otherwise it links the server.
pub(crate) fn insert(
    file: &Connection,
    hash: &CodeHash,
    (guild, name, rotates): (GuildId, &ServerName, Option<ServerId>),
    expires_at: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "INSERT INTO link_codes (code_hash, guild_id, server_name, rotates, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            hash,
            guild.to_sql(),
            name.as_str(),
            rotates.map(|server| server.0),
            expires_at.0
        ],
    )?;
    Ok(())
}

/// Returns what a code is for that expires after `now` but not after `latest`.
pub(crate) fn valid(
    file: &Connection,
    hash: &CodeHash,
    now: UnixSeconds,
    latest: UnixSeconds,
) -> rusqlite::Result<Option<CodeFor>> {
    file.query_row(
        "SELECT guild_id, server_name, rotates FROM link_codes
         WHERE code_hash = ?1 AND expires_at > ?2 AND expires_at <= ?3",
        params![hash, now.0, latest.0],
        |row| {
            Ok(match row.get::<_, Option<i64>>(2)? {
                Some(server) => CodeFor::Rotation(ServerId(server)),
                None => CodeFor::Link(GuildId::from_sql(row.get(0)?), server_name(row, 1)?),
            })
        },
    )
    .optional()
}

/// Deletes the codes for a new key of a server.
pub(crate) fn delete_rotations_of(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM link_codes WHERE rotates = ?1")?
        .execute([server.0])?;
    Ok(())
}

/// Returns the hashes of the codes issued for a server of this name.
pub(crate) fn for_name(
    file: &Connection,
    guild: GuildId,
    name: &ServerName,
) -> rusqlite::Result<Vec<CodeHash>> {
    let waiting = for_guild(file, guild)?;
    let meant = waiting.into_iter().filter(|(_, of)| is_same(of, name));
    Ok(meant.map(|(code, _)| code).collect())
}

/// Returns the codes of a guild with the servers' names.
fn for_guild(file: &Connection, guild: GuildId) -> rusqlite::Result<Vec<(CodeHash, ServerName)>> {
    file.prepare_cached("SELECT code_hash, server_name FROM link_codes WHERE guild_id = ?1")?
        .query_map([guild.to_sql()], |row| {
            Ok((row.get(0)?, server_name(row, 1)?))
        })?
        .collect()
}

/// Changes the server's name of a code.
pub(crate) fn set_server_name(
    file: &Connection,
    hash: &CodeHash,
    name: &ServerName,
) -> rusqlite::Result<()> {
    file.execute(
        "UPDATE link_codes SET server_name = ?2 WHERE code_hash = ?1",
        params![hash, name.as_str()],
    )?;
    Ok(())
}

/// Deletes a code.
pub(crate) fn delete(file: &Connection, hash: &CodeHash) -> rusqlite::Result<()> {
    file.execute("DELETE FROM link_codes WHERE code_hash = ?1", [hash])?;
    Ok(())
}

/// Deletes the codes of a guild.
pub(crate) fn delete_for_guild(file: &Connection, guild: GuildId) -> rusqlite::Result<()> {
    file.execute(
        "DELETE FROM link_codes WHERE guild_id = ?1",
        [guild.to_sql()],
    )?;
    Ok(())
}

/// Deletes the codes that expire by `now`, and those that expire after `latest`.
pub(crate) fn delete_invalid(
    file: &Connection,
    now: UnixSeconds,
    latest: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "DELETE FROM link_codes WHERE expires_at <= ?1 OR expires_at > ?2",
        params![now.0, latest.0],
    )?;
    Ok(())
}
