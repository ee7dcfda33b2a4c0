//! A made-up server, as its plugin reports it.

use std::collections::BTreeSet;

use anyhow::Context;
use oxeye_db::{Database, GuildId, Reporter, UnixSeconds};
use oxeye_plugin_client::{Client, JoinReply, LinkedClient};
use oxeye_plugin_proto::{
    AboutRequest, AboutText, ActivityEvent, HeartbeatRequest, HeartbeatSecs, JoinRequest,
    LeaveRequest, PlayerName, ServerName, SkinRequest, SyncPlayer, SyncRequest,
};

use super::players::{EVERYONE, MadeUpPlayer};

/// The interval between heartbeats that the demo promises. It reports more often, with every change that it makes up.
const PROMISED_SECS: u64 = 60;

/// A server of the demo.
pub(super) struct MadeUpServer {
    client: LinkedClient,
    /// The online players, as indices into [`EVERYONE`].
    pub(super) online: BTreeSet<usize>,
}

impl MadeUpServer {
    /// Links the server like any other.
    pub(super) async fn link(
        database: &Database,
        url: &str,
        name: ServerName,
        now: UnixSeconds,
    ) -> anyhow::Result<MadeUpServer> {
        let issued = database.issue_link_code(GuildId::LOCAL, name, now).await?;
        let client = Client::new(url).connect(&issued.code).await;
        let client = client.context("cannot link a server of the demo")?;
        client.about(&about()).await?;
        Ok(MadeUpServer {
            client,
            online: BTreeSet::new(),
        })
    }

    pub(super) fn needs_full_sync(&self) -> bool {
        self.client.needs_full_sync()
    }

    /// Reports that a player has joined, now or at `at`.
    pub(super) async fn joins(
        &mut self,
        index: usize,
        at: Option<UnixSeconds>,
    ) -> anyhow::Result<()> {
        let player = &EVERYONE[index];
        self.online.insert(index);
        let join = JoinRequest {
            texture_hash: Some(player.skin()?.texture_hash),
            at,
            ..JoinRequest::new(player.name()?)
        };
        if self.client.join(join).await? == JoinReply::SkinWanted {
            self.send_skin(player).await?;
        }
        Ok(())
    }

    pub(super) async fn leaves(&mut self, index: usize) -> anyhow::Result<()> {
        self.online.remove(&index);
        let leave = LeaveRequest::new(EVERYONE[index].name()?);
        Ok(self.client.leave(leave).await?)
    }

    /// Reports what a player does, unless the operator has turned activity off.
    pub(super) async fn reports(&self, deed: &ActivityEvent) -> anyhow::Result<()> {
        match self.client.activity(deed).await {
            Err(error) if !error.is_unsupported() => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Returns the right to report for this server straight to the store.
    pub(super) fn reporter(
        &self,
        database: &Database,
        now: UnixSeconds,
    ) -> anyhow::Result<Reporter> {
        let linked = database.authenticate(self.client.api_key(), now);
        Ok(linked
            .context("a server of the demo is not linked")?
            .reporter)
    }

    pub(super) async fn beats(&self) -> anyhow::Result<()> {
        let heartbeat = HeartbeatRequest {
            players: u32::try_from(self.online.len()).ok(),
            ..HeartbeatRequest::default()
        };
        self.client.heartbeat(heartbeat).await?;
        Ok(())
    }

    /// Reports all online players.
    pub(super) async fn syncs(&self) -> anyhow::Result<()> {
        let entry = |&index: &usize| -> anyhow::Result<SyncPlayer> {
            let player = &EVERYONE[index];
            Ok(SyncPlayer {
                texture_hash: Some(player.skin()?.texture_hash),
                ..SyncPlayer::new(player.name()?)
            })
        };
        let players = self.online.iter().map(entry);
        let sync = SyncRequest {
            players: players.collect::<anyhow::Result<_>>()?,
            heartbeat_secs: Some(HeartbeatSecs::try_from(PROMISED_SECS)?),
            reason: None,
        };
        for missing in self.client.sync(sync).await?.missing {
            self.send_skin_of(&missing.player).await?;
        }
        Ok(())
    }

    async fn send_skin_of(&self, name: &PlayerName) -> anyhow::Result<()> {
        match EVERYONE.iter().find(|player| player.is_called(name)) {
            Some(player) => self.send_skin(player).await,
            None => Ok(()),
        }
    }

    async fn send_skin(&self, player: &MadeUpPlayer) -> anyhow::Result<()> {
        let skin = player.skin()?;
        let request = SkinRequest::new(player.name()?, skin.texture_hash, &skin.png);
        self.client.skin(request).await?;
        Ok(())
    }
}

/// Returns what the servers of the demo say about themselves.
fn about() -> AboutRequest {
    AboutRequest {
        version: AboutText::new("1.21.11"),
        software: AboutText::new("Paper"),
        motd: AboutText::new("A made-up server"),
        max_players: Some(20),
        ..AboutRequest::default()
    }
}
