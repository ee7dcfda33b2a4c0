//! Skins and textures that nobody uses any more are dropped.

use oxeye_plugin_proto::{TextureHash, UnixSeconds};
use rusqlite::{Connection, params};

use super::remove_unless_used;
use crate::database::Database;
use crate::ids::ServerId;
use crate::server_state::{ServerState, latest};
use crate::store::StoreError;
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
            .read(move |connection| with_too_many(connection, now))
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
                        move |connection| update_uses(connection, server, &portion, now),
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

fn update_uses(
    connection: &Connection,
    server: ServerId,
    uses: &[(TextureHash, UnixSeconds)],
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    // What a clock that was ahead has written must not count as used for years.
    let mut update = connection.prepare_cached(
        "UPDATE skin_textures SET used_at = iif(used_at > ?4, ?3, max(used_at, ?3))
         WHERE server_id = ?1 AND texture_hash = ?2",
    )?;
    for (texture, at) in uses {
        update.execute(params![server.0, texture.0, at.0, latest(now).0])?;
    }
    Ok(())
}

/// Servers of which something is to be dropped.
fn with_too_many(connection: &Connection, now: UnixSeconds) -> rusqlite::Result<Vec<ServerId>> {
    connection
        .prepare_cached(
            "SELECT id FROM servers
             WHERE EXISTS (SELECT 1 FROM skin_textures WHERE server_id = servers.id AND used_at < ?1)
                OR (SELECT count(*) FROM skin_textures WHERE server_id = servers.id) > ?2",
        )?
        .query_map(params![unused_before(now), KEPT_TEXTURES as i64], |row| {
            row.get(0).map(ServerId)
        })?
        .collect()
}

fn delete_portion(
    connection: &Connection,
    server: ServerId,
    now: UnixSeconds,
) -> rusqlite::Result<Vec<TextureHash>> {
    let gone = connection
        .prepare_cached(
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
                unused_before(now),
                KEPT_TEXTURES as i64,
                PORTION as i64,
            ],
            |row| Ok((TextureHash(row.get(0)?), row.get(1)?)),
        )?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    gone.into_iter()
        .map(|(texture, skin)| remove_unless_used(connection, skin).map(|()| texture))
        .collect()
}

fn unused_before(now: UnixSeconds) -> i64 {
    now.minus(UNUSED_TEXTURES_KEPT).0
}
