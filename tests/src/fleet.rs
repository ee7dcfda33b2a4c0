//! The real `oxeye-fleet` with its tiny servers, in a folder of its own, for players of one game.

use std::net::{SocketAddr, TcpListener};
use std::process::Stdio;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::backend::{OPERATOR_TOKEN, Oxeye};
use crate::binary;
use crate::loopback::own_address;
use crate::redis::free_port;
use crate::watched::WAIT_LIMIT;

/// How often another port is tried.
const ATTEMPTS: usize = 5;

/// A running fleet. It is killed when this is dropped, and so are its game servers, which would outlive it.
#[derive(Debug)]
pub struct Fleet {
    url: String,
    client: reqwest::Client,
    child: Child,
    folder: TempDir,
}

impl Fleet {
    /// Starts a fleet that keeps an empty server for ten minutes.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn start() -> Self {
        Self::start_with(&[("INACTIVITY_SHUTDOWN", "600")]).await
    }

    /// Starts a fleet whose slots are servers in an Oxeye, and which soon stops and deletes an empty one. Players send
    /// no heartbeats here, and stay until they leave.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn beside(oxeye: &Oxeye) -> Self {
        Self::beside_with(
            oxeye,
            &[
                ("INACTIVITY_SHUTDOWN", "1"),
                ("FLEET_HEARTBEAT_GRACE", "600"),
                ("CLEANUP_DELETE", "1"),
            ],
        )
        .await
    }

    /// Starts a fleet whose slots are servers in an Oxeye, and which keeps an empty one for ten minutes.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn patient_beside(oxeye: &Oxeye) -> Self {
        Self::beside_with(oxeye, &[("INACTIVITY_SHUTDOWN", "600")]).await
    }

    async fn beside_with(oxeye: &Oxeye, settings: &[(&str, &str)]) -> Self {
        let url = oxeye.url();
        let of_oxeye = [("OXEYE_URL", url.as_str()), ("OXEYE_TOKEN", OPERATOR_TOKEN)];
        Self::start_with(&[settings, &of_oxeye].concat()).await
    }

    /// Ends it with SIGTERM, and returns the exit code. Its game servers go on.
    ///
    /// # Panics
    /// If it has ended already, or does not end.
    pub async fn terminate(&mut self) -> Option<i32> {
        let id = self.child.id().expect("the fleet is still running");
        let kill = std::process::Command::new("kill")
            .args(["-TERM", &id.to_string()])
            .status()
            .expect("kill can be run");
        assert!(kill.success(), "the fleet was not running");
        let ended = tokio::time::timeout(WAIT_LIMIT, self.child.wait()).await;
        let status = ended.expect("the fleet ends");
        status.expect("a child can be waited for").code()
    }

    async fn start_with(settings: &[(&str, &str)]) -> Self {
        for _ in 0..ATTEMPTS {
            let mut fleet = Self::spawn(settings);
            if fleet.becomes_ready().await {
                return fleet;
            }
        }
        panic!("the fleet ends instead of starting servers");
    }

    fn spawn(settings: &[(&str, &str)]) -> Self {
        let folder = TempDir::with_prefix("oxeye-fleet-story-").expect("a temporary folder");
        let (address, servers) = (free_address(), free_port());
        let child = Command::new(binary::oxeye_fleet())
            .arg("serve")
            .current_dir(folder.path())
            .env("FLEET_DATA", folder.path().join("data"))
            .env("FLEET_LISTEN", address.to_string())
            .env("FLEET_DASHBOARD_LISTEN", "off")
            .env("SERVER_PORT_START", servers.to_string())
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the fleet can be started");
        Self {
            url: format!("http://{address}"),
            client: reqwest::Client::new(),
            child,
            folder,
        }
    }

    /// Waits until it starts servers. Returns false if it ends instead, because its port was taken.
    async fn becomes_ready(&mut self) -> bool {
        let url = format!("{}/readyz", self.url);
        let asking = async {
            while self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
                let answer = self.client.get(&url).send().await;
                if answer.is_ok_and(|answer| answer.status().is_success()) {
                    return true;
                }
                tokio::task::yield_now().await;
            }
            false
        };
        let ready = tokio::time::timeout(WAIT_LIMIT, asking).await;
        ready.expect("the fleet starts servers")
    }

    /// Its address, for `FLEET_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Polls until the servers are in these states, oldest first.
    ///
    /// # Panics
    /// If this takes longer than a story waits.
    pub async fn becomes(&self, states: &[&str]) {
        let url = format!("{}/api/servers", self.url);
        let mut shown = Value::Null;
        let asking = async {
            while {
                let answer = self.client.get(&url).send().await;
                let answer = answer.expect("the fleet answers").json().await;
                shown = answer.expect("the fleet answers with JSON");
                let servers = shown["autoScaledServers"].as_array().expect("a list");
                !servers.iter().map(|server| &server["state"]).eq(states)
            } {}
        };
        let outcome = tokio::time::timeout(WAIT_LIMIT, asking).await;
        assert!(outcome.is_ok(), "not {states:?}: {shown:#}");
    }

    /// Lets a player join, and returns the answer.
    pub async fn join(&self, player: &str) -> Value {
        self.post("join", &json!({ "playerId": player })).await
    }

    /// Lets the player who has joined leave.
    pub async fn leave(&self, joined: &Value) {
        let body = json!({ "sessionId": joined["sessionId"] });
        self.post("leave", &body).await;
    }

    async fn post(&self, call: &str, body: &Value) -> Value {
        let url = format!("{}/api/player/{call}", self.url);
        let answer = self.client.post(url).json(body).send().await;
        let answer = answer.expect("the fleet answers");
        answer.json().await.expect("the fleet answers with JSON")
    }
}

impl Drop for Fleet {
    /// The game servers carry the fleet's folder on their command line.
    fn drop(&mut self) {
        let folder = self.folder.path().display().to_string();
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            if String::from_utf8_lossy(&line).contains(&folder) {
                // It may have ended meanwhile.
                let _ = std::process::Command::new("kill")
                    .arg("-KILL")
                    .arg(entry.file_name())
                    .status();
            }
        }
    }
}

/// Returns an address of which nobody else takes the port. A fleet needs to know its own before it starts.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((own_address(), 0)).expect("a free port");
    listener.local_addr().expect("it has an address")
}
