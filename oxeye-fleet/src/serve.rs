//! `serve`: starts everything, and stops everything together.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use oxeye_process::signals::StopSignals;
use oxeye_process::tasks::Tasks;
use oxeye_process::{private_file, token_file};
use tokio::net::TcpListener;

use crate::demo;
use crate::settings::Settings;
use crate::store::FleetStore;

/// How long a stop waits for requests in flight and for the store.
const STOP_TIMEOUT: Duration = Duration::from_secs(9);

/// Runs the fleet until it is told to stop.
///
/// # Errors
/// When it cannot start. Then it leaves nothing behind.
pub(crate) async fn run(settings: Settings, is_demo: bool) -> anyhow::Result<()> {
    let mut signals = StopSignals::listen().context("cannot listen for signals")?;
    let tasks = Tasks::new();

    // What can fail a start comes before what leaves something behind.
    let mut listeners = Vec::new();
    for address in &settings.listen {
        listeners.push(bind(*address, "FLEET_LISTEN").await?);
    }
    let dashboard = match settings.dashboard_listen {
        Some(address) => Some(bind(address, "FLEET_DASHBOARD_LISTEN").await?),
        None => None,
    };
    let settings = match is_demo {
        true => demo::settings(&settings).context("cannot make the folder of the demo")?,
        false => settings,
    };
    private_file::create_folder(&settings.data)
        .with_context(|| format!("cannot make {}", settings.data.display()))?;
    let (store, kept) = FleetStore::open(&settings.store_path())?;
    let token = match &settings.operator_token {
        Some(token) => token.clone(),
        None => token_file::read_or_make(&settings.operator_token_path())?,
    };
    drop((store, kept, token, dashboard));

    let signal = signals.next().await;
    tracing::info!("{signal}: stopping; the game servers go on");
    tasks.stop();
    if !tasks.finished_within(STOP_TIMEOUT).await {
        tracing::warn!("some requests were still in flight");
    }
    Ok(())
}

async fn bind(address: SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| format!("cannot listen on {address} ({setting})"))
}
