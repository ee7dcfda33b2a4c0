//! A fleet and its worker, whose servers are containers of a podman.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::process::Child;
use tokio::time::timeout;

use crate::image::IMAGE;
use crate::podman::{self, Podman};
use crate::running::{RunningFleet, spawn_worker};

/// How long anything may take that a test waits for.
const LIMIT: Duration = Duration::from_secs(60);

/// A process that is suspended until this is dropped.
pub(crate) struct Suspended(Pid);

impl Drop for Suspended {
    fn drop(&mut self) {
        kill_process(self.0, Signal::CONT).unwrap();
    }
}

/// The fields are dropped in this order: whoever makes containers goes first.
pub(crate) struct Site {
    pub(crate) fleet: RunningFleet,
    _worker: Child,
    pub(crate) podman: Arc<Podman>,
    pub(crate) first_port: usize,
}

impl Site {
    /// Starts them, for servers that behave like this, with these settings for both.
    pub(crate) async fn with(manner: &str, settings: &[(&str, &str)]) -> Self {
        Self::on(podman::shared(), manner, settings).await
    }

    /// Starts them on a podman that no other test uses.
    pub(crate) async fn on(podman: Arc<Podman>, manner: &str, settings: &[(&str, &str)]) -> Self {
        let first_port = first_port();
        let (port, socket) = (first_port.to_string(), podman.socket());
        let manner = format!("MANNER={manner}");
        let mut all = vec![
            ("MAX_SERVERS", "2"),
            ("SERVER_PORT_START", &port),
            ("FLEET_STOP_GRACE", "30"),
        ];
        let containers = [
            ("FLEET_ENGINE", "docker"),
            ("FLEET_WORKER_LISTEN", "unix:worker.sock"),
            ("FLEET_DATA", "worker"),
            ("FLEET_DOCKER_SOCKET", socket.to_str().unwrap()),
            ("FLEET_DOCKER_IMAGE", IMAGE),
            ("FLEET_DOCKER_ENV", &manner),
            ("FLEET_DOCKER_MOUNT", "/world"),
            ("FLEET_DOCKER_BIND", "127.0.0.1"),
            ("FLEET_DOCKER_MEMORY_MB", "64"),
        ];
        let timers = [
            ("FLEET_WORKERS", "unix:worker.sock"),
            ("FLEET_READY_PROBE", "tcp"),
            ("INACTIVITY_SHUTDOWN", "1"),
            ("FLEET_HEARTBEAT_GRACE", "600"),
            ("CLEANUP_DELETE", "0"),
        ];
        let of_fleet = [&all[..], &timers, settings].concat();
        let fleet = RunningFleet::start(&of_fleet).await;
        all.extend(containers);
        all.extend(settings);
        let folder = fleet.data().parent().unwrap().to_owned();
        let of_worker = all.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let site = Self {
            _worker: spawn_worker(&folder, of_worker),
            fleet,
            podman,
            first_port,
        };
        site.until_health_is("healthy").await;
        site
    }

    /// Starts the fleet again, with more settings.
    pub(crate) async fn restart_fleet(&mut self, settings: &[(&str, &str)]) {
        self.fleet.kill().await;
        self.fleet.restart_with(settings).await;
        self.until_health_is("healthy").await;
    }

    pub(crate) async fn until_health_is(&self, status: &str) {
        let reached = async {
            while self.fleet.get("/health").await["status"] != status {
                tokio::task::yield_now().await;
            }
        };
        let reached = timeout(LIMIT, reached).await;
        assert!(reached.is_ok(), "{}", self.fleet.last_logged());
    }

    /// Suspends podman, which then takes connections and answers nobody, until the result is dropped.
    pub(crate) fn suspend_podman(&self) -> Suspended {
        let address = format!("unix://{}", self.podman.socket().display());
        let is_it = |pid: &i32| {
            let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            words
                .split(|byte| *byte == 0)
                .any(|word| word == address.as_bytes())
        };
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        let mut pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let pid = pids.find(is_it).and_then(Pid::from_raw).unwrap();
        kill_process(pid, Signal::STOP).unwrap();
        Suspended(pid)
    }

    pub(crate) async fn heartbeat(&self, joined: &Value) -> Value {
        let session = json!({ "sessionId": joined["sessionId"] });
        self.fleet.post("/api/player/heartbeat", &session).await
    }

    /// Waits until `oxeye-fleet check` says something, and returns all that it says.
    pub(crate) async fn until_checked(&self, words: &str) -> String {
        let said = async {
            loop {
                let checked = self.fleet.command("check").await;
                if checked.contains(words) {
                    return checked;
                }
            }
        };
        let said = timeout(LIMIT, said).await;
        said.unwrap_or_else(|_elapsed| panic!("never {words}: {}", self.fleet.last_logged()))
    }

    /// Waits until one of the programs has logged something.
    pub(crate) async fn until_logged(&self, words: &str) {
        let logged = async {
            while !self.fleet.last_logged().contains(words) {
                tokio::task::yield_now().await;
            }
        };
        let logged = timeout(LIMIT, logged).await;
        assert!(logged.is_ok(), "{}", self.fleet.last_logged());
    }

    /// Waits until servers have been started in the world of a player.
    pub(crate) async fn until_visited(&self, player: &str) {
        let visited = async {
            while !self.world(player).join("visits").exists() {
                tokio::task::yield_now().await;
            }
        };
        let visited = timeout(LIMIT, visited).await;
        assert!(visited.is_ok(), "{}", self.fleet.last_logged());
    }

    /// Returns the names of the containers of this fleet.
    pub(crate) fn containers(&self) -> Vec<String> {
        let format = ["ps", "--all", "--format", "{{.Names}}"];
        self.with_label(&format)
    }

    /// Returns the folder of a player's world. It is not there before their first server.
    pub(crate) fn world(&self, player: &str) -> PathBuf {
        let format = ["volume", "ls", "--format", "{{.Name}}"];
        let part = format!("-world-{player}-");
        let worlds = self.with_label(&format);
        let world = worlds.iter().find(|name| name.contains(&part));
        let none = String::from("none");
        let world = world.unwrap_or(&none);
        self.podman.folder_of_volumes().join(world).join("_data")
    }

    fn with_label(&self, command: &[&str]) -> Vec<String> {
        let id = self.fleet.data().with_file_name("worker").join("fleet-id");
        let id = std::fs::read_to_string(id).unwrap();
        let filter = format!("label=oxeye.fleet={}", id.trim());
        let listed = self.podman.run(&[command, &["--filter", &filter]].concat());
        listed.lines().map(str::to_owned).collect()
    }

    /// Returns which container this is, what it does, and since when.
    pub(crate) fn state(&self, container: &str) -> String {
        let format = "{{.Id}} {{.State.Status}} {{.State.StartedAt}}";
        self.podman.run(&["inspect", "--format", format, container])
    }
}

/// Returns the first port of servers, another one for each call: below those that the system gives to outgoing
/// connections.
pub(crate) fn first_port() -> usize {
    const FROM: usize = 20_000;
    const RANGES: usize = 1_500;
    const PORTS: usize = 8;
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    FROM + (std::process::id() as usize * 8 + call) % RANGES * PORTS
}
