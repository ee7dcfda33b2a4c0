//! The task that reports for one slot.

use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_client::{ClientError, LinkedClient};
use oxeye_plugin_proto::{
    HeartbeatRequest, HeartbeatSecs, ServerName, SyncPlayer, SyncPlayers, SyncRequest,
};
use oxeye_process::backoff::Backoff;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::facts::Facts;
use super::operator::OperatorApi;

/// Time between two heartbeats to Oxeye.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// How long to wait after a failure.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LONGEST_RETRY: Duration = Duration::from_secs(60);

/// How long we try to disconnect a server.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Reports until the slot is gone, which ends `seen`, or until the program stops.
pub(super) async fn run(
    api: Arc<OperatorApi>,
    name: ServerName,
    mut seen: watch::Receiver<Facts>,
    stop: CancellationToken,
) {
    let mut backoff = Backoff::new(FIRST_RETRY, LONGEST_RETRY);
    loop {
        let linked = tokio::select! {
            () = stop.cancelled() => return,
            linked = link(&api, &name, &seen, &mut backoff) => linked,
        };
        let Some(client) = linked else { return };
        let ended = tokio::select! {
            // First, because a stop ends `seen` as well, and the servers stay linked.
            biased;
            () = stop.cancelled() => return,
            ended = report(&client, &mut seen, &mut backoff) => ended,
        };
        match ended {
            Ended::SlotGone => return disconnect(&client).await,
            // Somebody has unlinked it; it is linked again.
            Ended::Unlinked => {
                let wait = sleep(backoff.next_wait());
                stop.run_until_cancelled(wait).await;
            }
        }
    }
}

/// Links the server; `None` if the slot is gone first.
async fn link(
    api: &OperatorApi,
    name: &ServerName,
    seen: &watch::Receiver<Facts>,
    backoff: &mut Backoff,
) -> Option<LinkedClient> {
    let mut has_failed = false;
    while seen.has_changed().is_ok() {
        match api.link(name).await {
            Ok(client) => {
                backoff.reset();
                return Some(client);
            }
            Err(error) if !has_failed => {
                has_failed = true;
                tracing::warn!("a server of the fleet is not shown in Oxeye yet: {error}");
            }
            Err(_) => {}
        }
        sleep(backoff.next_wait()).await;
    }
    None
}

enum Ended {
    SlotGone,
    Unlinked,
}

/// Reports every change, and sends heartbeats in between.
async fn report(
    client: &LinkedClient,
    seen: &mut watch::Receiver<Facts>,
    backoff: &mut Backoff,
) -> Ended {
    let mut told = None;
    loop {
        let facts = seen.borrow_and_update().clone();
        let wait = match tell(client, &facts, told.as_ref()).await {
            Ok(()) => {
                backoff.reset();
                told = Some(facts);
                HEARTBEAT
            }
            Err(ClientError::NotLinked) => return Ended::Unlinked,
            Err(_) => {
                told = None;
                backoff.next_wait()
            }
        };
        tokio::select! {
            changed = seen.changed() => if changed.is_err() { return Ended::SlotGone },
            () = sleep(wait) => {}
        }
    }
}

async fn tell(
    client: &LinkedClient,
    facts: &Facts,
    told: Option<&Facts>,
) -> Result<(), ClientError> {
    let has_new_players = told.is_none_or(|told| told.players != facts.players);
    if has_new_players || client.needs_full_sync() {
        let players = facts.players.iter().cloned().map(SyncPlayer::new);
        let sync = SyncRequest {
            players: SyncPlayers {
                valid: players.collect(),
                skipped: Vec::new(),
            },
            heartbeat_secs: heartbeat_secs(),
            reason: None,
        };
        client.sync(sync).await?;
    }
    let heartbeat = HeartbeatRequest {
        players: u32::try_from(facts.players.len()).ok(),
        heartbeat_secs: heartbeat_secs(),
        server: Some(facts.server),
        since: None,
        member_codes: false,
    };
    client.heartbeat(heartbeat).await?;
    Ok(())
}

fn heartbeat_secs() -> Option<HeartbeatSecs> {
    HeartbeatSecs::try_from(HEARTBEAT.as_secs()).ok()
}

/// Disconnects the server: its players move to last seen, and its name is free for the next slot.
async fn disconnect(client: &LinkedClient) {
    if timeout(DISCONNECT_TIMEOUT, client.disconnect())
        .await
        .is_err()
    {
        tracing::debug!("a server of the fleet could not be disconnected from Oxeye");
    }
}
