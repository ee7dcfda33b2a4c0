//! The heads of the players on a server, for places that show them one by one.

use oxeye_plugin_proto::PlayerName;
use oxeye_render::{Head, default_head};

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::GuildId;
use crate::server_state::ServerState;
use crate::store::StoreError;
use crate::store::skins::{self, HeadSources};

/// What members of a guild may see of a player, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Nothing: the player hides, or the guild knows nobody of that name.
    None,
    /// When they were on.
    Offline,
    /// That they are on.
    Online,
}

impl Database {
    /// Returns the heads of the players on a server in the order of its status, without those who hide, at
    /// most `limit` of them. A player without a skin has one of the default heads. `None` if the server was
    /// removed.
    ///
    /// # Errors
    /// When the heads cannot be read.
    pub async fn heads_online(
        &self,
        server: GuildServer,
        limit: usize,
    ) -> Result<Option<Vec<(PlayerName, Head)>>, StoreError> {
        let hidden = &self.inner.memory.hidden;
        let read = |state: &ServerState| {
            let visible = hidden.visible_to_members(server.guild());
            let online = state.online(&visible).into_iter().take(limit);
            let with_sources = online.map(|online| {
                let sources = sources(state, &online.player);
                (online.player, sources)
            });
            with_sources.collect::<Vec<_>>()
        };
        let Some(players) = self.inner.memory.cache.read(server.id(), read) else {
            return Ok(None);
        };
        let wanted = players.iter().map(|(_, sources)| *sources).collect();
        let heads = skins::heads(&self.inner.store, server.id(), wanted).await?;
        let with_heads = players.into_iter().zip(heads);
        let with_heads = with_heads.map(|((player, _), head)| {
            let head = head.unwrap_or_else(|| default_head(player.as_str()));
            (player, head)
        });
        Ok(Some(with_heads.collect()))
    }

    /// Returns what members of a guild may see of a player.
    #[must_use]
    pub fn sight(&self, guild: GuildId, player: &PlayerName) -> Sight {
        let (cache, hidden) = (&self.inner.memory.cache, &self.inner.memory.hidden);
        let visible = hidden.visible_to_members(guild);
        let is_on = |state: &ServerState| {
            let stay = state.players().get(player);
            stay.is_some_and(|stay| visible.shows_stay(player, stay.account))
        };
        let mut servers = cache.ids(Some(guild)).into_iter();
        if servers.any(|server| cache.read(server, is_on) == Some(true)) {
            return Sight::Online;
        }
        let memory = &self.inner.memory;
        let player_id = memory.players.id(player);
        let is_known = player_id.is_some_and(|id| memory.directory.knows(guild, id));
        match visible.shows(player) && is_known {
            true => Sight::Offline,
            false => Sight::None,
        }
    }
}

/// Returns what leads to the head of a player who is on.
pub(crate) fn sources(state: &ServerState, player: &PlayerName) -> HeadSources {
    let stay = state.players().get(player);
    HeadSources {
        texture: stay.and_then(|stay| stay.texture),
        account: stay.and_then(|stay| stay.uuid),
    }
}
