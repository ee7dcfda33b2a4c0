//! The engine of a fleet on a real container engine.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use tempfile::TempDir;

use super::super::DockerEngine;
use super::image::IMAGE;
use super::machine::Machine;
use super::podman::Podman;
use crate::engine::contract::{LIMIT, soon, until_exited};
use crate::engine::{Engine as _, Launch};
use crate::ids::{PlayerId, SlotId, WorldName};
use crate::rules::{Listed, Run};
use crate::settings::{ContainerPort, ContainerSettings};

/// A fleet's engine, and what it needs.
pub(super) struct Host<M = Podman> {
    pub(super) machine: Arc<M>,
    pub(super) data: TempDir,
    pub(super) settings: ContainerSettings,
    pub(super) engine: DockerEngine,
    tasks: Tasks,
}

/// Returns the settings for servers that behave like this.
pub(super) fn settings(machine: &impl Machine, manner: &str) -> ContainerSettings {
    settings_at(machine.socket(), manner)
}

/// Returns the settings for an engine at another socket.
pub(super) fn settings_at(socket: PathBuf, manner: &str) -> ContainerSettings {
    ContainerSettings {
        socket,
        image: IMAGE.to_owned(),
        port: ContainerPort {
            number: 25_565,
            is_udp: false,
        },
        variables: vec![format!("MANNER={manner}")],
        user: None,
        network: None,
        bind: [127, 0, 0, 1].into(),
        mount: "/world".to_owned(),
        memory_bytes: 64 << 20,
        nano_cpus: 500_000_000,
        pids: 32,
        stop_grace: Duration::from_secs(60),
    }
}

impl Host {
    /// Opens a fleet of its own on the shared podman.
    pub(super) async fn with(manner: &str) -> Self {
        Self::on_shared(manner).await
    }
}

impl<M: Machine> Host<M> {
    /// Opens a fleet of its own on the engine that tests share.
    pub(super) async fn on_shared(manner: &str) -> Self {
        let machine = M::shared();
        let settings = settings(&*machine, manner);
        Self::of(machine, settings).await
    }

    /// Opens a fleet of its own on an engine that the test may kill.
    pub(super) async fn on_own(manner: &str) -> Self {
        let machine = Arc::new(M::start());
        let settings = settings(&*machine, manner);
        Self::of(machine, settings).await
    }

    /// Opens a fleet of its own.
    pub(super) async fn of(machine: Arc<M>, settings: ContainerSettings) -> Self {
        Self::opened(machine, settings, tempfile::tempdir().unwrap()).await
    }

    pub(super) async fn opened(
        machine: Arc<M>,
        settings: ContainerSettings,
        data: TempDir,
    ) -> Self {
        let tasks = Tasks::new();
        let engine = DockerEngine::open(data.path(), settings.clone(), &tasks).await;
        Self {
            machine,
            data,
            settings,
            engine: engine.unwrap(),
            tasks,
        }
    }

    /// Ends the program, and starts the next one after something has happened.
    pub(super) async fn restarted_after(self, happened: impl FnOnce(&M)) -> Self {
        self.tasks.stop();
        assert!(self.tasks.finished_within(LIMIT).await);
        drop(self.engine);
        happened(&self.machine);
        Self::opened(self.machine, self.settings, self.data).await
    }

    pub(super) async fn listed(&self, slot: SlotId) -> Option<Listed> {
        let listed = self.engine.list().await.unwrap();
        listed.into_iter().find(|listed| listed.slot == slot)
    }

    /// Creates and starts a server.
    pub(super) async fn started(&self, slot: SlotId, run: Run) -> Launch {
        let launch = launch(slot);
        self.engine.create(&launch).await.unwrap();
        self.engine.start(slot, run).await.unwrap();
        launch
    }

    /// Waits until a server does not run any more.
    pub(super) async fn until_it_has_exited(&self, slot: SlotId) -> Listed {
        until_exited(&self.engine, slot).await
    }
}

/// Returns what a fleet asks for when a player joins.
pub(super) fn launch(slot: SlotId) -> Launch {
    let player: PlayerId = format!("player of {slot}").parse().unwrap();
    Launch {
        slot,
        port: free_port(),
        world: WorldName::of(&player),
        player,
    }
}

/// Returns a port that nobody uses.
pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Waits until a server greets, then says something to it.
pub(super) async fn say(port: u16, words: &str) {
    let greeted = async {
        loop {
            if let Some(mut stream) = greeting(port) {
                return stream.write_all(words.as_bytes()).unwrap();
            }
            tokio::task::yield_now().await;
        }
    };
    soon("the server", greeted).await;
}

/// Returns a connection to a server that greets.
pub(super) fn greeting(port: u16) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let mut greeting = [0; 3];
    stream.read_exact(&mut greeting).ok()?;
    (greeting == *b"up\n").then_some(stream)
}
