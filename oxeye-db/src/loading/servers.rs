//! Servers and their keys, as the file has them at the start.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use crate::ids::{GuildId, ServerId};
use crate::memory::Memory;
use crate::server_names::server_name;

/// Brings the servers and their keys into memory; also those that are not linked any more, since
/// their players are still in last seen.
pub(crate) fn load(
    memory: &Memory,
    connection: &Connection,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    let mut linked = connection.prepare(
        "SELECT servers.id, guild_id, name, key_hash, disconnected_at
         FROM servers LEFT JOIN api_keys ON api_keys.server_id = servers.id",
    )?;
    let mut rows = linked.query([])?;
    while let Some(row) = rows.next()? {
        let id = ServerId(row.get(0)?);
        let mut state = memory.new_state(GuildId::from_sql(row.get(1)?), server_name(row, 2)?, now);
        state.restore_link(row.get::<_, Option<i64>>(4)?.map(UnixSeconds));
        memory.cache.link(id, now, || state);
        if let Some(key) = row.get(3)? {
            memory.add_key(id, key);
        }
    }
    Ok(())
}
