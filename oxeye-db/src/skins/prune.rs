//! Drops textures and skins that nobody uses any more.

use std::sync::Arc;

use oxeye_plugin_proto::{TextureHash, UnixSeconds};

use crate::database::Database;
use crate::ids::ServerId;
use crate::server_state::{ServerState, latest};
use crate::store::rows::skin_textures::Keep;
use crate::store::{StoreError, WriterThread, skins};
use crate::textures::{MAX_TEXTURES, UNUSED_TEXTURE_LIFETIME};

/// Maximum number of rows per write, so that events do not wait long.
const CHUNK: usize = 500;

impl Database {
    /// Drops the textures that nobody has worn for 30 days and, for each server, all but the 4096 most
    /// recently used; then drops what was looked up of accounts too long ago, and the skins that
    /// nothing leads to any more. Returns the number of textures dropped. Can be repeated, and can run beside any other method.
    ///
    /// # Errors
    /// When the file cannot be read or written. What was dropped by then stays dropped.
    pub async fn prune_skins(&self, now: UnixSeconds) -> Result<usize, StoreError> {
        self.save_uses(now).await?;
        let servers = skins::servers_to_prune(&self.inner.store, kept(now)).await?;
        let mut dropped = 0;
        for server in servers {
            loop {
                let chunk = self.drop_chunk(server, now).await?;
                dropped += chunk;
                if chunk == 0 {
                    break;
                }
            }
        }
        self.prune_looked_up_skins(now).await?;
        Ok(dropped)
    }

    /// Saves when textures were used. Those that online players wear count as used now.
    async fn save_uses(&self, now: UnixSeconds) -> Result<(), StoreError> {
        for server in self.inner.memory.cache.ids(None) {
            let uses = |state: &ServerState| (state.textures().unsaved(), worn(state, now));
            let uses = self.inner.memory.cache.read(server, uses);
            let (unsaved, worn) = uses.unwrap_or_default();
            for chunk in unsaved.chunks(CHUNK).chain(worn.chunks(CHUNK)) {
                self.save_chunk(server, chunk.to_vec(), now).await?;
            }
        }
        Ok(())
    }

    /// Saves some uses. If this fails, they stay unsaved until the next attempt.
    async fn save_chunk(
        &self,
        server: ServerId,
        uses: Vec<(TextureHash, UnixSeconds)>,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        let memory = Arc::clone(&self.inner.memory);
        let saved = move |uses: Vec<_>, writer: &WriterThread| {
            let note = |state: &mut ServerState| state.note_saved_uses(&uses);
            memory.cache.change(writer, server, note);
        };
        skins::save_uses(&self.inner.store, server, uses, latest(now), saved).await
    }

    async fn drop_chunk(&self, server: ServerId, now: UnixSeconds) -> Result<usize, StoreError> {
        let memory = Arc::clone(&self.inner.memory);
        let deleted = move |gone: Vec<_>, writer: &WriterThread| {
            let forget = |state: &mut ServerState| state.forget_textures(&gone);
            memory.cache.change(writer, server, forget);
            gone.len()
        };
        skins::prune(&self.inner.store, server, kept(now), CHUNK, deleted).await
    }
}

/// Returns the textures that online players wear.
fn worn(state: &ServerState, now: UnixSeconds) -> Vec<(TextureHash, UnixSeconds)> {
    let worn = state.players().values().filter_map(|stay| stay.texture);
    worn.map(|texture| (texture, now)).collect()
}

/// Returns which of each server's textures are kept.
fn kept(now: UnixSeconds) -> Keep {
    Keep {
        used_since: now.minus(UNUSED_TEXTURE_LIFETIME),
        newest: MAX_TEXTURES,
    }
}
