//! The machine of a worker: a network namespace, and a link to it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub(crate) const SECRET: &str = "what-both-of-them-know";

/// The first port of the servers, on a machine where nothing else listens.
pub(crate) const FIRST_PORT: &str = "20001";

/// Returns the addresses of both ends of a link, which are set aside for tests of networks. Each link is a
/// network of its own, with a prefix of 30 bits.
/// Source: RFC 2544, appendix C.2.2.
fn addresses(number: u8) -> (String, String) {
    let end = |end: u8| format!("198.18.77.{}", 4 * number + end);
    (end(1), end(2))
}

/// Returns whether network namespaces and links can be made here. If not, says so loudly.
pub(crate) fn can_run() -> bool {
    let name = format!("oxeye-{}-try", std::process::id());
    let works = try_ip(&format!("netns add {name}"))
        .and_then(|()| {
            try_ip(&format!(
                "link add ox{} type veth peer name oxp netns {name}",
                std::process::id()
            ))
        })
        .and_then(|()| try_ip(&format!("netns delete {name}")));
    if let Err(reason) = &works {
        let _ = try_ip(&format!("netns delete {name}"));
        // Not with a macro: the test harness would keep it to itself.
        let sentence = format!(
            "\n*** THE TEST IN WHICH LINKS TO WORKERS ARE CUT DID NOT RUN: {reason} (it needs root and the Debian package iproute2)\n"
        );
        let _ = std::io::stderr().write_all(sentence.as_bytes());
    }
    works.is_ok()
}

/// A machine with a worker. It is gone when this is dropped.
pub(crate) struct Machine {
    namespace: String,
    link: String,
    number: u8,
    folder: TempDir,
    worker: Child,
}

impl Machine {
    /// Starts one. Each has a number.
    pub(crate) fn start(number: u8) -> Self {
        let id = std::process::id();
        let (namespace, link) = (format!("oxeye-{id}-{number}"), format!("ox{id}n{number}"));
        let (ours, theirs) = addresses(number);
        let folder = tempfile::tempdir().unwrap();
        let peer = format!("{link}w");
        ip(&format!("netns add {namespace}"));
        ip(&format!(
            "link add {link} type veth peer name {peer} netns {namespace}"
        ));
        ip(&format!("address add {ours}/30 dev {link}"));
        ip(&format!("link set {link} up"));
        ip(&format!(
            "-n {namespace} address add {theirs}/30 dev {peer}"
        ));
        ip(&format!("-n {namespace} link set {peer} up"));
        ip(&format!("-n {namespace} link set lo up"));
        let log = File::create(folder.path().join("log")).unwrap();
        let worker = Command::new("ip")
            .args(["netns", "exec", &namespace])
            .arg(env!("CARGO_BIN_EXE_oxeye-fleet"))
            .arg("worker")
            .current_dir(folder.path())
            .env("FLEET_DATA", folder.path().join("worker"))
            .env("FLEET_WORKER_LISTEN", "tls:0.0.0.0:7443")
            .env("FLEET_WORKER_SECRET", SECRET)
            .env("SERVER_PORT_START", FIRST_PORT)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self {
            namespace,
            link,
            number,
            folder,
            worker,
        }
    }

    /// Returns where the worker is, as it says itself.
    pub(crate) fn place(&self) -> String {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap();
            if let Some((_, after)) = log.split_once("tls:HOST") {
                let rest = after.split_whitespace().next().unwrap();
                return format!("tls:{}{rest}", addresses(self.number).1);
            }
            assert!(Instant::now() < end, "the worker does not start: {log}");
            sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn cut(&self) {
        self.set_peer("down");
    }

    pub(crate) fn mend(&self) {
        self.set_peer("up");
    }

    fn set_peer(&self, state: &str) {
        let (namespace, link) = (&self.namespace, &self.link);
        ip(&format!("-n {namespace} link set {link}w {state}"));
    }

    /// Returns the process of each player's server. Nobody may have two.
    pub(crate) fn servers(&self) -> BTreeMap<String, PathBuf> {
        let mark = self.folder.path().display().to_string();
        let mut found = BTreeMap::new();
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line);
            let words: Vec<_> = line.split('\0').collect();
            let player = words.iter().find_map(|word| word.strip_prefix("--player="));
            if let Some(player) = player.filter(|_| line.contains(&mark)) {
                let earlier = found.insert(player.to_owned(), entry.path());
                assert_eq!(earlier, None, "{player} has two servers");
            }
        }
        found
    }

    /// Kills what runs there.
    fn kill_all(&self) {
        let listed = Command::new("ip")
            .args(["netns", "pids", &self.namespace])
            .output();
        let listed = listed.map_or_else(|_| Vec::new(), |listed| listed.stdout);
        for pid in String::from_utf8_lossy(&listed).lines() {
            if let Some(pid) = pid.parse().ok().and_then(rustix::process::Pid::from_raw) {
                // It may have exited already.
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.worker.kill();
        let _ = self.worker.wait();
        self.kill_all();
        // Its end of the link goes with it, and so does ours.
        let deleted = Command::new("ip")
            .args(["netns", "delete", &self.namespace])
            .status();
        assert!(deleted.is_ok(), "{deleted:?}");
    }
}

#[track_caller]
fn ip(arguments: &str) {
    try_ip(arguments).unwrap();
}

fn try_ip(arguments: &str) -> Result<(), String> {
    let done = Command::new("ip").args(arguments.split(' ')).output();
    let done = done.map_err(|error| format!("ip cannot be started: {error}"))?;
    match done.status.success() {
        true => Ok(()),
        false => {
            let said = String::from_utf8_lossy(&done.stderr);
            Err(format!("`ip {arguments}` says {}", said.trim()))
        }
    }
}
