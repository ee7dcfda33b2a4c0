//! Skins, stored once per pixels. A texture hash may contain a timestamp, so many lead to one skin.

use oxeye_plugin_proto::{TextureHash, UnixSeconds};
use oxeye_render::Head;
use rusqlite::{Connection, OptionalExtension, params};

use crate::database::Database;
use crate::events::EventError;
use crate::ids::{ServerId, SkinId};
use crate::store::StoreError;

/// A decoded and checked skin.
#[derive(Debug, Clone)]
pub struct NewSkin {
    /// SHA-256 of its RGBA pixels.
    pub id: SkinId,
    /// The skin as PNG, encoded by us.
    pub png: Vec<u8>,
    /// Its head: 8x8 RGB pixels.
    pub head: [u8; 192],
}

impl Database {
    /// Keeps a skin, and that this texture hash led to it on this server.
    ///
    /// # Errors
    /// When the server is not linked, or the store could not take it.
    pub async fn store_skin(
        &self,
        server: ServerId,
        texture: TextureHash,
        skin: NewSkin,
        now: UnixSeconds,
    ) -> Result<(), EventError> {
        self.with_linked(server, |_| ())?;
        let database = self.clone();
        let id = skin.id;
        self.inner
            .store
            .write(
                move |connection| insert(connection, server, &texture, &skin, now),
                move |()| database.remember_skin(server, texture, id),
            )
            .await?;
        Ok(())
    }

    /// The head of a skin; `None` when there is no such skin.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn head(&self, skin: SkinId) -> Result<Option<Head>, StoreError> {
        self.inner
            .store
            .read(move |connection| select_head(connection, skin))
            .await
    }

    fn remember_skin(&self, server: ServerId, texture: TextureHash, skin: SkinId) {
        self.inner.cache.with(server, |state| {
            state.skins.insert(texture, skin);
            state.revision += 1;
        });
    }
}

/// Brings into memory which texture leads to which skin.
pub(crate) fn load(database: &Database, connection: &Connection) -> rusqlite::Result<()> {
    let mut textures =
        connection.prepare("SELECT server_id, texture_hash, skin_id FROM skin_textures")?;
    let mut rows = textures.query([])?;
    while let Some(row) = rows.next()? {
        let (texture, skin) = (TextureHash(row.get(1)?), row.get(2)?);
        database.remember_skin(ServerId(row.get(0)?), texture, SkinId(skin));
    }
    Ok(())
}

pub(crate) fn select_head(connection: &Connection, skin: SkinId) -> rusqlite::Result<Option<Head>> {
    let head: Option<Vec<u8>> = connection
        .prepare_cached("SELECT head FROM skins WHERE id = ?1")?
        .query_row([skin.0], |row| row.get(0))
        .optional()?;
    Ok(head.and_then(|pixels| Head::from_bytes(&pixels)))
}

fn insert(
    connection: &Connection,
    server: ServerId,
    texture: &TextureHash,
    skin: &NewSkin,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO skins (id, png, head, created_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO NOTHING",
        params![skin.id.0, skin.png, skin.head.as_slice(), now.0],
    )?;
    connection.execute(
        "INSERT INTO skin_textures (server_id, texture_hash, skin_id) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET skin_id = excluded.skin_id",
        params![server.0, texture.0, skin.id.0],
    )?;
    Ok(())
}
