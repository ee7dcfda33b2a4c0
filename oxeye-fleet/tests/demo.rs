//! The demo, and the command line beside it, with the real program.

#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

use std::net::TcpListener;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// How long anything may take that a test waits for.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Somebody who tries the demo in the folder of their own fleet, with temporary files of their own.
struct Newcomer {
    folder: TempDir,
    temporary: TempDir,
    ports: [u16; 3],
}

impl Newcomer {
    fn new() -> Self {
        let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let newcomer = Self {
            folder: tempfile::tempdir().unwrap(),
            temporary: tempfile::tempdir().unwrap(),
            ports: listeners.map(|listener| listener.local_addr().unwrap().port()),
        };
        let data = newcomer.folder.path().join("oxeye-fleet-data");
        std::fs::create_dir(&data).unwrap();
        std::fs::write(data.join("operator.token"), "the token of the real fleet").unwrap();
        newcomer
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let [port, dashboard, servers] = self.ports;
        let mut command = Command::new(env!("CARGO_BIN_EXE_oxeye-fleet"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("LC_ALL", "C")
            .env("TMPDIR", self.temporary.path())
            .env("FLEET_LISTEN", format!("127.0.0.1:{port}"))
            .env("FLEET_DASHBOARD_LISTEN", format!("127.0.0.1:{dashboard}"))
            .env("SERVER_PORT_START", servers.to_string())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    async fn run(&self, arguments: &[&str]) -> (Output, String) {
        let output = self.command(arguments).output().await.unwrap();
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        (output, text)
    }

    fn demo(&self) -> Child {
        let mut command = self.command(&["serve", "--demo"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    }
}

impl Drop for Newcomer {
    /// Kills what a test that failed has left running.
    fn drop(&mut self) {
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let mark = self.temporary.path().display().to_string();
            let pid = entry.file_name().to_str().and_then(|pid| pid.parse().ok());
            if String::from_utf8_lossy(&line).contains(&mark)
                && let Some(pid) = pid.and_then(Pid::from_raw)
            {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
    }
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

#[tokio::test]
async fn the_command_line_beside_a_demo_is_about_the_demo() {
    let newcomer = Newcomer::new();
    let (before, _) = newcomer.run(&["list"]).await;
    let mut demo = newcomer.demo();
    let played = async {
        loop {
            let (listed, text) = newcomer.run(&["list"]).await;
            if listed.status.success() && text.contains("alex") {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(TIMEOUT, played).await.expect("a player comes");

    let (checked, findings) = newcomer.run(&["check"]).await;
    let pid = demo.id().and_then(|pid| i32::try_from(pid).ok()).unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), Signal::TERM).unwrap();
    let stopped = timeout(TIMEOUT, demo.wait()).await.unwrap().unwrap();

    assert!(!before.status.success());
    assert!(checked.status.success(), "{findings}");
    assert!(findings.contains("the demo is running at"), "{findings}");
    assert!(findings.contains("oxeye-fleet-demo-"), "{findings}");
    assert!(stopped.success());
    assert!(is_empty(newcomer.temporary.path()));
}
