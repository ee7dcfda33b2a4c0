//! A fleet, its worker and a podman, each of which can be killed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Child;
use tokio::sync::{Mutex, RwLock};
use tokio::time::sleep;

use crate::engine;
use crate::image::IMAGE;
use crate::podman::Podman;
use crate::running::{RunningFleet, last_logged, spawn_worker};
use crate::strangers::{self, Strangers};
use crate::{LIMIT, is_of, is_running};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// The pause between two heartbeats.
const HEARTBEAT: Duration = Duration::from_millis(500);

/// The fields are dropped in this order: whoever makes containers goes first.
pub(crate) struct Site {
    fleet: RwLock<RunningFleet>,
    worker: Mutex<Child>,
    pub(crate) podman: Arc<Podman>,
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    strangers: Strangers,
}

impl Site {
    /// Starts everything, for this many servers at the same time.
    pub(crate) async fn start(servers: usize) -> Self {
        let podman = Arc::new(Podman::start());
        let strangers = Strangers::start(&podman);
        let folder = tempfile::tempdir().unwrap();
        let text = |text: &str| text.to_owned();
        let first_port = first_port(servers).to_string();
        let settings = vec![
            ("FLEET_ENGINE", text("docker")),
            ("FLEET_DOCKER_SOCKET", podman.socket().display().to_string()),
            ("FLEET_DOCKER_IMAGE", text(IMAGE)),
            ("FLEET_DOCKER_MOUNT", text("/world")),
            ("FLEET_DOCKER_BIND", text("127.0.0.1")),
            ("FLEET_DOCKER_MEMORY_MB", text("32")),
            (
                "FLEET_DATA",
                folder.path().join("worker").display().to_string(),
            ),
            ("FLEET_WORKER_LISTEN", text("unix:worker.sock")),
            ("MAX_SERVERS", servers.to_string()),
            ("SERVER_PORT_START", first_port.clone()),
            ("FLEET_WORKER_CREATIONS_PER_MINUTE", text("100000")),
        ];
        let worker = spawn_worker(folder.path(), settings.iter().cloned());
        let socket = format!("unix:{}", folder.path().join("worker.sock").display());
        let fleet = RunningFleet::start(&[
            ("FLEET_WORKERS", &socket),
            ("MAX_SERVERS", &servers.to_string()),
            ("SERVER_PORT_START", &first_port),
            ("FLEET_JOINS_PER_MINUTE", "1000000"),
            ("FLEET_READY_PROBE", "tcp"),
            ("INACTIVITY_SHUTDOWN", "1"),
            ("CLEANUP_DELETE", "0"),
        ])
        .await;
        Self {
            podman,
            fleet: RwLock::new(fleet),
            worker: Mutex::new(worker),
            folder,
            settings,
            strangers,
        }
    }

    pub(crate) async fn restart_worker(&self) {
        let mut worker = self.worker.lock().await;
        worker.kill().await.unwrap();
        *worker = spawn_worker(self.folder.path(), self.settings.iter().cloned());
    }

    pub(crate) async fn restart_fleet(&self) {
        let mut fleet = self.fleet.write().await;
        fleet.kill().await;
        fleet.restart().await;
    }

    pub(crate) async fn join(&self, player: &str) -> Value {
        self.join_in_time(player).await.0
    }

    /// Joins until the fleet gives a server, and returns how long it took to answer then.
    pub(crate) async fn join_in_time(&self, player: &str) -> (Value, Duration) {
        let began = Instant::now();
        loop {
            let asked = Instant::now();
            let joined = self.post("join", &json!({ "playerId": player })).await;
            let answer = asked.elapsed();
            if joined["success"] == true {
                return (joined, answer);
            }
            if began.elapsed() > LIMIT {
                self.give_up(&format!("for {player}: {joined}"), &[]).await;
            }
            sleep(PAUSE).await;
        }
    }

    pub(crate) async fn leave(&self, joined: &Value) {
        let session = json!({ "sessionId": joined["sessionId"] });
        let began = Instant::now();
        while self.post("leave", &session).await.is_null() {
            assert!(began.elapsed() < LIMIT, "nobody can leave");
            sleep(PAUSE).await;
        }
    }

    /// Sends heartbeats until nobody waits for it any more.
    pub(crate) async fn keep_alive(self: Arc<Self>, joined: Value) {
        loop {
            self.heartbeat(&joined).await;
            sleep(HEARTBEAT).await;
        }
    }

    async fn heartbeat(&self, joined: &Value) {
        let session = json!({ "sessionId": joined["sessionId"] });
        self.post("heartbeat", &session).await;
    }

