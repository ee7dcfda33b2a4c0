//! The real program `oxeye-fleet serve` with its tiny servers, in a folder of its own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

/// How long anything may take that a test waits for.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a fleet is tried at other ports.
const ATTEMPTS: usize = 5;

/// The name of the file with a program's log.
const LOG: &str = "log";

/// A running fleet. It is killed when this is dropped, and its servers with it.
pub(crate) struct RunningFleet {
    child: Child,
    folder: TempDir,
    port: u16,
    dashboard: u16,
    settings: Vec<(String, String)>,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl RunningFleet {
    /// Starts a fleet with short timers and these settings.
    pub(crate) async fn start(settings: &[(&str, &str)]) -> Self {
        let mut logged = String::new();
        for _ in 0..ATTEMPTS {
            let mut fleet = Self::spawned(settings);
            if fleet.answers().await {
                return fleet;
            }
            // Somebody may have taken its ports meanwhile.
            logged = fleet.last_logged();
        }
        panic!("the fleet stops instead of answering: {logged}");
    }

    fn spawned(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [port, dashboard, servers] = free_ports();
        let mut all = vec![
            ("FLEET_LISTEN".to_owned(), format!("127.0.0.1:{port}")),
            (
                "FLEET_DASHBOARD_LISTEN".to_owned(),
                format!("127.0.0.1:{dashboard}"),
            ),
            ("SERVER_PORT_START".to_owned(), servers.to_string()),
            ("FLEET_PORT_REST".to_owned(), "0".to_owned()),
        ];
        all.extend(
            settings
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        Self {
            child: spawn(folder.path(), &all),
            folder,
            port,
            dashboard,
            settings: all,
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Kills the fleet, but not its servers.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Suspends the fleet, which keeps its connections and says nothing.
    pub(crate) fn suspend(&self) {
        self.signal(rustix::process::Signal::STOP);
    }

    /// Lets it go on after it was suspended.
    pub(crate) fn resume(&self) {
        self.signal(rustix::process::Signal::CONT);
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let pid = self.child.id().and_then(|pid| i32::try_from(pid).ok());
        let pid = pid.and_then(rustix::process::Pid::from_raw).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Starts it again after it was killed.
    pub(crate) async fn restart(&mut self) {
        self.child = spawn(self.folder.path(), &self.settings);
        let answers = self.answers().await;
        assert!(answers, "the fleet has stopped: {}", self.last_logged());
    }

    /// Starts it again after it was killed, with more settings.
    pub(crate) async fn restart_with(&mut self, settings: &[(&str, &str)]) {
        let more = settings.iter();
        let more = more.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.settings.extend(more);
        self.restart().await;
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn dashboard(&self) -> String {
        format!("http://127.0.0.1:{}/", self.dashboard)
    }

    /// Returns the end of its log.
    pub(crate) fn last_logged(&self) -> String {
        last_logged(self.folder.path())
    }

    /// Returns the folder of its store and its worlds.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Lets a player join.
    pub(crate) async fn join(&self, player: &str) -> Value {
        self.post("/api/player/join", &json!({ "playerId": player }))
            .await
    }

    /// Lets the player of a session leave.
    pub(crate) async fn leave(&self, joined: &Value) -> Value {
        let body = json!({ "sessionId": joined["sessionId"] });
        self.post("/api/player/leave", &body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, String::new())
            .await
            .expect("an answer")
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        self.ask(Method::POST, path, body.to_string())
            .await
            .expect("an answer")
    }

    /// Posts to a fleet that may not be there. Returns what it answers, if it does.
    pub(crate) async fn try_post(&self, path: &str, body: &Value) -> Option<Value> {
        self.ask(Method::POST, path, body.to_string()).await
    }

    /// Waits until the list of servers is as a test wants it.
    pub(crate) async fn wait_for(
        &self,
        what: &str,
        is_so: impl Fn(&[Value]) -> bool,
    ) -> Vec<Value> {
        let end = Instant::now() + PATIENCE;
        loop {
            let servers = self.get("/api/servers").await["autoScaledServers"].clone();
            let servers = servers.as_array().cloned().unwrap_or_default();
            if is_so(&servers) {
                return servers;
            }
            assert!(Instant::now() < end, "never {what}: {servers:#?}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Runs another command with the same settings, and returns what it prints.
    pub(crate) async fn command(&self, arguments: &str) -> String {
        let output = self.output_of(arguments).await;
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs another command with the same settings, which has to fail, and returns why it did.
    pub(crate) async fn failure(&self, arguments: &str) -> String {
        let output = self.output_of(arguments).await;
        assert!(!output.status.success(), "{arguments}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    async fn output_of(&self, arguments: &str) -> Output {
        let mut command = command(self.folder.path(), &self.settings);
        command.args(arguments.split(' ')).output().await.unwrap()
    }

    /// Waits until it knows its servers. Without its worker, it cannot know them, and has only to answer. Returns false if
    /// it stops instead.
    async fn answers(&mut self) -> bool {
        let end = Instant::now() + PATIENCE;
        let has_worker = self
            .settings
            .iter()
            .any(|(name, _)| name == "FLEET_WORKERS");
        loop {
            let health = self.ask(Method::GET, "/health", String::new()).await;
            let is_known =
                |health: &Value| has_worker || health["reason"] != "the fleet is starting";
            if health.as_ref().is_some_and(is_known) {
                return true;
            }
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            assert!(Instant::now() < end, "the fleet does not answer");
            sleep(Duration::from_millis(20)).await;
        }
    }

    async fn ask(&self, method: Method, path: &str, body: String) -> Option<Value> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url()))
            .body(Full::new(Bytes::from(body)))
            .unwrap();
        let answer = self.client.request(request).await.ok()?;
        let body = answer.into_body().collect().await.ok()?.to_bytes();
        serde_json::from_slice(&body).ok()
    }
}

impl Drop for RunningFleet {
    /// Kills the servers that outlive the fleet: they carry the fleet's folder on their command line or, while they are
    /// being started, in the environment of the fleet.
    fn drop(&mut self) {
        // First, because it would start servers that are missed below. It may have exited already.
        let _ = self.child.start_kill();
        let mark = self.folder.path().display().to_string();
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let is_ours = ["cmdline", "environ"].iter().any(|file| {
                let text = std::fs::read(entry.path().join(file)).unwrap_or_default();
                String::from_utf8_lossy(&text).contains(&mark)
            });
            let pid = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse::<i32>().ok());
            if let Some(pid) = pid
                .filter(|_| is_ours)
                .and_then(rustix::process::Pid::from_raw)
            {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        }
    }
}

/// Starts a worker in a folder, with these settings.
pub(crate) fn spawn_worker<'a>(
    folder: &Path,
    settings: impl IntoIterator<Item = (&'a str, String)>,
) -> Child {
    Command::new(env!("CARGO_BIN_EXE_oxeye-fleet"))
        .arg("worker")
        .current_dir(folder)
        .envs(settings)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log(folder))
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// Opens the file to which the log of a program in this folder goes, also when it is started again.
fn log(folder: &Path) -> std::fs::File {
    let options = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(folder.join(LOG));
    options.unwrap()
}

/// Returns the end of what a program in this folder has logged.
pub(crate) fn last_logged(folder: &Path) -> String {
    const LINES: usize = 30;
    let log = std::fs::read_to_string(folder.join(LOG)).unwrap_or_default();
    let skipped = log.lines().count().saturating_sub(LINES);
    log.lines().skip(skipped).collect::<Vec<_>>().join("\n")
}

fn spawn(folder: &Path, settings: &[(String, String)]) -> Child {
    command(folder, settings)
        .arg("serve")
        .stdout(Stdio::null())
        .stderr(log(folder))
        .spawn()
        .unwrap()
}

fn command(folder: &Path, settings: &[(String, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oxeye-fleet"));
    command
        .current_dir(folder)
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "C")
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .env("FLEET_DATA", folder.join("data"))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Returns a port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Returns ports that were free a moment ago. Fleets need to know theirs before they start.
fn free_ports() -> [u16; 3] {
    let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}
