//! A podman of its own, with everything that it has in a temporary folder.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock, Weak};
use std::thread;
use std::time::{Instant, SystemTime};

use parking_lot::Mutex;
use rustix::fs::{FlockOperation, fcntl_lock};
use tempfile::TempDir;

use super::image::{self, words};
use super::machine::{LIMIT, Machine, Service, log, say_loudly};

/// What podman needs on a machine without systemd. Its locks are files, because those in shared memory belong to
/// every podman of the machine, and each new one takes them from the others.
const CONFIGURATION: &str = r#"[engine]
runtime = "runc"
lock_type = "file"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
"#;

/// A podman.
#[derive(Debug)]
pub(super) struct Podman {
    folder: TempDir,
    service: Service,
}

/// Returns whether there is a podman here that works. If not, says so loudly, once.
pub(super) fn can_run() -> bool {
    static CAN_RUN: OnceLock<bool> = OnceLock::new();
    *CAN_RUN.get_or_init(|| {
        let works = try_out();
        if let Err(reason) = &works {
            say_loudly(
                "THE TESTS WITH A REAL CONTAINER ENGINE",
                reason,
                "podman runc iptables iproute2 netavark aardvark-dns gcc libc6-dev",
            );
        }
        works.is_ok()
    })
}

fn try_out() -> Result<(), String> {
    let podman = Podman::in_folder(tempfile::tempdir().unwrap());
    image::compile(podman.folder.path())?;
    let info = podman.command(&["info"]).output();
    match info {
        Ok(info) if info.status.success() => Ok(()),
        Ok(info) => Err(format!("`podman info` says {}", words(&info))),
        Err(error) => Err(format!("podman cannot be started: {error}")),
    }
}

/// Returns the podman that tests share, unless they kill it.
pub(super) fn shared() -> Arc<Podman> {
    static SHARED: Mutex<Weak<Podman>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock();
    if let Some(podman) = shared.upgrade() {
        return podman;
    }
    let podman = Arc::new(Podman::start());
    *shared = Arc::downgrade(&podman);
    podman
}

impl Podman {
    /// Starts one that has the images.
    pub(super) fn start() -> Self {
        let podman = Self::in_folder(tempfile::tempdir().unwrap());
        image::import_all(podman.folder.path(), |arguments| {
            podman.run(arguments);
        });
        podman.start_service();
        podman
    }

    fn in_folder(folder: TempDir) -> Self {
        fs::write(folder.path().join("containers.conf"), CONFIGURATION).unwrap();
        Self {
            folder,
            service: Service::default(),
        }
    }

    /// Returns the path of its socket.
    pub(super) fn socket(&self) -> PathBuf {
        self.folder.path().join("podman.sock")
    }

    /// Returns the folder in which each volume has one.
    pub(super) fn folder_of_volumes(&self) -> PathBuf {
        self.folder.path().join("root/volumes")
    }

    /// Returns the folder in which podman keeps what its containers consist of.
    pub(super) fn folder_of_containers(&self) -> PathBuf {
        self.folder.path().join("root/overlay-containers")
    }

    /// Kills what listens at the socket while it removes a container, which stays in the state `removing`.
    pub(super) fn kill_service_while_removing(&self, container: &str) {
        let service = self.service.process().unwrap().to_string();
        let images = self.folder.path().join("root/overlay-images/images.lock");
        let images = fs::File::options()
            .read(true)
            .write(true)
            .open(images)
            .unwrap();
        fcntl_lock(&images, FlockOperation::LockExclusive).unwrap();
        let written_before = self.written_at();
        let mut stream = UnixStream::connect(self.socket()).unwrap();
        let request = format!("DELETE /containers/{container} HTTP/1.0\r\nHost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        // It reads its images before it notes that it removes the container, and again after that.
        let began = Instant::now();
        loop {
            assert!(
                began.elapsed() < LIMIT,
                "podman does not wait for its images"
            );
            match (
                waits_for(&service, &images),
                self.written_at() == written_before,
            ) {
                (true, false) => break,
                (true, true) => {
                    fcntl_lock(&images, FlockOperation::LockShared).unwrap();
                    fcntl_lock(&images, FlockOperation::LockExclusive).unwrap();
                }
                (false, _) => thread::yield_now(),
            }
        }
        self.kill_service();
        drop(images);
    }

    /// Returns when podman has last noted something about its containers.
    fn written_at(&self) -> SystemTime {
        let database = self.folder.path().join("root/libpod/bolt_state.db");
        fs::metadata(database).unwrap().modified().unwrap()
    }

    /// Starts what listens at the socket.
    pub(super) fn start_service(&self) {
        let socket = self.socket();
        let address = format!("unix://{}", socket.display());
        let service = self
            .command(&["system", "service", "--time=0", &address])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log(&self.folder.path().join("podman.log")))
            .spawn();
        self.service.listens(service.unwrap(), &socket);
    }

    /// Kills what listens at the socket, without a warning. Containers go on.
    pub(super) fn kill_service(&self) {
        self.service.kill();
    }

    /// Runs a command that works, and returns what it prints.
    #[track_caller]
    pub(super) fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", words(&output));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Returns whether a command works.
    pub(super) fn succeeds(&self, arguments: &[&str]) -> bool {
        self.command(arguments).output().unwrap().status.success()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let folder = self.folder.path();
        let mut command = Command::new("podman");
        // What watches a container notes in the working directory that it has used up its memory.
        command.current_dir(folder);
        command.env("CONTAINERS_CONF", folder.join("containers.conf"));
        for (option, name) in [
            ("--root", "root"),
            ("--runroot", "runroot"),
            ("--tmpdir", "tmp"),
            ("--network-config-dir", "networks"),
        ] {
            command.arg(option).arg(folder.join(name));
        }
        command
            .args(["--storage-driver", "overlay"])
            .args(arguments);
        command
    }
}

impl Machine for Podman {
    fn can_run() -> bool {
        can_run()
    }

    fn start() -> Self {
        Self::start()
    }

    fn shared() -> Arc<Self> {
        shared()
    }

    fn socket(&self) -> PathBuf {
        self.socket()
    }

    fn kill_service(&self) {
        self.kill_service();
    }

    fn start_service(&self) {
        self.start_service();
    }

    fn has_volume(&self, volume: &str) -> bool {
        self.succeeds(&["volume", "exists", volume])
    }

    fn inspect(&self, container: &str, format: &str) -> String {
        self.run(&["inspect", "--format", format, container])
    }
}

impl Drop for Podman {
    fn drop(&mut self) {
        for arguments in [
            &["rm", "--all", "--force", "--time", "0"][..],
            &["volume", "rm", "--all", "--force"],
            &["network", "prune", "--force"],
        ] {
            let _ = self.command(arguments).output();
        }
        self.kill_service();
        // podman mounts the folder of its images onto itself.
        let mounted = self.folder.path().join("root/overlay");
        let _ = Command::new("umount").arg(mounted).output();
    }
}

/// Returns whether a process waits for a lock on a file.
fn waits_for(process: &str, file: &fs::File) -> bool {
    let locks = fs::read_to_string("/proc/locks").unwrap();
    let inode = format!(":{}", file.metadata().unwrap().ino());
    let waits = |line: &str| {
        let words: Vec<_> = line.split_ascii_whitespace().collect();
        let is_of_file = words.iter().any(|word| word.ends_with(&inode));
        is_of_file && words.contains(&"->") && words.contains(&process)
    };
    locks.lines().any(waits)
}
