//! `serve`: starts everything, and stops everything together.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use oxeye_process::config::locally_reachable;
use oxeye_process::signals::StopSignals;
use oxeye_process::tasks::Tasks;
use oxeye_process::{private_file, token_file};
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

use crate::controller::{self, FleetHandle, Setup};
use crate::demo;
use crate::engine::Engine;
use crate::engine::process::ProcessEngine;
#[cfg(target_os = "linux")]
use crate::engine::remote::{RemoteEngine, WorkerAccess};
use crate::http::{self, App, Reach};
use crate::ids::WorkerName;
use crate::oxeye;
use crate::settings::{NamedWorker, Settings, SlotCommand};
use crate::store::{FleetStore, Kept};
use crate::text::Text;
use crate::time::Clock;
#[cfg(target_os = "linux")]
use crate::worker::epochs;

/// How long a stop waits for requests in flight and for the store.
const STOP_TIMEOUT: Duration = Duration::from_secs(9);

/// Runs the fleet until a signal stops it.
///
/// # Errors
/// When it cannot start, in which case it leaves nothing behind.
pub(crate) async fn run(settings: Settings, text: Text, is_demo: bool) -> anyhow::Result<()> {
    let mut signals = StopSignals::listen().with_context(|| text.no_signals())?;
    let tasks = Tasks::new();

    // Everything that can fail comes before anything that would be left behind.
    let (listeners, dashboard) = bind_all(&settings, text).await?;
    let settings = match is_demo {
        true => demo::settings(&settings)
            .map_err(|error| anyhow!(text.said(&error.to_string())))
            .with_context(|| text.no_demo_folder())?,
        false => settings,
    };
    private_file::create_folder(&settings.data)
        .with_context(|| text.no_folder(&settings.data.display().to_string()))?;
    let path = settings.store_path();
    let (store, kept) = spawn_blocking(move || FleetStore::open(&path)).await??;
    let token = match &settings.operator_token {
        Some(token) => token.clone(),
        None => token_file::read_or_make(&settings.operator_token_path())
            .map_err(|error| anyhow!(text.no_token(&error)))?,
    };
    let clock = Clock::start();
    let (fleet, reach) = match settings.workers.is_empty() {
        false => {
            let engines = engines_of_workers(&settings, text, clock, &tasks)?;
            control(engines, store, kept, &settings, clock, &tasks)
        }
        true => {
            let command = command(&settings, text)?;
            let engine = ProcessEngine::open(&settings.data, command, &tasks).await;
            let engine = engine.map_err(|error| anyhow!(text.no_engine(&error)))?;
            let engines = [(WorkerName::local(), Arc::new(engine))].into();
            control(engines, store, kept, &settings, clock, &tasks)
        }
    };
    let app = App::start(&settings, &token, fleet.clone(), clock, reach, &tasks);
    announce(&settings, is_demo);
    http::serve(&app, listeners, dashboard, settings.max_connections);
    if let Some(oxeye) = &settings.oxeye {
        oxeye::start(oxeye, &fleet, &tasks);
    }
    if is_demo {
        demo::start(&fleet, &tasks);
    }

    let stopped = until_stopped(&mut signals, &fleet, text).await;
    match &stopped {
        Ok(signal) if is_demo => {
            tracing::info!("{signal}: stopping the demo and its servers");
            demo::end(&fleet).await;
        }
        Ok(signal) => tracing::info!("{signal}: stopping; the game servers keep running"),
        Err(_) => {}
    }
    tasks.stop();
    if !tasks.finished_within(STOP_TIMEOUT).await {
        tracing::warn!("some requests were still in flight");
    }
    if is_demo {
        demo::remove(&fleet, &settings.data);
    }
    stopped.map(drop)
}

/// Waits for a signal, and returns its name. Fails if the controller ends before: nobody could be
/// answered without it, so the service manager should start the program again.
async fn until_stopped(
    signals: &mut StopSignals,
    fleet: &FleetHandle,
    text: Text,
) -> anyhow::Result<&'static str> {
    tokio::select! {
        signal = signals.next() => Ok(signal),
        () = fleet.ended() => bail!(text.fleet_ended()),
    }
}

/// Starts the controller. Also returns where servers can be reached.
fn control<E: Engine>(
    engines: BTreeMap<WorkerName, Arc<E>>,
    store: FleetStore,
    kept: Kept,
    settings: &Settings,
    clock: Clock,
    tasks: &Tasks,
) -> (FleetHandle, Reach) {
    let setup = Setup {
        limits: settings.limits.clone(),
        ready_probe: settings.ready_probe.clone(),
        engines: engines.clone(),
        store,
        kept,
        clock,
    };
    let fleet = controller::start(setup, tasks);
    // A worker that is no longer in the settings is nowhere.
    let reach = move |worker: &WorkerName, port| Some(engines.get(worker)?.reachable_at(port));
    (fleet, Box::new(reach))
}

