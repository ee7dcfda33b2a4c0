//! Which texture leads to which skin, per server, and when it was last used.

use oxeye_plugin_proto::{TextureHash, UnixSeconds};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Rows, signed};
use crate::ids::{ServerId, SkinId};

/// Which of a server's textures are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keep {
    /// Textures last used before this time are not kept.
    pub(crate) used_since: UnixSeconds,
    /// Of the others, this many are kept: the most recently used.
    pub(crate) newest: usize,
}

/// Sets the skin that a texture leads to.
pub(crate) fn set(
    file: &Connection,
    server: ServerId,
    texture: TextureHash,
    skin: SkinId,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "INSERT INTO skin_textures (server_id, texture_hash, skin_id, used_at)
         VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET skin_id = excluded.skin_id, used_at = excluded.used_at",
        params![server.0, texture.0, skin.0, now.0],
    )?;
    Ok(())
}

/// Sets when textures were last used, unless a later use is known. A use after `latest` was recorded by
/// a clock that was ahead, and is always replaced.
pub(crate) fn set_uses(
    file: &Connection,
    server: ServerId,
    uses: &[(TextureHash, UnixSeconds)],
    latest: UnixSeconds,
) -> rusqlite::Result<()> {
    let mut update = file.prepare_cached(
        "UPDATE skin_textures SET used_at = iif(used_at > ?4, ?3, max(used_at, ?3))
         WHERE server_id = ?1 AND texture_hash = ?2",
    )?;
    for (texture, at) in uses {
        update.execute(params![server.0, texture.0, at.0, latest.0])?;
    }
    Ok(())
}

/// Returns the skin that a texture leads to.
pub(crate) fn skin(
    file: &Connection,
    server: ServerId,
    texture: TextureHash,
) -> rusqlite::Result<Option<SkinId>> {
    file.prepare_cached(
        "SELECT skin_id FROM skin_textures WHERE server_id = ?1 AND texture_hash = ?2",
    )?
    .query_row(params![server.0, texture.0], |row| row.get(0).map(SkinId))
    .optional()
}

/// Returns the pixels of the head that a texture leads to.
pub(crate) fn head(
    file: &Connection,
    server: ServerId,
    texture: TextureHash,
) -> rusqlite::Result<Option<Vec<u8>>> {
    file.prepare_cached(
        "SELECT head FROM skin_textures JOIN skins ON skins.id = skin_id
         WHERE server_id = ?1 AND texture_hash = ?2",
    )?
    .query_row(params![server.0, texture.0], |row| row.get(0))
    .optional()
}

/// A texture of a server and when it was last used.
pub(crate) type Used = (ServerId, TextureHash, UnixSeconds);

/// Returns the textures used at `edge` or later, ordered by server and last use.
pub(crate) fn used_since(file: &Connection, edge: UnixSeconds) -> rusqlite::Result<Rows<'_, Used>> {
    const SQL: &str = "SELECT server_id, texture_hash, used_at FROM skin_textures
         WHERE used_at >= ?1 ORDER BY server_id, used_at";
    Rows::since(file, SQL, edge, |row| {
        let (texture, used_at) = (TextureHash(row.get(1)?), UnixSeconds(row.get(2)?));
        Ok((ServerId(row.get(0)?), texture, used_at))
    })
}

/// Returns up to `limit` of a server's textures in any order.
pub(crate) fn some(
    file: &Connection,
    server: ServerId,
    limit: usize,
) -> rusqlite::Result<Vec<TextureHash>> {
    file.prepare_cached("SELECT texture_hash FROM skin_textures WHERE server_id = ?1 LIMIT ?2")?
        .query_map([server.0, signed(limit)], |row| row.get(0).map(TextureHash))?
        .collect()
}

/// Returns the servers with textures that are not to be kept.
pub(crate) fn servers_with_more_than(
    file: &Connection,
    keep: Keep,
) -> rusqlite::Result<Vec<ServerId>> {
    file.prepare_cached(
        "SELECT id FROM servers
         WHERE EXISTS (SELECT 1 FROM skin_textures WHERE server_id = servers.id AND used_at < ?1)
            OR (SELECT count(*) FROM skin_textures WHERE server_id = servers.id) > ?2",
    )?
    .query_map([keep.used_since.0, signed(keep.newest)], |row| {
        row.get(0).map(ServerId)
    })?
    .collect()
}

/// Deletes a texture and returns the skin that it led to.
pub(crate) fn delete(
    file: &Connection,
    server: ServerId,
    texture: TextureHash,
) -> rusqlite::Result<Option<SkinId>> {
    file.prepare_cached(
        "DELETE FROM skin_textures WHERE server_id = ?1 AND texture_hash = ?2 RETURNING skin_id",
    )?
    .query_row(params![server.0, texture.0], |row| row.get(0).map(SkinId))
    .optional()
}

/// Deletes textures of a server that are not to be kept: up to `limit` old ones, and up to `limit`
/// beyond the maximum number. Returns them with the skins that they led to.
pub(crate) fn delete_more_than(
    file: &Connection,
    server: ServerId,
    keep: Keep,
    limit: usize,
) -> rusqlite::Result<Vec<(TextureHash, SkinId)>> {
    file.prepare_cached(
        "DELETE FROM skin_textures
         WHERE server_id = ?1 AND texture_hash IN (
             SELECT * FROM (SELECT texture_hash FROM skin_textures
                 WHERE server_id = ?1 AND used_at < ?2 LIMIT ?4)
             UNION
             SELECT * FROM (SELECT texture_hash FROM skin_textures
                 WHERE server_id = ?1 ORDER BY used_at DESC LIMIT ?4 OFFSET ?3))
         RETURNING texture_hash, skin_id",
    )?
    .query_map(
        [
            server.0,
            keep.used_since.0,
            signed(keep.newest),
            signed(limit),
        ],
        |row| Ok((TextureHash(row.get(0)?), SkinId(row.get(1)?))),
    )?
    .collect()
}
