//! A podman of its own, with everything that it has in a temporary folder, and an image that contains the
//! program of `server.c`. Nothing is downloaded.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, OnceLock, Weak};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;
use rustix::fs::{FlockOperation, fcntl_lock};
use tempfile::TempDir;

/// The image whose program is `server.c`.
pub(super) const IMAGE: &str = "localhost/oxeye-test:1";

/// An image that names a program it does not contain.
pub(super) const BROKEN_IMAGE: &str = "localhost/oxeye-test:broken";

/// How long podman may take to listen.
const LIMIT: Duration = Duration::from_secs(30);

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
    service: Mutex<Option<Child>>,
}

/// Returns whether there is a podman here that works. If not, says so loudly, once.
pub(super) fn can_run() -> bool {
    static CAN_RUN: OnceLock<bool> = OnceLock::new();
    *CAN_RUN.get_or_init(|| {
        let works = try_out();
        if let Err(reason) = &works {
            // Not with a macro: the test harness would keep it to itself.
            let sentence = format!(
                "\n*** THE TESTS WITH A REAL CONTAINER ENGINE DID NOT RUN: {reason} (Debian packages podman runc iptables iproute2 netavark aardvark-dns gcc libc6-dev)\n"
            );
            let _ = std::io::stderr().write_all(sentence.as_bytes());
        }
        works.is_ok()
    })
}

fn try_out() -> Result<(), String> {
    let podman = Podman::in_folder(tempfile::tempdir().unwrap());
    compile(podman.folder.path())?;
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
        let folder = podman.folder.path();
        compile(folder).unwrap();
        let archive = folder.join("image.tar");
        let packed = Command::new("tar")
            .args(["--create", "--file"])
            .arg(&archive)
            .arg("--directory")
            .arg(folder)
            .arg("server")
            .status();
        assert!(packed.unwrap().success());
        let archive = archive.to_str().unwrap();
        podman.run(&["import", "--change", r#"CMD ["/server"]"#, archive, IMAGE]);
        podman.run(&[
            "import",
            "--change",
            r#"CMD ["/missing"]"#,
            archive,
            BROKEN_IMAGE,
        ]);
        podman.start_service();
        podman
    }

    fn in_folder(folder: TempDir) -> Self {
        fs::write(folder.path().join("containers.conf"), CONFIGURATION).unwrap();
        Self {
            folder,
            service: Mutex::default(),
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
        let service = self.service.lock().as_ref().unwrap().id().to_string();
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
            .stderr(self.log())
            .spawn();
        *self.service.lock() = Some(service.unwrap());
        let began = Instant::now();
        while UnixStream::connect(&socket).is_err() {
            assert!(began.elapsed() < LIMIT, "podman does not listen");
            thread::yield_now();
        }
    }

    /// Opens the file with what podman says while it listens, also when it is started again. It is beside the socket.
    fn log(&self) -> fs::File {
        let options = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.folder.path().join("podman.log"));
        options.unwrap()
    }

    /// Kills what listens at the socket, without a warning. Containers go on.
    pub(super) fn kill_service(&self) {
        if let Some(mut service) = self.service.lock().take() {
            service.kill().unwrap();
            service.wait().unwrap();
        }
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

/// Makes the program `server` in a folder.
fn compile(folder: &Path) -> Result<(), String> {
    let source = folder.join("server.c");
    fs::write(&source, include_str!("server.c")).unwrap();
    let compiled = Command::new("cc")
        .args(["-static", "-O1", "-o"])
        .arg(folder.join("server"))
        .arg(source)
        .output();
    match compiled {
        Ok(compiled) if compiled.status.success() => Ok(()),
        Ok(compiled) => Err(format!("`cc -static` says {}", words(&compiled))),
        Err(error) => Err(format!("cc cannot be started: {error}")),
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

/// Returns what a program complains about, on one line.
fn words(output: &Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr);
    words.trim().replace('\n', "; ")
}