    async fn post(&self, what: &str, body: &Value) -> Value {
        let fleet = self.fleet.read().await;
        let answer = fleet.try_post(&format!("/api/player/{what}"), body).await;
        answer.unwrap_or(Value::Null)
    }

    async fn servers(&self) -> Vec<Value> {
        let fleet = self.fleet.read().await;
        let servers = fleet.get("/api/servers").await;
        servers["autoScaledServers"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    async fn until(&self, what: &str, is_so: impl Fn(&[Value]) -> bool) {
        let began = Instant::now();
        loop {
            let servers = self.servers().await;
            if is_so(&servers) {
                return;
            }
            if began.elapsed() > LIMIT {
                self.give_up(what, &servers).await;
            }
            sleep(PAUSE).await;
        }
    }

    /// Says what everybody is doing, and fails.
    async fn give_up(&self, what: &str, servers: &[Value]) -> ! {
        let fleet = self.fleet.read().await.last_logged();
        let worker = last_logged(self.folder.path());
        let (engine, processes) = (
            engine::condition(&self.podman.socket()),
            engine::processes(),
        );
        panic!(
            "never {what}: {servers:#?}\n\nthe fleet:\n{fleet}\n\nthe worker:\n{worker}\n\nthe engine:\n{engine}\n{processes}"
        );
    }

    /// Waits, as somebody who plays, until their server is ready. Returns whether it is; if not, it is gone.
    pub(crate) async fn becomes_ready(&self, joined: &Value, player: &str) -> bool {
        let began = Instant::now();
        let mut beat_at = Instant::now();
        loop {
            let servers = self.servers().await;
            let server = servers
                .iter()
                .find(|server| server["id"] == joined["serverId"]);
            match server {
                Some(server) if is_running(server, player) => return true,
                Some(server) if is_of(server, player) => {}
                _ => return false,
            }
            if beat_at.elapsed() > HEARTBEAT {
                beat_at = Instant::now();
                self.heartbeat(joined).await;
            }
            if began.elapsed() > LIMIT {
                self.give_up("ready", &servers).await;
            }
            sleep(PAUSE).await;
        }
    }

    pub(crate) async fn until_one_starts(&self) {
        let starts =
            |servers: &[Value]| servers.iter().any(|server| server["status"] == "starting");
        self.until("starting", starts).await;
    }

    /// Waits until only the server of one player is there.
    pub(crate) async fn until_only(&self, player: &str) {
        let is_alone = |servers: &[Value]| matches!(servers, [server] if is_of(server, player));
        self.until("alone", is_alone).await;
    }

    /// Returns when the container of a player was started last.
    pub(crate) fn started_at(&self, joined: &Value) -> String {
        let slot = joined["serverId"].as_str().unwrap();
        let filter = format!("label=oxeye.slot={slot}");
        let id = self
            .podman
            .run(&["ps", "--quiet", "--no-trunc", "--filter", &filter]);
        assert!(!id.is_empty(), "{slot} does not run");
        strangers::state(&self.podman, &id)
    }

    pub(crate) fn containers(&self) -> usize {
        let all = ["ps", "--all", "--quiet", "--no-trunc"];
        let all = self
            .podman
            .run(&[&all[..], &["--filter", "label=oxeye.fleet"]].concat());
        all.lines().filter(|id| !self.strangers.have(id)).count()
    }

    /// Checks that what others have is as it was.
    #[track_caller]
    pub(crate) fn check_strangers(&self) {
        self.strangers.check(&self.podman);
    }

    pub(crate) fn worlds(&self) -> usize {
        let all = ["volume", "ls", "--quiet", "--filter", "label=oxeye.fleet"];
        let all = self.podman.run(&all);
        all.lines()
            .filter(|name| !self.strangers.have(name))
            .count()
    }

    /// Returns how often a server was started in the world of a player.
    pub(crate) fn visits(&self, player: &str) -> usize {
        let all = self.podman.folder_of_volumes();
        let mut worlds = std::fs::read_dir(all)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let part = format!("-world-{player}-");
        let world = worlds.find(|path| path.to_string_lossy().contains(&part));
        let visits = world.map(|world| std::fs::read(world.join("_data/visits")));
        visits.map_or(0, |visits| visits.unwrap_or_default().len())
    }
}

/// Returns the first port of the game servers, another one in each process: below those that the system gives to outgoing
/// connections, of which this trial makes many. A port that somebody else has is avoided by the fleet.
fn first_port(servers: usize) -> usize {
    const FROM: usize = 20_000;
    const BELOW: usize = 32_768;
    let ports = servers * 4;
    let ranges = (BELOW - FROM) / ports;
    FROM + std::process::id() as usize % ranges * ports
}
