//! The picture of a roster: drawn when somebody asks, at most once per change of the roster.

use oxeye_plugin_proto::{PlayerName, TextureHash};
use oxeye_render::{Head, MAX_HEADS, PictureEntry, default_head, status_picture};
use std::sync::Arc;
use tokio::sync::Mutex;

use crate::database::Database;
use crate::ids::ServerId;
use crate::server_state::ServerState;
use crate::skins::select_head;
use crate::store::StoreError;

/// The last picture of each server. Each has a lock of its own that is held while it is drawn, so
/// that ten who ask at once get one drawing.
#[derive(Debug, Default)]
pub(crate) struct Pictures(scc::HashMap<ServerId, Arc<Mutex<Option<Picture>>>>);

#[derive(Debug)]
struct Picture {
    revision: u64,
    png: Arc<[u8]>,
}

/// What a picture shows.
struct Roster {
    revision: u64,
    players: Vec<(PlayerName, Option<TextureHash>)>,
    more: usize,
}

impl Database {
    /// The roster of a server as PNG, heads with names; `None` when there is no such server.
    ///
    /// # Errors
    /// When the heads cannot be read.
    pub async fn status_picture(&self, server: ServerId) -> Result<Option<Arc<[u8]>>, StoreError> {
        let Some(roster) = self.inner.cache.with(server, |state| roster(state)) else {
            return Ok(None);
        };
        let slot = self.inner.pictures.slot(server);
        let mut last = slot.lock().await;
        if let Some(picture) = &*last
            && picture.revision >= roster.revision
        {
            return Ok(Some(Arc::clone(&picture.png)));
        }
        let revision = roster.revision;
        let png = self
            .inner
            .store
            .read(move |connection| {
                let heads = roster
                    .players
                    .iter()
                    .map(|(_, texture)| match texture {
                        Some(texture) => select_head(connection, server, texture),
                        None => Ok(None),
                    })
                    .collect::<rusqlite::Result<Vec<_>>>()?;
                Ok(draw(&roster, &heads))
            })
            .await?;
        *last = Some(Picture {
            revision,
            png: Arc::clone(&png),
        });
        Ok(Some(png))
    }
}

impl Pictures {
    fn slot(&self, server: ServerId) -> Arc<Mutex<Option<Picture>>> {
        Arc::clone(self.0.entry_sync(server).or_default().get())
    }
}

fn roster(state: &ServerState) -> Roster {
    let mut online = state.online();
    let more = online.len().saturating_sub(MAX_HEADS);
    online.truncate(MAX_HEADS);
    let texture_of = |player: &PlayerName| state.players.get(player)?.texture;
    Roster {
        revision: state.revision,
        players: online
            .into_iter()
            .map(|online| {
                let texture = texture_of(&online.player);
                (online.player, texture)
            })
            .collect(),
        more,
    }
}

fn draw(roster: &Roster, heads: &[Option<Head>]) -> Arc<[u8]> {
    let unknown = default_head();
    let entries: Vec<_> = roster
        .players
        .iter()
        .zip(heads)
        .map(|((player, _), head)| PictureEntry {
            name: player.as_str(),
            head: head.as_ref().unwrap_or(&unknown),
        })
        .collect();
    status_picture(&entries, roster.more).into()
}
