//! What tests need of a container engine that is really there, whichever it is.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rustix::process::{Pid, Signal, kill_process};

/// How long an engine may take to listen.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// A container engine in a temporary folder, with the images of the tests.
pub(super) trait Machine: Sized + Send + Sync + 'static {
    /// Returns whether there is one here that works. If not, says so loudly, once.
    fn can_run() -> bool;

    /// Starts one.
    fn start() -> Self;

    /// Returns the one that tests share, unless they kill it.
    fn shared() -> Arc<Self>;

    /// Returns the path of its socket.
    fn socket(&self) -> PathBuf;

    /// Kills what listens at the socket, without a warning. Containers go on.
    fn kill_service(&self);

    /// Starts what listens at the socket.
    fn start_service(&self);

    /// Returns whether there is a volume.
    fn has_volume(&self, volume: &str) -> bool;

    /// Returns what its command `inspect` says of a container in a format.
    fn inspect(&self, container: &str, format: &str) -> String;
}

/// The program that listens at the socket of an engine.
#[derive(Debug, Default)]
pub(super) struct Service(Mutex<Option<Child>>);

impl Service {
    /// Keeps the program that was started, once it listens.
    pub(super) fn listens(&self, program: Child, socket: &Path) {
        *self.0.lock() = Some(program);
        let began = Instant::now();
        while UnixStream::connect(socket).is_err() {
            assert!(
                began.elapsed() < LIMIT,
                "the container engine does not listen"
            );
            thread::yield_now();
        }
    }

    /// Returns the number of the process while it runs.
    pub(super) fn process(&self) -> Option<u32> {
        self.0.lock().as_ref().map(Child::id)
    }

    /// Kills the program, without a warning.
    pub(super) fn kill(&self) {
        if let Some(mut program) = self.0.lock().take() {
            program.kill().unwrap();
            program.wait().unwrap();
        }
    }

    /// Asks the program to end, and waits until it has.
    pub(super) fn end(&self) {
        if let Some(mut program) = self.0.lock().take() {
            let process = i32::try_from(program.id()).ok().and_then(Pid::from_raw);
            if let Some(process) = process {
                let _ = kill_process(process, Signal::TERM);
                let _ = program.wait();
            }
        }
    }
}

/// Opens the file with what an engine says while it listens, also when it is started again. It is beside the socket.
pub(super) fn log(path: &Path) -> File {
    let options = File::options().append(true).create(true).open(path);
    options.unwrap()
}

/// Says that tests did not run. The test harness would keep to itself what a macro prints.
pub(super) fn say_loudly(what: &str, reason: &str, packages: &str) {
    let sentence = format!("\n*** {what} DID NOT RUN: {reason} (Debian packages {packages})\n");
    let _ = std::io::stderr().write_all(sentence.as_bytes());
}
