//! A server's name is unique in its guild, compared without regard to case. It is kept and shown as
//! it was given last.

use oxeye_plugin_proto::ServerName;
use rusqlite::Connection;

use crate::ids::GuildId;
use crate::store::rows::servers::ServerRow;
use crate::store::rows::{link_codes, servers};

/// Whether two names mean the same server.
pub(crate) fn is_same(one: &ServerName, other: &ServerName) -> bool {
    one == other || one.as_str().to_lowercase() == other.as_str().to_lowercase()
}

/// The servers of a guild that a name means, an exact match first. More than one only in stores from
/// when case counted.
pub(crate) fn same_name(
    file: &Connection,
    guild: GuildId,
    name: &ServerName,
) -> rusqlite::Result<Vec<ServerRow>> {
    let mut known = servers::of_guild(file, guild)?;
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
    let waiting = link_codes::of_guild(file, guild)?;
    let meant = waiting.into_iter().filter(|(_, of)| is_same(of, name));
    Ok(meant.map(|(code, _)| code).collect())
}
