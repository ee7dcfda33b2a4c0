//! Skins and textures that nobody uses any more are dropped.

use std::sync::Arc;

use oxeye_plugin_proto::{TextureHash, UnixSeconds};
use rusqlite::Connection;

use crate::database::Database;
use crate::ids::ServerId;
use crate::server_state::{ServerState, latest};
use crate::store::rows::skin_textures::{self, Keep};
use crate::store::rows::skins;
use crate::store::{StoreError, WriterThread};
use crate::textures::{KEPT_TEXTURES, UNUSED_TEXTURES_KEPT};

/// Rows in one write, so that events do not wait long behind it.
const PORTION: usize = 500;

impl Database {
    /// Drops the textures that nobody has worn for 30 days and, of each server, all but the 4096
    /// used last; then the skins that no texture leads to any more. Answers how many textures went.
    /// Can be repeated, and go on beside anything else.
    ///
    /// # Errors
    /// When the file cannot be read or written. What was dropped before stays so.
    pub async fn prune_skins(&self, now: UnixSeconds) -> Result<usize, StoreError> {
        self.save_uses(now).await?;
        let servers = self
            .inner
            .store
            .read(move |file| skin_textures::servers_with_more_than(file, kept(now)))
            .await?;
        let mut dropped = 0;
        for server in servers {
            loop {
                let portion = self.drop_portion(server, now).await?;
                dropped += portion;
                if portion == 0 {
                    break;
                }
            }
        }
        Ok(dropped)
    }

    /// Writes down when textures were used. What is worn by players who are online is used now.
    async fn save_uses(&self, now: UnixSeconds) -> Result<(), StoreError> {
        for server in self.inner.memory.cache.ids(None) {
            let uses = |state: &ServerState| (state.textures().unsaved(), worn(state, now));
            let uses = self.inner.memory.cache.read(server, uses);
            let (unsaved, worn) = uses.unwrap_or_default();
            for portion in unsaved.chunks(PORTION).chain(worn.chunks(PORTION)) {
                self.save_portion(server, portion.to_vec(), now).await?;
            }
        }
        Ok(())
    }

    /// A use that could not be written stays unsaved until the next time.
    async fn save_portion(
        &self,
        server: ServerId,
        uses: Vec<(TextureHash, UnixSeconds)>,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        let memory = Arc::clone(&self.inner.memory);
        let update = move |file: &Connection| {
            skin_textures::set_uses(file, server, &uses, latest(now))?;
            Ok(uses)
        };
        let saved = move |uses: Vec<_>, writer: &WriterThread| {
            let note = |state: &mut ServerState| state.note_saved_uses(&uses);
            memory.cache.change(writer, server, note);
        };
        self.inner.store.write(update, saved).await
    }

    async fn drop_portion(&self, server: ServerId, now: UnixSeconds) -> Result<usize, StoreError> {
        let memory = Arc::clone(&self.inner.memory);
        let delete = move |file: &Connection| delete_portion(file, server, now);
        let deleted = move |gone: Vec<_>, writer: &WriterThread| {
            let forget = |state: &mut ServerState| state.forget_textures(&gone);
            memory.cache.change(writer, server, forget);
            gone.len()
        };
        self.inner.store.write(delete, deleted).await
    }
}

/// Textures of players who are online.
fn worn(state: &ServerState, now: UnixSeconds) -> Vec<(TextureHash, UnixSeconds)> {
    let worn = state.players().values().filter_map(|stay| stay.texture);
    worn.map(|texture| (texture, now)).collect()
}

fn delete_portion(
    connection: &Connection,
    server: ServerId,
    now: UnixSeconds,
) -> rusqlite::Result<Vec<TextureHash>> {
    let gone = skin_textures::delete_more_than(connection, server, kept(now), PORTION)?;
    gone.into_iter()
        .map(|(texture, skin)| skins::delete_unless_used(connection, skin).map(|()| texture))
        .collect()
}

/// What is kept of each server's textures.
fn kept(now: UnixSeconds) -> Keep {
    Keep {
        used_since: now.minus(UNUSED_TEXTURES_KEPT),
        newest: KEPT_TEXTURES,
    }
}
