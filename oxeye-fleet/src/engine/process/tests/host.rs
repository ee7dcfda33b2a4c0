//! A machine with an engine, and servers that are scripts for `sh`.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{fs, io, thread};

use oxeye_process::tasks::Tasks;
use rustix::process::{Pid, WaitOptions, waitpid};
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};

use super::super::{ProcessEngine, proc};
use crate::engine::contract::{LIMIT, soon};
use crate::engine::{Engine as _, Exit, Launch};
use crate::ids::{PlayerId, SlotId, WorldName};
use crate::rules::{CallFailure, Listed, Run};
use crate::settings::SlotCommand;

/// Long enough never to matter.
pub(super) const LONG: Duration = Duration::from_secs(600);

pub(super) const SLOT: SlotId = SlotId(1);
pub(super) const RUN: Run = Run(1);

pub(super) struct Host {
    data: TempDir,
    command: SlotCommand,
    tasks: Tasks,
    pub(super) engine: ProcessEngine,
    exits: mpsc::Receiver<Exit>,
}

/// Waits for a script at the other end of a pipe. If it never comes, the test can still end.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> T {
    let (sender, result) = oneshot::channel();
    thread::spawn(move || sender.send(work()).ok());
    soon("the script", result).await.unwrap().unwrap()
}

/// Whether a process runs.
pub(super) fn is_alive(pid: i32) -> bool {
    proc::stat(pid).is_some_and(|stat| !stat.is_zombie)
}

/// Waits until a process that was killed is gone, which takes a moment.
pub(super) async fn until_gone(pid: i32) {
    let gone = async {
        while is_alive(pid) {
            tokio::task::yield_now().await;
        }
    };
    soon("the end of a process", gone).await;
}

/// Collects a server that has exited, as the system does when the program that started it is gone.
pub(super) fn collect(pid: i32) {
    let collected = waitpid(Pid::from_raw(pid), WaitOptions::empty()).unwrap();
    assert!(collected.is_some());
}

pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

pub(super) fn launch(player: &str) -> Launch {
    let player: PlayerId = player.parse().unwrap();
    Launch {
        slot: SLOT,
        port: free_port(),
        world: WorldName::of(&player),
        player,
    }
}

impl Host {
    /// An engine whose servers run this script. `$TELL` and `$GO` in it are pipes, `$0` is the player.
    pub(super) async fn with_script(script: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        for name in ["tell", "go"] {
            let made = Command::new("mkfifo").arg(data.path().join(name)).status();
            assert!(made.unwrap().success());
        }
        let path = |name| data.path().join(name).display().to_string();
        let script = format!("TELL='{}'; GO='{}'; {script}", path("tell"), path("go"));
        let arguments = ["-c".to_owned(), script, "player={player}".to_owned()];
        Self::with_command(data, SlotCommand::new("sh", arguments)).await
    }

    pub(super) async fn with_command(data: TempDir, command: SlotCommand) -> Self {
        let tasks = Tasks::new();
        let opened = ProcessEngine::open(data.path(), command.clone(), &tasks).await;
        let engine = opened.unwrap();
        let exits = engine.exits();
        Self {
            data,
            command,
            tasks,
            engine,
            exits,
        }
    }

    /// The program ends, and its servers go on. Returns the folder.
    pub(super) async fn ended(self) -> (TempDir, SlotCommand) {
        self.tasks.stop();
        assert!(self.tasks.finished_within(LIMIT).await);
        (self.data, self.command)
    }

    /// The program ends, and another one begins.
    pub(super) async fn restarted(self) -> Self {
        let (data, command) = self.ended().await;
        Self::with_command(data, command).await
    }

    pub(super) fn path(&self, inside: &str) -> PathBuf {
        self.data.path().join(inside)
    }

    pub(super) fn data(&self) -> &Path {
        self.data.path()
    }

    /// Creates and starts a server.
    pub(super) async fn play(&self, player: &str) -> Result<Launch, CallFailure> {
        let launch = launch(player);
        self.engine.create(&launch).await?;
        self.start(RUN).await?;
        Ok(launch)
    }

    /// Starts the server. Another test may try the same port for a moment.
    pub(super) async fn start(&self, run: Run) -> Result<(), CallFailure> {
        let started = async {
            loop {
                match self.engine.start(SLOT, run).await {
                    Err(CallFailure::PortTaken) => tokio::task::yield_now().await,
                    started => return started,
                }
            }
        };
        soon("the port", started).await
    }

    /// Waits for what a script tells.
    pub(super) async fn told(&self) -> String {
        let pipe = self.path("tell");
        let text = on_a_thread(|| fs::read_to_string(pipe)).await;
        text.trim().to_owned()
    }

    pub(super) async fn told_pid(&self) -> i32 {
        self.told().await.parse().unwrap()
    }

    /// Lets a script go on that reads from `$GO`.
    pub(super) async fn go(&self) {
        let pipe = self.path("go");
        on_a_thread(|| fs::write(pipe, "go\n")).await;
    }

    pub(super) async fn exit(&mut self) -> Exit {
        soon("the exit", self.exits.recv()).await.unwrap()
    }

    /// Waits until the server does not run any more, also if it exited before anybody received exits.
    pub(super) async fn until_it_has_exited(&self) -> Listed {
        let exited = async {
            loop {
                match self.listed().await {
                    Some(listed) if !listed.running => return listed,
                    _ => tokio::task::yield_now().await,
                }
            }
        };
        soon("the exit", exited).await
    }

    pub(super) async fn listed(&self) -> Option<Listed> {
        let listed = self.engine.list().await.unwrap();
        assert!(listed.len() <= 1, "{listed:?}");
        listed.into_iter().next()
    }

    /// Stops the server, and waits until it has exited.
    pub(super) async fn stopped(&mut self) -> Exit {
        self.engine.stop(SLOT, LONG).await.unwrap();
        self.exit().await
    }
}
