//! Stores skins, each set of pixels once. A texture hash may contain a timestamp, so many hashes can
//! lead to one skin.

mod prune;

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds, limits};
use oxeye_render::{Head, Skin};
use rusqlite::Connection;

use crate::database::Database;
use crate::ids::{ServerId, SkinId};
use crate::ledger::Ledger;
use crate::reporter::Reporter;
use crate::reporting::{EventError, Progress, Step};
use crate::server_state::ServerState;
use crate::store::skins::{self, SkinRow};
use crate::store::{StoreError, WriterThread};

/// A skin that has been decoded and checked.
#[derive(Debug, Clone)]
pub struct NewSkin {
    /// SHA-256 of the RGBA pixels.
    pub id: SkinId,
    /// The skin as a PNG that we encoded. Only heads are shown so far; the PNG is kept so that other
    /// parts can be shown later without asking plugins for every skin again.
    pub png: Vec<u8>,
    /// The head: 8x8 RGB pixels.
    pub head: [u8; 192],
}

impl From<&Skin> for NewSkin {
    fn from(skin: &Skin) -> Self {
        Self {
            id: SkinId(skin.pixels_sha256()),
            png: skin.to_png(),
            head: *skin.head().as_bytes(),
        }
    }
}

/// Why a skin was not stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreSkinError {
    /// The server has not reported that this player wears this texture.
    #[error("this server has not reported that this player wears this texture")]
    NotReported,
    /// The server is not linked, or the store could not be written.
    #[error(transparent)]
    Event(#[from] EventError),
}

impl From<StoreError> for StoreSkinError {
    fn from(error: StoreError) -> Self {
        Self::Event(error.into())
    }
}

/// Whether a player wears a texture, as the server reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worn {
    Now,
    /// The player has left or changed the texture since we asked.
    Lately,
}

impl Database {
    /// Stores the skin of a server's own player, and that this texture hash leads to it on that server.
    ///
    /// If the player wears the texture now, the skin replaces an earlier one. If the player has left or
    /// changed the texture since we asked, the skin is stored only if the texture has none yet.
    ///
    /// # Errors
    /// When the server has not reported the player with this texture, the server is not linked, or the
    /// store cannot be written.
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
        let keep = KeepSkin {
            server,
            player: player.clone(),
            texture,
            skin,
            now,
        };
        let database = self.clone();
        let learn = move |kept: Kept, writer: &WriterThread| {
            let has_changed = match kept {
                Kept::NotReported => return Err(StoreSkinError::NotReported),
                Kept::Unchanged => false,
                Kept::Changed => true,
            };
            database.inner.memory.cache.change(writer, server, |state| {
                state.learn_skin(texture, has_changed, now);
            });
            Ok(())
        };
        let queued = self.report_and_then(reporter, now, keep, learn);
        queued?.done().await?
    }

    /// Returns the head of a skin; `None` if there is no such skin.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn head(&self, skin: SkinId) -> Result<Option<Head>, StoreError> {
        skins::head(&self.inner.store, skin).await
    }
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

/// What became of a skin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// The server has not reported the player with this texture.
    NotReported,
    /// The texture leads to the same skin as before.
    Unchanged,
    /// The texture led to no skin before, or to another one.
    Changed,
}

/// Stores a skin and the texture that leads to it.
struct KeepSkin {
    server: ServerId,
    player: PlayerName,
    texture: TextureHash,
    skin: NewSkin,
    now: UnixSeconds,
}

impl Step for KeepSkin {
    type Done = Kept;

    fn run(
        &mut self,
        file: &Connection,
        state: &mut ServerState,
        _ledger: &mut Ledger<'_>,
    ) -> rusqlite::Result<Progress<Kept>> {
        let Some(worn) = worn(state, &self.player, &self.texture) else {
            return Ok(Progress::Done(Kept::NotReported));
        };
        let skin = SkinRow {
            id: self.skin.id,
            png: &self.skin.png,
            head: &self.skin.head,
        };
        let of = (self.server, self.texture);
        let may_replace = worn == Worn::Now;
        let has_changed = skins::keep(file, of, skin, may_replace, self.now)?;
        Ok(Progress::Done(match has_changed {
            true => Kept::Changed,
            false => Kept::Unchanged,
        }))
    }
}

// The decoder accepts every size that the protocol allows.
const _: () = assert!(limits::MAX_SKIN_PNG_BYTES == oxeye_render::MAX_SKIN_BYTES);
