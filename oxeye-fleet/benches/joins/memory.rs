//! The memory of a fleet with many slots.

use std::time::Duration;

use anyhow::{Context, ensure};
use futures_util::StreamExt;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::client_async;

use crate::fleet::Fleet;
use crate::players::{Players, stays};

/// How long servers keep running without heartbeats: longer than this measurement takes.
const IDLE_SECS: u32 = 3_600;

/// How long it may take until all servers run.
const START: Duration = Duration::from_secs(60);

/// Gives this many players a server, waits until a dashboard shows all of them as running, and returns
/// the resident memory of the fleet in bytes.
pub(crate) async fn of_slots(slots: u32) -> anyhow::Result<u64> {
    let fleet = Fleet::start(slots, IDLE_SECS).await?;
    let stream = TcpStream::connect(fleet.address()).await?;
    let (mut dashboard, _) = client_async(format!("ws://{}/", fleet.address()), stream).await?;
    let players = Players::new(fleet.address());
    for number in 0..slots {
        players.join_as(&stays(number)).await?;
    }
    let all_run = async {
        loop {
            let message = dashboard.next().await.context("the feed has ended")??;
            let message = message.into_text()?;
            if running_in(&message)? == slots as usize {
                return anyhow::Ok(());
            }
        }
    };
    timeout(START, all_run)
        .await
        .context("not all servers run")??;
    let memory = fleet.memory()?;
    ensure!(memory > 0, "no memory");
    Ok(memory)
}

fn running_in(message: &str) -> anyhow::Result<usize> {
    let message: Value = serde_json::from_str(message)?;
    let servers = message["data"]["autoScaled"].as_array();
    let servers = servers.context("no servers in a message")?;
    let running = servers
        .iter()
        .filter(|server| server["status"] == "running");
    Ok(running.count())
}
