//! Skins, stored once per pixels. A texture hash may contain a timestamp, so many lead to one skin.

mod prune;

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds, limits};
use oxeye_render::Head;
use rusqlite::Connection;

use crate::database::Database;
use crate::ids::{ServerId, SkinId};
use crate::ledger::Ledger;
use crate::reporter::Reporter;
use crate::reporting::{EventError, Progress, Step};
use crate::server_state::ServerState;
use crate::store::rows::{skin_textures, skins};
use crate::store::{StoreError, WriterThread};

/// A decoded and checked skin.
#[derive(Debug, Clone)]
pub struct NewSkin {
    /// SHA-256 of its RGBA pixels.
    pub id: SkinId,
    /// The skin as PNG, encoded by us. Today only heads are shown; it is kept so that another part
    /// of a skin can be shown without every plugin sending every skin again.
    pub png: Vec<u8>,
    /// Its head: 8x8 RGB pixels.
    pub head: [u8; 192],
}

/// Why a skin was not kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreSkinError {
    /// The server has not said that this player wears this texture.
    #[error("this server has not reported that this player wears this texture")]
    NotReported,
    /// The server is not linked, or the store could not take it.
    #[error(transparent)]
    Event(#[from] EventError),
}

impl From<StoreError> for StoreSkinError {
    fn from(error: StoreError) -> Self {
        Self::Event(error.into())
    }
}

/// What a server has said of a player and a texture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worn {
    Now,
    /// The player has left or changed since we asked.
    Lately,
}

impl Database {
    /// Keeps the skin of a server's own player, and that this texture hash led to it there.
    ///
    /// Who wears the texture now may change what it leads to. Who has just left, or was asked and
    /// wears something else now, may only say what nobody has said before.
    ///
    /// # Errors
    /// When the server has not reported the player with this texture, is not linked, or the store
    /// could not take it.
    pub async fn store_skin(
        &self,
        server: impl Into<Reporter>,
        player: &PlayerName,
        texture: TextureHash,
        skin: NewSkin,
        now: UnixSeconds,
    ) -> Result<(), StoreSkinError> {
        let reporter = server.into();
        let server = reporter.server();
        let worn = self
            .with_linked(reporter, |state| worn(state, player, &texture))?
            .ok_or(StoreSkinError::NotReported)?;
        let keep = KeepSkin {
            server,
            texture,
            skin,
            worn,
            now,
        };
        let database = self.clone();
        let learn = move |changed, writer: &WriterThread| {
            database.inner.memory.cache.change(writer, server, |state| {
                state.learn_skin(texture, changed, now);
            });
        };
        let queued = self.report_and_then(reporter, now, keep, learn);
        Ok(queued?.done().await?)
    }

    /// The head of a skin; `None` when there is no such skin.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn head(&self, skin: SkinId) -> Result<Option<Head>, StoreError> {
        let select = move |file: &Connection| skins::head(file, skin);
        let pixels = self.inner.store.read(select).await?;
        Ok(pixels.and_then(|pixels| Head::from_bytes(&pixels)))
    }
}

/// The head behind a texture that a server has reported, if we have it.
pub(crate) fn select_head(
    connection: &Connection,
    server: ServerId,
    texture: &TextureHash,
) -> rusqlite::Result<Option<Head>> {
    let head = skin_textures::head(connection, server, *texture)?;
    Ok(head.and_then(|pixels| Head::from_bytes(&pixels)))
}

fn worn(state: &ServerState, player: &PlayerName, texture: &TextureHash) -> Option<Worn> {
    let stay = state.players().get(player);
    if stay.is_some_and(|stay| stay.texture.as_ref() == Some(texture)) {
        Some(Worn::Now)
    } else {
        let asked = state.textures().was_asked(texture, player);
        asked.then_some(Worn::Lately)
    }
}

/// Keeps a skin and what led to it. Done says whether the texture leads to another skin than before.
struct KeepSkin {
    server: ServerId,
    texture: TextureHash,
    skin: NewSkin,
    worn: Worn,
    now: UnixSeconds,
}

impl Step for KeepSkin {
    type Done = bool;

    fn run(
        &mut self,
        file: &Connection,
        _state: &mut ServerState,
        _ledger: &mut Ledger<'_>,
    ) -> rusqlite::Result<Progress<bool>> {
        let (server, texture, skin) = (self.server, self.texture, &self.skin);
        let before = skin_textures::skin(file, server, texture)?;
        if before.is_some() && self.worn == Worn::Lately {
            return Ok(Progress::Done(false));
        }
        skins::ensure(file, skin.id, &skin.png, &skin.head, self.now)?;
        skin_textures::set(file, server, texture, skin.id, self.now)?;
        let replaced = before.filter(|before| *before != skin.id);
        if let Some(replaced) = replaced {
            skins::delete_unless_used(file, replaced)?;
        }
        Ok(Progress::Done(before.is_none() || replaced.is_some()))
    }
}

/// Forgets where textures of a server led to, and the skins that no texture leads to any more.
pub(crate) fn delete_textures(
    connection: &Connection,
    server: ServerId,
    textures: &[TextureHash],
) -> rusqlite::Result<()> {
    for texture in textures {
        if let Some(skin) = skin_textures::delete(connection, server, *texture)? {
            skins::delete_unless_used(connection, skin)?;
        }
    }
    Ok(())
}

/// The same of some of a server's textures, whichever they are; answers how many.
pub(crate) fn delete_some_textures(
    connection: &Connection,
    server: ServerId,
    limit: usize,
) -> rusqlite::Result<usize> {
    let textures = skin_textures::some(connection, server, limit)?;
    delete_textures(connection, server, &textures)?;
    Ok(textures.len())
}

// What the wire lets through, the decoder takes.
const _: () = assert!(limits::MAX_SKIN_PNG_BYTES == oxeye_render::MAX_SKIN_BYTES);
