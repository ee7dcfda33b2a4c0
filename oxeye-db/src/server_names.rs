//! A server's name is unique in its guild, compared without regard to case. It is kept and shown as
//! it was given last.

use oxeye_plugin_proto::ServerName;
use rusqlite::{Connection, params};

use crate::ids::{GuildId, ServerId};

/// A server in the file.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) id: ServerId,
    pub(crate) name: ServerName,
    pub(crate) is_linked: bool,
}

/// Whether two names mean the same server.
pub(crate) fn is_same(one: &ServerName, other: &ServerName) -> bool {
    one == other || one.as_str().to_lowercase() == other.as_str().to_lowercase()
}

/// The servers of a guild that a name means; the one that is called exactly so comes first. More
/// than one only in stores from when case counted.
pub(crate) fn same_name(
    file: &Connection,
    guild: GuildId,
    name: &ServerName,
) -> rusqlite::Result<Vec<Known>> {
    let mut servers = file.prepare_cached(
        "SELECT id, name, disconnected_at IS NULL FROM servers WHERE guild_id = ?1 ORDER BY id",
    )?;
    let known = servers.query_map([guild.to_sql()], |row| {
        Ok(Known {
            id: ServerId(row.get(0)?),
            name: server_name(row, 1)?,
            is_linked: row.get(2)?,
        })
    })?;
    let mut known: Vec<Known> = known.collect::<rusqlite::Result<_>>()?;
    known.retain(|server| is_same(&server.name, name));
    known.sort_by_key(|server| server.name != *name);
    Ok(known)
}

/// The hashes of the link codes that wait for a server of this name.
pub(crate) fn codes_for(
    file: &Connection,
    guild: GuildId,
    name: &ServerName,
) -> rusqlite::Result<Vec<[u8; 32]>> {
    let mut codes =
        file.prepare_cached("SELECT code_hash, server_name FROM link_codes WHERE guild_id = ?1")?;
    let waiting = codes.query_map([guild.to_sql()], |row| {
        Ok((row.get(0)?, server_name(row, 1)?))
    })?;
    let waiting: Vec<([u8; 32], ServerName)> = waiting.collect::<rusqlite::Result<_>>()?;
    let meant = waiting.into_iter().filter(|(_, of)| is_same(of, name));
    Ok(meant.map(|(code, _)| code).collect())
}

/// Gives a server another name in the file.
pub(crate) fn set_name(
    file: &Connection,
    server: ServerId,
    name: &ServerName,
) -> rusqlite::Result<()> {
    file.execute(
        "UPDATE servers SET name = ?2 WHERE id = ?1",
        params![server.0, name.as_str()],
    )?;
    Ok(())
}

/// A name as it is in the file.
pub(crate) fn server_name(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<ServerName> {
    let text: String = row.get(column)?;
    ServerName::try_from(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    })
}
