//! UUIDs that were written down lately, as the file has them at the start: they need not be written
//! again.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use crate::memory::Memory;
use crate::player_uuids::WRITTEN_EVERY;
use crate::store::rows::player_uuids;

/// Brings into memory what was reported within the last day.
pub(crate) fn load(
    memory: &Memory,
    connection: &Connection,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    let edge = now.minus(WRITTEN_EVERY);
    for row in player_uuids::reported_since(connection, edge)?.read() {
        let (guild, player, reported) = row?;
        memory.uuids.load(guild, player, &reported);
    }
    Ok(())
}
