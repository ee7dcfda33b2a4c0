//! Skins and textures that nobody uses any more are dropped.

use oxeye_plugin_proto::{TextureHash, UnixSeconds};
use rusqlite::Connection;

use crate::database::Database;
use crate::ids::ServerId;
use crate::server_state::{ServerState, latest};
use crate::store::StoreError;
use crate::store::rows::skin_textures::{self, Keep};
use crate::store::rows::skins;
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

    /// Tells the file when textures were used. What is worn by who is online is used now.
    async fn save_uses(&self, now: UnixSeconds) -> Result<(), StoreError> {
        for server in self.inner.memory.cache.ids(None) {
            let uses = self
                .inner
                .memory
                .cache
                .with(server, |state| uses(state, now));
            for portion in uses.unwrap_or_default().chunks(PORTION) {
                let portion = portion.to_vec();
                self.inner
                    .store
                    .write(
                        move |file| skin_textures::set_uses(file, server, &portion, latest(now)),
                        |()| (),
                    )
                    .await?;
            }
        }
        Ok(())
    }

    async fn drop_portion(&self, server: ServerId, now: UnixSeconds) -> Result<usize, StoreError> {
        let database = self.clone();
        self.inner
            .store
            .write(
                move |connection| delete_portion(connection, server, now),
                move |gone| {
                    database.inner.memory.cache.with(server, |state| {
                        gone.iter()
                            .for_each(|texture| state.textures.forget(texture));
                    });
                    gone.len()
                },
            )
            .await
    }
}

fn uses(state: &mut ServerState, now: UnixSeconds) -> Vec<(TextureHash, UnixSeconds)> {
    let mut uses = state.textures.take_unsaved();
    let worn = state.players.values().filter_map(|stay| stay.texture);
    uses.extend(worn.map(|texture| (texture, now)));
    uses
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
