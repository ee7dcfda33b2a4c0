//! A container engine with one container, which does with a stop what the test says, and with networks.

use std::path::PathBuf;
use std::sync::Arc;

use oxeye_process::tasks::Tasks;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;

use super::super::{DockerEngine, labels};
use super::host::{launch, settings_at};
use crate::engine::contract::{FIRST, SLOT};
use crate::engine::docker::containers::Containers;
use crate::engine::{Engine as _, Launch};

/// The id of the container.
const ID: &str = "c1";

/// What becomes of a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stops {
    /// The connection ends without an answer, and the server runs on.
    BrokenOff,
    /// There is no answer, and the server runs on, as Docker says while it waits for the exit.
    Hanging,
}

/// The engine. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct StandIn {
    folder: Arc<TempDir>,
    state: Arc<Mutex<State>>,
    restarts: watch::Sender<u32>,
}

#[derive(Debug)]
struct State {
    stops: Stops,
    container: Option<Value>,
    /// The options of every network.
    network_options: Value,
    /// What it calls itself.
    name: &'static str,
    is_running: bool,
    exit_code: i32,
    is_oom_killed: bool,
    /// How often it was asked what the server printed.
    logs_read: usize,
    /// The number of starts, from which the time of the last one is made.
    starts: u32,
    /// How many stops have come.
    asked: usize,
}

/// Returns a stand-in, an engine that uses it and has one server running, and the folder of its data.
pub(super) async fn playing(stops: Stops) -> (StandIn, DockerEngine, TempDir) {
    let stand_in = StandIn::start(stops);
    let data = tempfile::tempdir().unwrap();
    let settings = settings_at(stand_in.socket(), "polite");
    let engine = DockerEngine::open(data.path(), settings, &Tasks::new()).await;
    let engine = engine.unwrap();
    stand_in.make(&engine.all, &launch(SLOT));
    engine.start(SLOT, FIRST).await.unwrap();
    (stand_in, engine, data)
}

impl StandIn {
    /// Listens at a socket of its own.
    pub(super) fn start(stops: Stops) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("engine.sock")).unwrap();
        let engine = Self {
            folder: Arc::new(folder),
            restarts: watch::Sender::new(0),
            state: Arc::new(Mutex::new(State {
                stops,
                container: None,
                network_options: json!({}),
                name: "Engine",
                is_running: false,
                exit_code: 0,
                is_oom_killed: false,
                logs_read: 0,
                starts: 0,
                asked: 0,
            })),
        };
        let (tasks, listening) = (Tasks::new(), engine.clone());
        tasks.clone().spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let engine = listening.clone();
                tasks.spawn(async move { engine.serve(stream).await });
            }
        });
        engine
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.folder.path().join("engine.sock")
    }

    /// Makes the container of a slot, which does not run yet.
    pub(super) fn make(&self, all: &Containers, launch: &Launch) {
        self.state.lock().container = Some(json!({
            "Id": ID,
            "Name": format!("/{}", all.name(launch.slot)),
            "Config": {"Labels": labels::of_container(&all.fleet, launch)},
        }));
    }

    /// Calls itself something, and has networks with these options.
    pub(super) fn has_networks(&self, name: &'static str, options: Value) {
        let mut state = self.state.lock();
        (state.name, state.network_options) = (name, options);
    }

    /// Has the server exit.
    pub(super) fn exit(&self) {
        self.state.lock().is_running = false;
    }

    /// Has the server crash.
    pub(super) fn crash(&self) {
        let mut state = self.state.lock();
        (state.is_running, state.exit_code) = (false, 1);
    }

    /// Has the server exit with a code, after a process in it was killed because it ran out of memory.
    pub(super) fn exit_after_oom_kill(&self, code: i32) {
        let mut state = self.state.lock();
        (state.is_running, state.exit_code, state.is_oom_killed) = (false, code, true);
    }

    /// Returns how often it was asked what the server printed.
    pub(super) fn logs_read(&self) -> usize {
        self.state.lock().logs_read
    }

    /// Breaks off everything that has not been answered, as a restart of the engine does.
    pub(super) fn restart(&self) {
        self.restarts.send_modify(|restarts| *restarts += 1);
    }

    /// Returns how many stops have come.
    pub(super) fn asked(&self) -> usize {
        self.state.lock().asked
    }

    /// Answers one request, and ends the connection.
    async fn serve(self, mut stream: UnixStream) {
        let mut restarted = self.restarts.subscribe();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => return,
            }
        }
        let head = String::from_utf8(head).unwrap();
        let mut words = head.split(' ');
        let (method, url) = (words.next().unwrap(), words.next().unwrap());
        match self.answer(method, url.split('?').next().unwrap()) {
            Answer::Said(status, body) => {
                let body = body.to_string();
                let answer = format!(
                    "HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                // The test may have ended.
                let _ = stream.write_all(answer.as_bytes()).await;
            }
            Answer::Nothing => {}
            Answer::Silence => tokio::select! {
                _ = restarted.changed() => {}
                _ = stream.read_u8() => {}
            },
        }
    }

    fn answer(&self, method: &str, path: &str) -> Answer {
        let mut state = self.state.lock();
        match (method, path.rsplit('/').next().unwrap()) {
            (_, "version") => {
                let components = [json!({"Name": state.name, "Version": "1"})];
                let version = json!({"ApiVersion": "1.41", "Components": components});
                Answer::Said(200, version)
            }
            ("GET", name) if path.starts_with("/networks/") => {
                let network = json!({"Name": name, "Options": state.network_options});
                Answer::Said(200, network)
            }
            ("GET", "events") => Answer::Silence,
            ("GET", "json") if path == "/containers/json" => Answer::Said(200, json!([])),
            ("GET", "json") => match state.inspected() {
                Some(inspected) => Answer::Said(200, inspected),
                None => Answer::Said(404, json!({"message": "no such container"})),
            },
            ("GET", "logs") => {
                state.logs_read += 1;
                Answer::Said(200, json!("out of luck"))
            }
            ("POST", "start") => {
                state.starts += 1;
                state.is_running = true;
                Answer::Said(200, json!({}))
            }
            ("POST", "stop") => {
                state.asked += 1;
                match state.stops {
                    Stops::BrokenOff => Answer::Nothing,
                    Stops::Hanging => Answer::Silence,
                }
            }
            _ => Answer::Said(501, json!({"message": format!("{method} {path}")})),
        }
    }
}

impl State {
    fn inspected(&self) -> Option<Value> {
        let mut inspected = self.container.clone()?;
        let status = if self.is_running { "running" } else { "exited" };
        inspected["State"] = json!({
            "Status": status,
            "StartedAt": format!("start {}", self.starts),
            "ExitCode": self.exit_code,
            "OOMKilled": self.is_oom_killed,
        });
        Some(inspected)
    }
}

enum Answer {
    Said(u16, Value),
    /// The connection ends.
    Nothing,
    /// The connection stays.
    Silence,
}
