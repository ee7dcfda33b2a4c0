//! The skins, each set of pixels once.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, OptionalExtension, params};

use crate::ids::SkinId;

/// Adds a skin unless it exists.
pub(crate) fn ensure(
    file: &Connection,
    id: SkinId,
    png: &[u8],
    head: &[u8],
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "INSERT INTO skins (id, png, head, created_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO NOTHING",
        params![id.0, png, head, now.0],
    )?;
    Ok(())
}

/// Returns the pixels of a skin's head.
pub(crate) fn head(file: &Connection, id: SkinId) -> rusqlite::Result<Option<Vec<u8>>> {
    file.prepare_cached("SELECT head FROM skins WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()
}

/// Deletes a skin if neither a texture nor an account that was looked up leads to it.
pub(crate) fn delete_unless_used(file: &Connection, id: SkinId) -> rusqlite::Result<()> {
    file.prepare_cached(
        "DELETE FROM skins WHERE id = ?1
         AND NOT EXISTS (SELECT 1 FROM skin_textures WHERE skin_id = ?1)
         AND NOT EXISTS (SELECT 1 FROM looked_up_skins WHERE skin_id = ?1)",
    )?
    .execute([id.0])?;
    Ok(())
}
