//! A made-up server whose players come and go, through the same HTTP API that a real plugin uses.

mod players;
mod skins;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use oxeye_db::{Database, Farewell, GuildId};
use oxeye_plugin_proto::client::{Client, JoinReply, LinkedClient};
use oxeye_plugin_proto::{
    HeartbeatRequest, JoinRequest, LeaveRequest, PlayerName, ServerName, SkinRequest, SyncPlayer,
    SyncReason, SyncRequest, UnixSeconds,
};
use rand::rngs::StdRng;
use rand::seq::IteratorRandom;
use rand::{Rng, SeedableRng};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::local_url;
use players::{LEFT_BEFORE, MadeUpPlayer, REGULARS};

const SERVER_NAME: &str = "Oxeye demo";

/// Seconds between two things that happen.
const PAUSE: std::ops::Range<u64> = 4..12;

/// Plays until the stop signal, then takes the made-up server away again.
pub async fn run(database: Database, address: SocketAddr, clock: Clock, stop: CancellationToken) {
    let played = tokio::select! {
        played = play(&database, address, clock) => played,
        () = stop.cancelled() => Ok(()),
    };
    if let Err(error) = played {
        tracing::warn!("the demo has ended: {error:#}");
    }
    // Past the listener's end there is no HTTP any more. A demo that was not linked is no failure.
    if let Ok(name) = server_name() {
        unlink(&database, &name, clock()).await;
    }
}

async fn play(database: &Database, address: SocketAddr, clock: Clock) -> anyhow::Result<()> {
    let client = link(database, address, clock).await?;
    let mut demo = Demo {
        client,
        clock,
        online: BTreeSet::new(),
        chance: StdRng::from_os_rng(),
    };
    demo.open().await?;
    tracing::info!("the demo server {SERVER_NAME:?} is open; `oxeye status` shows it");
    loop {
        let pause = demo.chance.random_range(PAUSE);
        sleep(Duration::from_secs(pause)).await;
        demo.something_happens().await?;
    }
}

fn server_name() -> anyhow::Result<ServerName> {
    Ok(ServerName::try_from(SERVER_NAME.to_owned())?)
}

/// A demo that was killed may have left its server behind; the name is needed again.
async fn link(
    database: &Database,
    address: SocketAddr,
    clock: Clock,
) -> anyhow::Result<LinkedClient> {
    let name = server_name()?;
    unlink(database, &name, clock()).await;
    let issued = database
        .issue_link_code(GuildId::LOCAL, name, clock())
        .await?;
    Client::new(local_url(address))
        .connect(&issued.code)
        .await
        .context("cannot link the demo server")
}

async fn unlink(database: &Database, name: &ServerName, now: UnixSeconds) {
    if let Some(server) = database.find_server(GuildId::LOCAL, name) {
        // "Not linked" is what is wanted, and a store that fails has logged it.
        let _ = database.disconnect(server, Farewell::ByPlugin, now).await;
    }
}

/// The made-up server.
struct Demo {
    client: LinkedClient,
    clock: Clock,
    /// Indices into [`REGULARS`].
    online: BTreeSet<usize>,
    chance: StdRng,
}

impl Demo {
    /// Some are on already, and some have just been there.
    async fn open(&mut self) -> anyhow::Result<()> {
        self.online = [0, 1, 2, 3].into();
        self.sync(Some(SyncReason::Startup)).await?;
        for (player, minutes_ago) in LEFT_BEFORE {
            let at = (self.clock)().minus(Duration::from_secs(60 * minutes_ago));
            let leave = LeaveRequest {
                player: player.name()?,
                at: Some(at),
            };
            self.client.leave(leave).await?;
        }
        Ok(())
    }

    async fn something_happens(&mut self) -> anyhow::Result<()> {
        if self.client.needs_full_sync() {
            return self.sync(None).await;
        }
        let someone = (0..REGULARS.len())
            .choose(&mut self.chance)
            .unwrap_or_default();
        match (self.online.remove(&someone), self.chance.random_bool(0.3)) {
            (_, true) => {
                self.online.insert(someone);
                self.join(&REGULARS[someone]).await
            }
            (true, false) => Ok(self
                .client
                .leave(LeaveRequest::new(REGULARS[someone].name()?))
                .await?),
            (false, false) => {
                let players = u32::try_from(self.online.len()).ok();
                self.client
                    .heartbeat(HeartbeatRequest {
                        players,
                        ..HeartbeatRequest::default()
                    })
                    .await?;
                Ok(())
            }
        }
    }

    async fn join(&self, player: &MadeUpPlayer) -> anyhow::Result<()> {
        let skin = player.skin()?;
        let join = JoinRequest {
            texture_hash: Some(skin.texture_hash),
            ..JoinRequest::new(player.name()?)
        };
        if self.client.join(join).await? == JoinReply::SkinWanted {
            self.client
                .skin(SkinRequest::new(
                    player.name()?,
                    skin.texture_hash,
                    &skin.png,
                ))
                .await?;
        }
        Ok(())
    }

    async fn sync(&self, reason: Option<SyncReason>) -> anyhow::Result<()> {
        let entry = |&index: &usize| -> anyhow::Result<SyncPlayer> {
            let player = &REGULARS[index];
            let texture_hash = Some(player.skin()?.texture_hash);
            Ok(SyncPlayer {
                texture_hash,
                ..SyncPlayer::new(player.name()?)
            })
        };
        let players = self
            .online
            .iter()
            .map(entry)
            .collect::<anyhow::Result<_>>()?;
        let answer = self
            .client
            .sync(SyncRequest {
                players,
                heartbeat_secs: None,
                reason,
            })
            .await?;
        for missing in answer.missing {
            self.send_skin(&missing.player).await?;
        }
        Ok(())
    }

    async fn send_skin(&self, name: &PlayerName) -> anyhow::Result<()> {
        let Some(player) = REGULARS.iter().find(|player| player.is_called(name)) else {
            return Ok(());
        };
        let skin = player.skin()?;
        self.client
            .skin(SkinRequest::new(name.clone(), skin.texture_hash, &skin.png))
            .await?;
        Ok(())
    }
}
