//! Servers and their keys, as the file has them at the start.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use crate::memory::Memory;
use crate::store::WriterThread;
use crate::store::rows::servers;

/// Brings the servers and their keys into memory; also those that are not linked any more, since
/// their players are still in last seen.
pub(crate) fn load(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    for server in servers::with_keys(connection)? {
        let mut state = memory.new_state(server.guild, server.name, now);
        state.restore_link(server.disconnected_at);
        memory.cache.link(writer, server.id, now, || state);
        if let Some(key) = server.key_hash {
            memory.add_key(writer, server.id, key);
        }
    }
    Ok(())
}
