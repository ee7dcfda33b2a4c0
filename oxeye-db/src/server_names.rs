//! Compares servers' names. A name is unique in its guild regardless of case. It is kept and shown as it
//! was last written.

use oxeye_plugin_proto::ServerName;
use rusqlite::Connection;

use crate::ids::GuildId;
use crate::store::rows::servers::ServerRow;
use crate::store::rows::{link_codes, servers};

/// Whether two names mean the same server: they are equal or differ only in case.
pub(crate) fn is_same(one: &ServerName, other: &ServerName) -> bool {
    one == other || one.as_str().to_lowercase() == other.as_str().to_lowercase()
}

/// Returns the servers of a guild that have this name, an exact match first. There can be more than one
/// only in old stores, where case made a difference.
pub(crate) fn same_name(
    file: &Connection,
    guild: GuildId,
    name: &ServerName,
) -> rusqlite::Result<Vec<ServerRow>> {
    let mut known = servers::for_guild(file, guild)?;
    known.retain(|server| is_same(&server.name, name));
    known.sort_by_key(|server| server.name != *name);
    Ok(known)
}

/// Returns the hashes of the link codes issued for a server of this name.
pub(crate) fn codes_for(
    file: &Connection,
    guild: GuildId,
    name: &ServerName,
) -> rusqlite::Result<Vec<[u8; 32]>> {
    let waiting = link_codes::for_guild(file, guild)?;
    let meant = waiting.into_iter().filter(|(_, of)| is_same(of, name));
    Ok(meant.map(|(code, _)| code).collect())
}
