//! Textures whose skin is known, as the file has them at the start.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use crate::memory::Memory;
use crate::store::WriterThread;
use crate::store::rows::skin_textures;
use crate::textures::UNUSED_TEXTURES_KEPT;

/// Brings into memory of which textures we have the skin. Those in use come last and stay.
pub(crate) fn load(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    let edge = now.minus(UNUSED_TEXTURES_KEPT);
    for row in skin_textures::used_since(connection, edge)?.read() {
        let (server, texture, used_at) = row?;
        memory.cache.change(writer, server, |state| {
            state.restore_texture(texture, used_at);
        });
    }
    Ok(())
}
