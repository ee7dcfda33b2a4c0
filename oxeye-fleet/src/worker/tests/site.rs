//! A worker with an engine in memory, and clients that are not fleets.

use std::path::{Path, PathBuf};
use std::time::Duration;

use oxeye_process::Secret;
use oxeye_process::tasks::Tasks;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader, Lines, ReadHalf,
    WriteHalf, split,
};
use tokio::net::UnixStream;
use tokio::time::timeout;

use crate::engine::fake::{FakeEngine, FakeMachine};
use crate::engine::remote::{RemoteEngine, WorkerAccess};
use crate::engine::{Engine, Launch};
use crate::ids::{PlayerId, SlotId, WorldName};
use crate::settings::WorkerPlace;
use crate::worker::epochs::Epochs;
use crate::worker::limits::WorkerLimits;
use crate::worker::listener::Listener;
use crate::worker::{Worker, program, socket};

/// Longer than anything takes on a busy machine.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// Limits that no test reaches.
pub(super) fn generous() -> WorkerLimits {
    WorkerLimits {
        max_servers: 10_000,
        ports: 1024..=65_535,
        creations_per_minute: 10_000,
        stop_grace: Duration::ZERO,
        max_worlds: 10_000,
        discards_worlds: true,
    }
}

/// Starts a worker whose socket is `worker.sock` in its folder.
pub(super) fn start_worker<E: Engine>(
    engine: E,
    limits: WorkerLimits,
    secret: Option<&Secret>,
    folder: &Path,
    tasks: &Tasks,
) {
    let epochs = Epochs::open(folder).unwrap();
    let worker = Worker::new(engine, limits, secret, epochs);
    let listener = socket::bind(&folder.join("worker.sock")).unwrap();
    program::start(worker, Listener::Unix(listener), tasks);
}

/// A worker with an engine in memory.
pub(super) struct Site {
    folder: TempDir,
    tasks: Tasks,
    pub(super) machine: FakeMachine,
}

impl Site {
    pub(super) fn start() -> Self {
        Self::with(generous(), None)
    }

    pub(super) fn with(limits: WorkerLimits, secret: Option<&Secret>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tasks = Tasks::new();
        let machine = FakeMachine::new(&tasks);
        let engine = FakeEngine::of(&machine);
        start_worker(engine, limits, secret, folder.path(), &tasks);
        Self {
            folder,
            tasks,
            machine,
        }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("worker.sock")
    }

    /// A fleet of this epoch.
    pub(super) fn fleet(&self, epoch: u64) -> RemoteEngine {
        self.fleet_with(epoch, None)
    }

    pub(super) fn fleet_with(&self, epoch: u64, secret: Option<Secret>) -> RemoteEngine {
        let access = WorkerAccess {
            place: WorkerPlace::Unix(self.socket()),
            secret,
            epoch,
            ports: generous().ports,
        };
        RemoteEngine::new(access, &self.tasks)
    }

    /// Somebody who says what a test wants.
    pub(super) async fn stranger(&self) -> Stranger {
        let stream = UnixStream::connect(self.socket()).await.unwrap();
        Stranger::on(stream)
    }
}

/// What a fleet asks for when a player joins.
pub(super) fn launch(slot: u64, port: u16) -> Launch {
    let player: PlayerId = format!("player {slot}").parse().unwrap();
    Launch {
        slot: SlotId(slot),
        port,
        world: WorldName::of(&player),
        player,
    }
}

/// Somebody who is connected to a worker.
pub(super) struct Stranger<S = UnixStream> {
    lines: Lines<BufReader<ReadHalf<S>>>,
    writer: WriteHalf<S>,
}

impl<S: AsyncRead + AsyncWrite> Stranger<S> {
    pub(super) fn on(stream: S) -> Self {
        let (reader, writer) = split(stream);
        Self {
            lines: BufReader::new(reader).lines(),
            writer,
        }
    }

    /// Sends text. The worker may have closed the connection already.
    pub(super) async fn says(&mut self, text: &str) {
        let _ = self.writer.write_all(text.as_bytes()).await;
    }

    pub(super) async fn says_hello(&mut self, epoch: u64) {
        let hello = json!({"hello": {"protocol": 3, "epoch": epoch}});
        self.says(&format!("{hello}\n")).await;
        let welcome =
            json!({"welcome": {"protocol": 3, "max_servers": 10_000, "ports": [1024, 65_535]}});
        assert_eq!(self.hears().await, welcome);
    }

    pub(super) async fn calls(&mut self, number: u64, verb: &Value) {
        let call = json!({"call": {"number": number, "verb": verb}});
        self.says(&format!("{call}\n")).await;
    }

    /// Returns the next message that is not a ping.
    pub(super) async fn hears(&mut self) -> Value {
        loop {
            let line = timeout(LIMIT, self.lines.next_line()).await;
            let line = line.expect("an answer in time").unwrap();
            let message: Value = serde_json::from_str(&line.expect("an answer")).unwrap();
            if message != "ping" {
                return message;
            }
        }
    }

    /// Returns the reason of the refusal, which is the last message.
    pub(super) async fn is_refused(&mut self) -> String {
        let refusal = self.hears().await;
        // The worker may close the connection while text of ours is unread.
        let after = timeout(LIMIT, self.lines.next_line()).await.unwrap();
        assert!(matches!(after, Ok(None) | Err(_)), "{after:?}");
        let reason = refusal["refused"]["reason"].as_str();
        reason.unwrap_or_else(|| panic!("{refusal}")).to_owned()
    }
}
