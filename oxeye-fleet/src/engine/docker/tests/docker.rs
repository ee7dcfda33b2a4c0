//! A Docker of its own: a daemon and its containerd with everything that they have in a temporary folder. It leaves the
//! firewall and the bridge of the machine alone, so its proxy publishes ports.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Instant;

use parking_lot::Mutex;
use rustix::process::geteuid;
use tempfile::TempDir;

use super::image::{self, words};
use super::machine::{LIMIT, Machine, Service, log, say_loudly};

/// Where a Docker or containerd of the machine listens. Another daemon would share it, or take its networks.
const OF_THE_MACHINE: [&str; 2] = ["/var/run/docker.sock", "/run/containerd/containerd.sock"];

/// What containerd leaves out, because Docker does not need it, or because it would lie outside the folder.
const CONFIGURATION: &str = r#"version = 2
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
"#;

/// A Docker.
#[derive(Debug)]
pub(super) struct Docker {
    folder: TempDir,
    daemon: Service,
    /// What holds the containers, which is not killed with the daemon.
    containerd: Service,
}

fn try_out() -> Result<(), String> {
    if !geteuid().is_root() {
        return Err("it needs root".to_owned());
    }
    if let Some(socket) = OF_THE_MACHINE
        .into_iter()
        .find(|socket| UnixStream::connect(socket).is_ok())
    {
        return Err(format!("another one listens at {socket}"));
    }
    image::compile(tempfile::tempdir().unwrap().path())?;
    for program in ["containerd", "dockerd", "docker"] {
        match Command::new(program).arg("--version").output() {
            Ok(output) if output.status.success() => {}
            Ok(output) => return Err(format!("`{program} --version` says {}", words(&output))),
            Err(error) => return Err(format!("{program} cannot be started: {error}")),
        }
    }
    Ok(())
}

impl Docker {
    /// Runs a command that works, and returns what it prints.
    #[track_caller]
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", words(&output));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command.arg("--host").arg(self.address()).args(arguments);
        command
    }

    fn address(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    fn socket_of_containerd(&self) -> PathBuf {
        self.folder.path().join("containerd.sock")
    }

    /// Returns a program that notes what it says, and has these parts of the folder.
    fn program(&self, name: &str, parts: &[(&str, &str)]) -> Command {
        let folder = self.folder.path();
        let mut program = Command::new(name);
        for (option, part) in parts {
            program.arg(option).arg(folder.join(part));
        }
        let log = log(&folder.join(format!("{name}.log")));
        program
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        program
    }

    fn start_containerd(&self) {
        let configuration = self.folder.path().join("containerd.toml");
        fs::write(configuration, CONFIGURATION).unwrap();
        let parts = [
            ("--config", "containerd.toml"),
            ("--root", "containerd"),
            ("--state", "containerd-run"),
        ];
        let socket = self.socket_of_containerd();
        let containerd = self
            .program("containerd", &parts)
            .arg("--address")
            .arg(&socket)
            .spawn();
        self.containerd.listens(containerd.unwrap(), &socket);
    }
}

impl Machine for Docker {
    fn can_run() -> bool {
        static CAN_RUN: OnceLock<bool> = OnceLock::new();
        *CAN_RUN.get_or_init(|| {
            let works = try_out();
            if let Err(reason) = &works {
                say_loudly(
                    "THE TESTS WITH A REAL DOCKER",
                    reason,
                    "docker.io gcc libc6-dev",
                );
            }
            works.is_ok()
        })
    }

    fn start() -> Self {
        let docker = Self {
            folder: tempfile::tempdir().unwrap(),
            daemon: Service::default(),
            containerd: Service::default(),
        };
        docker.start_containerd();
        docker.start_service();
        image::import_all(docker.folder.path(), |arguments| {
            docker.run(arguments);
        });
        docker
    }

    fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Docker>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock();
        if let Some(docker) = shared.upgrade() {
            return docker;
        }
        let docker = Arc::new(Self::start());
        *shared = Arc::downgrade(&docker);
        docker
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }

    fn kill_service(&self) {
        self.daemon.kill();
    }

    fn start_service(&self) {
        let parts = [
            ("--data-root", "root"),
            ("--exec-root", "run"),
            ("--pidfile", "docker.pid"),
        ];
        let daemon = self
            .program("dockerd", &parts)
            .arg("--host")
            .arg(self.address())
            .arg("--containerd")
            .arg(self.socket_of_containerd())
            .args(["--storage-driver", "vfs", "--bridge", "none"])
            .args(["--iptables=false", "--ip-forward=false", "--ip-masq=false"])
            // As the operator of a game server would: containers go on without the daemon.
            .arg("--live-restore")
            .spawn();
        self.daemon.listens(daemon.unwrap(), &self.socket());
        // It listens before it has found its containers, and answers after that.
        let answers = || {
            self.command(&["version"])
                .output()
                .unwrap()
                .status
                .success()
        };
        let began = Instant::now();
        while !answers() {
            assert!(began.elapsed() < LIMIT, "Docker does not answer");
        }
    }

    fn has_volume(&self, volume: &str) -> bool {
        let inspected = self.command(&["volume", "inspect", volume]).output();
        inspected.unwrap().status.success()
    }

    fn inspect(&self, container: &str, format: &str) -> String {
        self.run(&["inspect", "--format", format, container])
    }
}

impl Drop for Docker {
    fn drop(&mut self) {
        let containers = self.command(&["ps", "--all", "--quiet"]).output();
        let containers = containers.map(|listed| listed.stdout).unwrap_or_default();
        let containers = String::from_utf8_lossy(&containers).into_owned();
        let remove = ["rm", "--force", "--volumes"].into_iter();
        let remove: Vec<_> = remove.chain(containers.split_ascii_whitespace()).collect();
        for arguments in [&remove[..], &["network", "prune", "--force"]] {
            let _ = self.command(arguments).output();
        }
        self.daemon.end();
        self.containerd.end();
        // Docker mounts the folder of its images onto itself.
        let mounted = self.folder.path().join("root");
        let _ = Command::new("umount").arg(mounted).output();
    }
}
