//! Everything that is kept about one player in one guild, for the player.

use std::cmp::Reverse;

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};

use crate::activity::portable::PortableDeed;
use crate::database::Database;
use crate::forget::targets::{Target, Whom};
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
    /// The accounts that servers of the guild reported under the names.
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
    /// Returns everything that is kept about the player of a member in one guild, under all names, except the link
    /// itself; what `forget_player_of` would delete, but for what may be another's.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn player_data_of(
        &self,
        guild: GuildId,
        user: u64,
        now: UnixSeconds,
    ) -> Result<PlayerData, StoreError> {
        match self.player_of_member(guild, user).await? {
            Some(whom) => self.data_of(guild, whom, now).await,
            None => Ok(PlayerData::default()),
        }
    }

    /// Returns everything that is kept in one guild about the player who has exactly this name, under all names,
    /// except which member is linked to the player.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn player_data(
        &self,
        guild: GuildId,
        player: PlayerName,
        now: UnixSeconds,
    ) -> Result<PlayerData, StoreError> {
        let whom = Whom::Person(guild, player);
        self.data_of(guild, whom, now).await
    }

    async fn data_of(
        &self,
        guild: GuildId,
        whom: Whom,
        now: UnixSeconds,
    ) -> Result<PlayerData, StoreError> {
        let memory = &self.inner.memory;
        let mut data = PlayerData::default();
        let mut targets = Vec::new();
        let mut certain = self.targets(whom.clone()).await?;
        certain.retain(|target| !target.is_doubtful);
        for share in self.shares_of_activity(&whom, &certain).await? {
            data.activity.extend(self.deeds_of(guild, share).await?);
        }
        for target in certain {
            let Some(id) = memory.players.id(&target.name) else {
                continue;
            };
            let reported = keeping::uuids_of(&self.inner.store, guild, id).await?;
            let theirs = reported.into_iter();
            let theirs = theirs.filter(|one| target.share.has(memory.accounts.id(one.uuid)));
            data.accounts.extend(theirs);
            targets.push((id, target));
        }
        let names = targets.clone();
        let on_servers = move |database: &Self| {
            let servers = database.inner.memory.cache.ids(Some(guild)).into_iter();
            let known = servers.filter_map(|server| {
                let known = database.player_on_server(server, &names, now)?;
                Some((server, known))
            });
            known.collect::<Vec<_>>()
        };
        for (server, mut known) in self.compute(on_servers).await? {
            for (id, target) in &targets {
                let imported = self.imported_playtime_of(server, &[], &[*id]).await?;
                let own = imported.iter();
                let own = own.filter(|one| target.share.has(one.account));
                // A world counts by account, so a later name's playtime includes the earlier one's.
                let secs = own.map(|own| own.playtime.as_secs()).max();
                known.imported_secs = known.imported_secs.max(secs);
            }
            let is_known = known.last_seen.is_some()
                || known.imported_secs.is_some()
                || !known.sessions.is_empty();
            data.servers.extend(is_known.then_some(known));
        }
        Ok(data)
    }

    fn player_on_server(
        &self,
        server: ServerId,
        names: &[(PlayerId, Target)],
        now: UnixSeconds,
    ) -> Option<PlayerOnServer> {
        let read = |state: &ServerState| {
            let whole = names.iter().filter(|(_, one)| one.share.is_whole());
            let last_seen = whole.filter_map(|(_, one)| state.last_seen().get(&one.name));
            (
                state.name().clone(),
                Record::of(state, now),
                last_seen.max(),
            )
        };
        let (server, record, last_seen) = self.inner.memory.cache.read(server, read)?;
        let mut sessions: Vec<_> = names
            .iter()
            .flat_map(|(id, one)| record.sessions_left(*id, one.share))
            .collect();
        sessions.sort_unstable_by_key(|session| Reverse(session.cursor));
        Some(PlayerOnServer {
            server,
            last_seen,
            imported_secs: None,
            sessions,
        })
    }
}
