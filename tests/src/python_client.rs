//! A program in Python that was written for the original's keys in Redis: `tests/clients/read_activity.py`.

use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

use crate::output::say_past_the_runner;
use crate::watched::WAIT_LIMIT;

/// Where Python may be. Debian's package `python3-redis` belongs to Debian's Python, which may not be the first one.
const PROGRAMS: [&str; 2] = ["python3", "/usr/bin/python3"];

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/read_activity.py");

/// A Python that has the package `redis`.
#[derive(Debug, Clone, Copy)]
pub struct PythonClient {
    python: &'static str,
}

impl PythonClient {
    /// Finds Python with the package `redis`. Returns `None`, and says so loudly, if there is none.
    pub fn find(test: &str) -> Option<Self> {
        let found = PROGRAMS.into_iter().find(|python| has_package(python));
        if found.is_none() {
            say_past_the_runner(&format!(
                "*** {test} DID NOT RUN: python3 WITH THE PACKAGE redis IS MISSING (Debian package python3-redis)"
            ));
        }
        found.map(|python| Self { python })
    }

    /// Reads all records of a player from the server on a port, today's among them.
    ///
    /// # Panics
    /// If the program fails.
    pub async fn reads(self, port: u16, player: &str, date: &str) -> Value {
        let running = Command::new(self.python)
            .args([SCRIPT, &port.to_string(), player, date])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = timeout(WAIT_LIMIT, running).await;
        let output = output.expect("Python ends").expect("Python runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        serde_json::from_slice(&output.stdout).expect("the program prints JSON")
    }
}

fn has_package(python: &str) -> bool {
    let import = std::process::Command::new(python)
        .args(["-c", "import redis"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    import.is_ok_and(|status| status.success())
}
