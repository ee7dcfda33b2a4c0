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
        // The server is locked for a moment, which must not block a thread that drives requests.
        let players = self.compute(move |database| database.sources_online(server, limit));
        let Some(players) = players.await? else {
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

    /// Returns the players whom members of the guild see on a server, and what leads to their heads.
    fn sources_online(
        &self,
        server: GuildServer,
        limit: usize,
    ) -> Option<Vec<(PlayerName, HeadSources)>> {
        let hidden = &self.inner.memory.hidden;
        let read = |state: &ServerState| {
            let visible = hidden.visible_to_members(server.guild());
            let online = state.online(&visible).into_iter().take(limit);
            let with_sources = online.map(|online| {
                let sources = sources(state, &online.player);
                (online.player, sources)
            });
            with_sources.collect()
        };
        self.inner.memory.cache.read(server.id(), read)
    }

    /// Returns the players of each guild whom its members may see, on or not.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn players_to_see(&self) -> Result<Vec<(GuildId, Vec<PlayerName>)>, StoreError> {
        self.compute(|database| {
            let memory = &database.inner.memory;
            let mut guilds = memory.directory.guilds();
            guilds.retain(|guild| *guild != GuildId::LOCAL);
            let of_guild = |guild| {
                let visible = memory.hidden.visible_to_members(guild);
                let known = memory.directory.known_players(guild);
                let names = known.filter_map(|player| database.name_of(player));
                (guild, names.filter(|name| visible.shows(name)).collect())
            };
            guilds.into_iter().map(of_guild).collect()
        })
        .await
    }

    /// Returns every head with which these players of a guild may be shown: what they wear, what they wore last on each
    /// server, and the skin that was looked up of their account; without any of these the default head. Nobody's if the
    /// guild shows no heads.
    ///
    /// # Errors
    /// When the heads cannot be read.
    pub async fn all_heads_of(
        &self,
        guild: GuildId,
        players: Vec<PlayerName>,
    ) -> Result<Vec<(PlayerName, Vec<Head>)>, StoreError> {
        if !self.guild_settings(guild).shown.heads {
            return Ok(Vec::new());
        }
        let servers = self.inner.memory.cache.ids(Some(guild));
        let asked = players.clone();
        let sources = self.compute(move |database| {
            let players = players.iter();
            let sources = players.map(|name| database.sources_of(guild, &servers, name));
            sources.collect()
        });
        let heads = skins::all_heads_of_players(&self.inner.store, sources.await?).await?;
        let with_heads = asked.into_iter().zip(heads).map(|(player, mut heads)| {
            if heads.is_empty() {
                heads.push(default_head(player.as_str()));
            }
            (player, heads)
        });
        Ok(with_heads.collect())
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

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::{TextureHash, UnixSeconds};

    use super::*;
    use crate::events::JoinEvent;
    use crate::ids::{ServerId, SkinId};
    use crate::skins::NewSkin;
    use crate::testing::{TestStore, join, leave, player};

    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
    const GUILD: GuildId = GuildId(7);

    /// Has a player join a server in a skin of this colour.
    async fn joins_in(store: &TestStore, server: ServerId, name: &str, colour: u8) {
        let texture = TextureHash([colour; 32]);
        let event = JoinEvent {
            texture_hash: Some(texture),
            ..join(name)
        };
        store.player_join(server, event, NOW).await.unwrap();
        let skin = NewSkin {
            id: SkinId([colour; 32]),
            png: vec![1],
            head: [colour; 192],
        };
        let player = player(name);
        let kept = store.store_skin(server, &player, texture, skin, NOW);
        kept.await.unwrap();
    }

    fn head(colour: u8) -> Head {
        Head::from_bytes(&[colour; 192]).unwrap()
    }

    #[tokio::test]
    async fn whoever_may_be_seen_is_known_with_every_head_after_a_restart() {
        let store = TestStore::new(NOW);
        let (hub, _) = store.link(GUILD, "hub", NOW).await;
        let (survival, _) = store.link(GUILD, "survival", NOW).await;
        joins_in(&store, hub, "Alex", 1).await;
        joins_in(&store, survival, "Alex", 2).await;
        joins_in(&store, hub, "Hidden", 3).await;
        joins_in(&store, hub, "Forgotten", 4).await;
        let bob = store.player_join(hub, join("Bob"), NOW);
        bob.await.unwrap();
        let left = store.player_leave(hub, leave("Alex"), NOW);
        left.await.unwrap();
        let linked = store.link_member(GUILD, 9, player("Hidden"), None, NOW);
        linked.await.unwrap();
        store.hide_member(GUILD, 9, NOW).await.unwrap();
        let forgotten = store.forget_player(player("Forgotten"), NOW).await;
        assert!(forgotten.unwrap().is_some());

        let store = store.restarted(NOW).await;

        let seen = store.players_to_see().await.unwrap();
        let players = vec![player("Alex"), player("Bob")];
        assert_eq!(seen, [(GUILD, players.clone())]);
        let mut heads = store.all_heads_of(GUILD, players).await.unwrap();
        heads[0].1.sort_unstable_by_key(|head| *head.as_bytes());
        let expected = [
            (player("Alex"), vec![head(1), head(2)]),
            (player("Bob"), vec![default_head("Bob")]),
        ];
        assert_eq!(heads, expected);
    }
}
