//! Textures whose skin is known, as the file has them at the start.

use oxeye_plugin_proto::{TextureHash, UnixSeconds};
use rusqlite::Connection;

use crate::ids::ServerId;
use crate::memory::Memory;
use crate::textures::UNUSED_TEXTURES_KEPT;

/// Brings into memory of which textures we have the skin. Those in use come last and stay.
pub(crate) fn load(
    memory: &Memory,
    connection: &Connection,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    let mut textures = connection.prepare(
        "SELECT server_id, texture_hash, used_at FROM skin_textures
         WHERE used_at >= ?1 ORDER BY server_id, used_at",
    )?;
    let mut rows = textures.query([now.minus(UNUSED_TEXTURES_KEPT).0])?;
    while let Some(row) = rows.next()? {
        let (texture, used_at) = (TextureHash(row.get(1)?), UnixSeconds(row.get(2)?));
        memory.cache.with(ServerId(row.get(0)?), |state| {
            state.textures.learn(texture, used_at, true);
        });
    }
    Ok(())
}
