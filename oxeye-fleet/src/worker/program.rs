//! `worker`: starts everything, and stops everything together. The game servers keep running.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use oxeye_process::private_file;
use oxeye_process::signals::StopSignals;
use oxeye_process::tasks::Tasks;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::epochs::Epochs;
use super::limits::WorkerLimits;
use super::listener::{self, Listener};
use super::tls::Identity;
use super::{Worker, socket};
use crate::engine::agones::AgonesEngine;
use crate::engine::docker::DockerEngine;
use crate::engine::process::ProcessEngine;
use crate::engine::process::folders::Folders;
use crate::engine::{Engine, Exit};
use crate::serve;
use crate::settings::{ContainerSettings, EngineKind, Settings, WorkerListen};
use crate::text::Text;

/// How long a stop waits for calls in flight.
const STOP_TIMEOUT: Duration = Duration::from_secs(9);

/// Runs a worker with the engine of `FLEET_ENGINE` until a signal stops it.
///
/// # Errors
/// When it cannot start.
pub(crate) async fn run(settings: &Settings, text: Text) -> anyhow::Result<()> {
    let mut signals = StopSignals::listen().with_context(|| text.no_signals())?;
    let tasks = Tasks::new();
    private_file::create_folder(&settings.data)
        .with_context(|| text.no_folder(&settings.data.display().to_string()))?;
    // Held until the worker ends.
    let _lock;
    // The one place that chooses the engine.
    match &settings.engine {
        EngineKind::Process => {
            let command = serve::command(settings, text)?;
            let engine = ProcessEngine::open(&settings.data, command, &tasks).await;
            let engine = engine.map_err(|error| anyhow!(text.no_engine(&error)))?;
            offer(engine, settings, text, &tasks).await?;
        }
        EngineKind::Agones(place) => {
            let folders = Folders::below(&settings.data);
            let locked = folders.lock_engine();
            _lock = locked.map_err(|error| anyhow!(text.no_engine(&error)))?;
            let fleet = folders
                .read_or_make_fleet_id()
                .map_err(|error| anyhow!(text.folder_unusable(&error.to_string())))?;
            let engine = AgonesEngine::open(place, fleet, &tasks).await;
            let engine = engine.map_err(|error| anyhow!(text.no_agones(&error)))?;
            offer(engine, settings, text, &tasks).await?;
        }
        EngineKind::Docker(containers) => {
            let containers = ContainerSettings::clone(containers);
            let engine = DockerEngine::open(&settings.data, containers, &tasks).await;
            let engine = engine.map_err(|error| anyhow!(text.no_engine(&error)))?;
            offer(engine, settings, text, &tasks).await?;
        }
    }

    let signal = signals.next().await;
    tracing::info!("{signal}: stopping; the game servers keep running");
    if let WorkerListen::Unix(path) = &settings.offered.listen {
        // While we listen, no other worker takes its place. The next one replaces it if it cannot be removed.
        let _ = std::fs::remove_file(path);
    }
    tasks.stop();
    if !tasks.finished_within(STOP_TIMEOUT).await {
        tracing::warn!("some calls were still in flight");
    }
    Ok(())
}

/// Offers an engine to fleets, within the limits of the settings.
///
/// # Errors
/// When the epochs or the certificate cannot be read, or it cannot listen.
async fn offer<E: Engine>(
    engine: E,
    settings: &Settings,
    text: Text,
    tasks: &Tasks,
) -> anyhow::Result<()> {
    let epochs = Epochs::open(&settings.data)
        .map_err(|error| anyhow!(text.folder_unusable(&error.to_string())))?;
    let worker = Worker::new(
        engine,
        WorkerLimits::of(settings),
        settings.worker_secret.as_ref(),
        epochs,
    );
    let worker = worker.with_address(settings.offered.address.clone());
    start(worker, listen(settings, text).await?, tasks);
    Ok(())
}

/// Listens where the settings say.
async fn listen(settings: &Settings, text: Text) -> anyhow::Result<Listener> {
    let listen = &settings.offered.listen;
    let not_there = || text.no_socket(&listen.to_string());
    match listen {
        WorkerListen::Unix(path) => {
            let listener = socket::bind(path).map_err(|error| {
                let reason = text.said(&error.to_string());
                anyhow!("{}: {reason}", not_there())
            })?;
            tracing::info!("waiting for the fleet at {listen}");
            Ok(Listener::Unix(listener))
        }
        WorkerListen::Tls(address) => {
            let files = settings.offered.certificate.as_ref();
            let identity = Identity::read(files, &settings.data)
                .map_err(|error| anyhow!(text.no_certificate(&error.to_string())))?;
            let listener = TcpListener::bind(address).await.with_context(not_there)?;
            tracing::info!(
                "waiting for the fleet at {listen}; it needs FLEET_WORKERS=tls:HOST:{}#{}",
                address.port(),
                identity.fingerprint
            );
            identity.warn_unless_valid();
            Ok(Listener::Tls(listener, Arc::new(identity)))
        }
    }
}

/// Serves fleets until the tasks are told to stop.
pub(super) fn start<E: Engine>(worker: Worker<E>, listener: Listener, tasks: &Tasks) {
    let worker = Arc::new(worker.with_certificate(listener.certificate()));
    let exits = worker.engine.exits();
    tasks.spawn(report(exits, Arc::clone(&worker), tasks.clone()));
    tasks.spawn(listener::accept(listener, worker, tasks.clone()));
}

/// Passes on the exits that the engine notices.
async fn report<E: Engine>(mut exits: mpsc::Receiver<Exit>, worker: Arc<Worker<E>>, tasks: Tasks) {
    let stop = tasks.stop_signal();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            exit = exits.recv() => match exit {
                Some(exit) => worker.report(exit),
                None => return,
            },
        }
    }
}
