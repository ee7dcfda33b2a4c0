//! The program, with a folder and ports of its own.

use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::findings::Findings;
use crate::processes;

/// The first port of game servers: below those that the system gives to outgoing connections.
pub(crate) const FIRST_PORT: u16 = 21_000;

/// How long servers are kept, and how many.
pub(crate) struct Timers(Vec<(&'static str, String)>);

impl Timers {
    pub(crate) fn short(slots: u64) -> Self {
        Self(vec![
            ("MAX_SERVERS", slots.to_string()),
            ("INACTIVITY_SHUTDOWN", "1".to_owned()),
            ("CLEANUP_DELETE", "1".to_owned()),
            ("FLEET_PORT_REST", "1".to_owned()),
            ("FLEET_WORLDS", "discard".to_owned()),
        ])
    }

    pub(crate) fn default() -> Self {
        Self(Vec::new())
    }
}

pub(crate) struct Program {
    data: TempDir,
    port: u16,
    settings: Vec<(&'static str, String)>,
    child: Option<Child>,
}

impl Program {
    pub(crate) fn new(timers: &Timers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = listener.local_addr().expect("it has an address").port();
        Self {
            data: tempfile::tempdir().expect("a folder can be made"),
            port,
            settings: timers.0.clone(),
            child: None,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.data.path().join(inside)
    }

    /// Returns the id that its servers carry.
    pub(crate) fn fleet(&self) -> String {
        std::fs::read_to_string(self.path("fleet-id")).unwrap_or_default()
    }

    pub(crate) fn start(&mut self) {
        let mut options = File::options();
        let log = options.append(true).create(true).open(self.path("log"));
        let log = log.expect("the log can be written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_oxeye-fleet"));
        command
            .arg("serve")
            .current_dir(self.data.path())
            .env("FLEET_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("FLEET_DASHBOARD_LISTEN", "off")
            .env("FLEET_DATA", self.data.path())
            .env("FLEET_JOINS_PER_MINUTE", "1000000")
            .env("SERVER_PORT_START", FIRST_PORT.to_string())
            .envs(self.settings.clone())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log can be written"))
            .stderr(log);
        self.child = Some(command.spawn().expect("the program can be started"));
    }

    /// Kills the program as the system would, without a warning.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it runs");
            child.wait().expect("it has ended");
        }
    }

    /// Asks the program to stop, and waits for it.
    pub(crate) async fn stop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        processes::terminate(child.id());
        while child.try_wait().expect("it is our child").is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Counts servers that have exited without having been collected.
    pub(crate) fn count_zombies(&self, findings: &Findings) {
        let Some(child) = &self.child else { return };
        for zombie in processes::zombies_of(child.id()) {
            findings.problem(format!("process {zombie} was not collected"));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
        for process in processes::marked(&self.fleet()) {
            processes::kill(process.pid);
        }
    }
}
