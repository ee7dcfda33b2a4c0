//! The fleet with an engine in memory, which this program runs in a process of its own.

use std::fs;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use oxeye_fleet::controller::{self, Setup};
use oxeye_fleet::engine::Engine as _;
use oxeye_fleet::engine::fake::{FakeEngine, FakeMachine};
use oxeye_fleet::http::{self, App};
use oxeye_fleet::ids::WorkerName;
use oxeye_fleet::settings::Settings;
use oxeye_fleet::store::FleetStore;
use oxeye_fleet::time::Clock;
use oxeye_process::Secret;
use oxeye_process::tasks::Tasks;
use tokio::net::TcpListener;
use tokio::time::sleep;

/// The first argument of a process that is the fleet.
pub(crate) const SERVE: &str = "serve";

/// How long it may take to start.
const START: Duration = Duration::from_secs(30);

/// How long the engine takes for each call.
const ENGINE_DELAY: Duration = Duration::from_millis(20);

/// A running fleet, killed when this is dropped.
pub(crate) struct Fleet {
    process: Child,
    address: SocketAddr,
    _data: tempfile::TempDir,
}

impl Fleet {
    /// Starts a fleet of at most `max_slots` slots, whose empty servers keep running for `idle_secs`.
    pub(crate) async fn start(max_slots: u32, idle_secs: u32) -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let address = StdListener::bind("127.0.0.1:0")?.local_addr()?;
        let process = Command::new(std::env::current_exe()?)
            .args([SERVE, &address.to_string()])
            .arg(data.path())
            .args([max_slots.to_string(), idle_secs.to_string()])
            .stdin(Stdio::null())
            .spawn()
            .context("the fleet cannot be started")?;
        let fleet = Self {
            process,
            address,
            _data: data,
        };
        let started = Instant::now();
        while !is_ready(address).await {
            if started.elapsed() > START {
                bail!("the fleet does not become ready");
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(fleet)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns its resident memory in bytes.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next());
        Ok(kilobytes.context("no VmRSS in status")?.parse::<u64>()? * 1024)
    }
}

/// Returns whether new players get a server.
async fn is_ready(address: SocketAddr) -> bool {
    let answer = reqwest::get(format!("http://{address}/readyz")).await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

impl Drop for Fleet {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs as the fleet until it is killed.
pub(crate) async fn serve(arguments: &[String]) -> anyhow::Result<()> {
    let [address, folder, max_slots, idle_secs] = arguments else {
        bail!("an address, a folder and two numbers are needed");
    };
    let settings = Settings::of(&[
        ("FLEET_DATA", folder),
        ("FLEET_LISTEN", address),
        ("FLEET_DASHBOARD_LISTEN", "off"),
        ("FLEET_READY_PROBE", "after:0s"),
        ("FLEET_JOINS_PER_MINUTE", "1000000"),
        ("FLEET_PORT_REST", "0"),
        ("MAX_SERVERS", max_slots),
        ("INACTIVITY_SHUTDOWN", idle_secs),
        ("CLEANUP_DELETE", "0"),
        ("SERVER_PORT_START", "10000"),
    ])?;
    let tasks = Tasks::new();
    let machine = FakeMachine::new(&tasks);
    machine.delay(ENGINE_DELAY);
    let engine = Arc::new(FakeEngine::of(&machine));
    let listener = TcpListener::bind(address).await?;
    let (store, kept) = FleetStore::open(&Path::new(folder).join("fleet.db"))?;
    let clock = Clock::start();
    let setup = Setup {
        limits: settings.limits.clone(),
        ready_probe: settings.ready_probe.clone(),
        engines: [(WorkerName::local(), Arc::clone(&engine))].into(),
        store,
        kept,
        clock,
    };
    let fleet = controller::start(setup, &tasks);
    let token = Secret::new("the token of a measurement");
    let reach = Box::new(move |_: &WorkerName, port| Some(engine.reachable_at(port)));
    let app = App::start(&settings, &token, fleet, clock, reach, &tasks);
    http::serve(&app, vec![listener], None, settings.max_connections);
    tasks.stop_signal().cancelled().await;
    Ok(())
}
