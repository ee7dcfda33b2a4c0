//! Draws the picture of a roster on demand, at most once per change of the roster.

use std::sync::Arc;

use oxeye_plugin_proto::PlayerName;
use oxeye_render::{Fonts, Head, MAX_HEADS, PictureEntry, default_head, status_picture};

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::heads::sources;
use crate::ids::ServerId;
use crate::pictures::{Picture, PictureSlot};
use crate::server_state::ServerState;
use crate::store::StoreError;
use crate::store::skins::{self, HeadSources};
use crate::visibility::Visible;

/// The contents of a picture.
struct Roster {
    revision: u64,
    players: Vec<(PlayerName, HeadSources)>,
    more: usize,
}

impl Database {
    /// Returns a PNG with the heads and names of the players on a server, without those who hide; `None` if
    /// the server was removed.
    ///
    /// # Errors
    /// When the heads cannot be read.
    pub async fn status_picture(
        &self,
        server: GuildServer,
    ) -> Result<Option<Arc<[u8]>>, StoreError> {
        // The server is locked for a moment, twice, which must not block a thread that drives requests.
        let id = server.id();
        let slot = self.compute(move |database| database.picture_slot(id));
        let Some(slot) = slot.await? else {
            return Ok(None);
        };
        let mut last = slot.lock().await;
        let drawn = last.as_ref().map(|picture| picture.revision);
        let changed = self.compute(move |database| database.roster_since(drawn, server));
        if let Some(roster) = changed.await? {
            *last = Some(self.draw(id, roster).await?);
        }
        Ok(last.as_ref().map(|picture| Arc::clone(&picture.png)))
    }

    /// Returns the slot for the picture of a server; `None` if the server was removed.
    fn picture_slot(&self, server: ServerId) -> Option<PictureSlot> {
        let memory = &self.inner.memory;
        memory.cache.read(server, |state| {
            // Take the slot while the server is locked, so that a later disconnect removes it again.
            memory.pictures.slot(server, state.is_linked())
        })
    }

    /// Returns the contents of the picture of a server, unless the one of this revision still shows them.
    fn roster_since(&self, drawn: Option<u64>, server: GuildServer) -> Option<Roster> {
        let memory = &self.inner.memory;
        let read = |state: &ServerState| {
            let has_changed = drawn.is_none_or(|drawn| drawn < state.revision());
            has_changed.then(|| roster(state, &memory.hidden.visible_to_members(server.guild())))
        };
        memory.cache.read(server.id(), read).flatten()
    }

    /// Reads the heads and draws the picture. Returns the connection before drawing, which takes longer.
    async fn draw(&self, server: ServerId, roster: Roster) -> Result<Picture, StoreError> {
        let sources = roster.players.iter().map(|(_, sources)| *sources);
        let heads = skins::heads(&self.inner.store, server, sources.collect()).await?;
        let turn = self.inner.memory.pictures.drawing.acquire().await;
        let fonts = Arc::clone(&self.inner.fonts);
        let drawing = tokio::task::spawn_blocking(move || Picture {
            revision: roster.revision,
            png: draw(&fonts, &roster, &heads),
        });
        let drawn = drawing.await;
        drop(turn);
        drawn.map_err(|error| match error.try_into_panic() {
            Ok(panic) => StoreError::panicked("drawing a picture", &*panic),
            Err(_) => StoreError::Closed,
        })
    }
}

fn roster(state: &ServerState, visible: &Visible) -> Roster {
    let mut online = state.online(visible);
    online.truncate(MAX_HEADS);
    let more = state.players().len() - online.len();
    Roster {
        revision: state.revision(),
        players: online
            .into_iter()
            .map(|online| {
                let sources = sources(state, &online.player);
                (online.player, sources)
            })
            .collect(),
        more,
    }
}

fn draw(fonts: &Fonts, roster: &Roster, heads: &[Option<Head>]) -> Arc<[u8]> {
    let players = roster.players.iter().map(|(player, ..)| player.as_str());
    let with_heads: Vec<_> = players
        .zip(heads)
        .map(|(name, head)| (name, head.unwrap_or_else(|| default_head(name))))
        .collect();
    let entries: Vec<_> = with_heads
        .iter()
        .map(|(name, head)| PictureEntry { name, head })
        .collect();
    status_picture(fonts, &entries, roster.more).into()
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::UnixSeconds;

    use crate::ids::GuildId;
    use crate::testing::TestStore;

    const NOW: UnixSeconds = UnixSeconds(1_000_000);

    #[tokio::test]
    async fn the_picture_of_a_disconnected_server_is_not_kept() {
        let database = TestStore::new(NOW);
        let (server, _) = database.link(GuildId::LOCAL, "survival", NOW).await;
        let of_guild = database.guild_server(GuildId::LOCAL, server).unwrap();
        let picture = || database.status_picture(of_guild);
        picture().await.unwrap().unwrap();
        assert_eq!(database.inner.memory.pictures.len(), 1);

        database.disconnect(of_guild, NOW).await.unwrap();

        picture().await.unwrap().unwrap();
        assert_eq!(database.inner.memory.pictures.len(), 0);
    }
}
