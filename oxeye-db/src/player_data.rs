//! Everything that is kept about one player in one guild, for the player.

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};

use crate::activity::portable::PortableDeed;
use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::player_uuids::ReportedUuid;
use crate::players::PlayerId;
use crate::record::Record;
use crate::record::player_sessions::PlayerSession;
use crate::server_state::ServerState;
use crate::store::{StoreError, keeping};

/// Everything that is kept about a player in a guild.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlayerData {
    /// The accounts that servers of the guild reported under the name.
    pub accounts: Vec<ReportedUuid>,
    /// The servers that know the player, sorted by name.
    pub servers: Vec<PlayerOnServer>,
    /// What the player did in the game.
    pub activity: Vec<PortableDeed>,
}

/// Everything that is kept about a player on one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerOnServer {
    /// The name of the server.
    pub server: ServerName,
    /// When the player was last seen, if that is within the window of last seen and they are not online.
    pub last_seen: Option<UnixSeconds>,
    /// Playtime from before Oxeye, in seconds.
    pub imported_secs: Option<u64>,
    /// The sessions, newest first. That of somebody who is online has no end.
    pub sessions: Vec<PlayerSession>,
}

impl Database {
    /// Returns everything that is kept about a player of exactly this name in one guild, except which
    /// member is linked to the player.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn player_data(
        &self,
        guild: GuildId,
        player: PlayerName,
        now: UnixSeconds,
    ) -> Result<PlayerData, StoreError> {
        let Some(id) = self.inner.memory.players.id(&player) else {
            return Ok(PlayerData::default());
        };
        let accounts = keeping::uuids_of(&self.inner.store, guild, id).await?;
        let name = player.clone();
        let on_servers = move |database: &Self| {
            let servers = database.inner.memory.cache.ids(Some(guild)).into_iter();
            let known = servers.filter_map(|server| {
                let known = database.player_on_server(server, id, &name, now)?;
                Some((server, known))
            });
            known.collect::<Vec<_>>()
        };
        let mut servers = Vec::new();
        for (server, mut known) in self.compute(on_servers).await? {
            known.imported_secs = keeping::imported_secs_of(&self.inner.store, server, id).await?;
            let is_known = known.last_seen.is_some()
                || known.imported_secs.is_some()
                || !known.sessions.is_empty();
            servers.extend(is_known.then_some(known));
        }
        Ok(PlayerData {
            accounts,
            servers,
            activity: self.deeds_of(guild, player).await?,
        })
    }

    fn player_on_server(
        &self,
        server: ServerId,
        id: PlayerId,
        name: &PlayerName,
        now: UnixSeconds,
    ) -> Option<PlayerOnServer> {
        let read = |state: &ServerState| {
            let last_seen = state.last_seen().get(name);
            (state.name().clone(), Record::of(state, now), last_seen)
        };
        let (server, record, last_seen) = self.inner.memory.cache.read(server, read)?;
        Some(PlayerOnServer {
            server,
            last_seen,
            imported_secs: None,
            sessions: record.player_sessions(id, None, usize::MAX).page,
        })
    }
}