/// Returns the engines of the workers. They need not be there yet.
#[cfg(target_os = "linux")]
fn engines_of_workers(
    settings: &Settings,
    text: Text,
    clock: Clock,
    tasks: &Tasks,
) -> anyhow::Result<BTreeMap<WorkerName, Arc<RemoteEngine>>> {
    let epoch = epochs::begin(&settings.data, clock.now().wall)
        .map_err(|error| anyhow!(text.folder_unusable(&error.to_string())))?;
    let engine = |worker: &NamedWorker| {
        let NamedWorker {
            name,
            place,
            secret,
        } = worker.clone();
        tracing::info!("the worker {name} is at {place}");
        let access = WorkerAccess {
            place,
            secret,
            epoch,
            ports: settings.limits.ports.clone(),
        };
        (name, Arc::new(RemoteEngine::new(access, tasks)))
    };
    Ok(settings.workers.iter().map(engine).collect())
}

#[cfg(not(target_os = "linux"))]
fn engines_of_workers(
    _: &Settings,
    text: Text,
    _: Clock,
    _: &Tasks,
) -> anyhow::Result<BTreeMap<WorkerName, Arc<ProcessEngine>>> {
    bail!(text.worker_not_linux())
}

/// Returns the operator's command, or that of the built-in tiny server.
pub(crate) fn command(settings: &Settings, text: Text) -> anyhow::Result<SlotCommand> {
    if let Some(command) = &settings.command {
        return Ok(command.clone());
    }
    tracing::info!(
        "FLEET_COMMAND is not set: the built-in tiny server is started for every player"
    );
    let program = std::env::current_exe().with_context(|| text.no_program_path())?;
    let program = program.to_str().with_context(|| text.no_program_path())?;
    let arguments = [
        "tiny-server",
        "--port={port}",
        "--player={player}",
        "--world={world}",
    ];
    Ok(SlotCommand::new(program, arguments.map(str::to_owned)))
}

/// Logs the addresses.
fn announce(settings: &Settings, is_demo: bool) {
    let players: Vec<_> = settings.listen.iter().map(SocketAddr::to_string).collect();
    tracing::info!("players join at {}", players.join(", "));
    if settings.has_one_address_for_several_machines() {
        tracing::warn!(
            "FLEET_PUBLIC_ADDRESS is one address, but the workers are on several machines: players of the others reach their servers through /gameserver/ only"
        );
    }
    if let Some(address) = settings.dashboard_listen {
        tracing::info!("the dashboard is at http://{}", locally_reachable(address));
    }
    if is_demo {
        tracing::info!(
            "made-up players come and go; `oxeye-fleet list` in a second terminal shows them"
        );
    }
}

async fn bind_all(
    settings: &Settings,
    text: Text,
) -> anyhow::Result<(Vec<TcpListener>, Option<TcpListener>)> {
    let mut listeners = Vec::new();
    for address in &settings.listen {
        listeners.push(bind(*address, "FLEET_LISTEN", text).await?);
    }
    let dashboard = match settings.dashboard_listen {
        Some(address) => Some(bind(address, "FLEET_DASHBOARD_LISTEN", text).await?),
        None => None,
    };
    Ok((listeners, dashboard))
}

async fn bind(address: SocketAddr, setting: &str, text: Text) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| text.no_listener(&address.to_string(), setting))
}

#[cfg(test)]
mod tests {
    use oxeye_catalogue::Locale;
    use tokio::sync::{mpsc, watch};

    use super::*;
    use crate::rules::Limits;
    use crate::time::Now;
    use crate::view::FleetView;

    #[tokio::test]
    async fn a_program_whose_controller_has_ended_fails() {
        let mut signals = StopSignals::listen().unwrap();
        let view = FleetView::empty(&Limits::default(), Now::default());
        let (_views, view) = watch::channel(Arc::new(view));
        let (asking, asks) = mpsc::channel(1);
        let fleet = FleetHandle::new(view, asking);

        drop(asks);
        let stopped = until_stopped(&mut signals, &fleet, Text::of(Locale::English)).await;

        let sentence = "the fleet has stopped working; the log says where";
        assert_eq!(stopped.unwrap_err().to_string(), sentence);
    }
}
