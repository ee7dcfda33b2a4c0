//! The contract of engines, through the socket of a worker that starts real processes. The engine in
//! memory cannot pass it there: its ports are not those of this machine.

use oxeye_process::tasks::Tasks;
use tempfile::TempDir;

use super::site::{LIMIT, generous, start_worker};
use crate::engine::contract::{Host, Servers, passes_the_contract};
use crate::engine::process::tests::contract::ScriptHost;
use crate::engine::remote::{RemoteEngine, WorkerAccess};
use crate::ids::{SlotId, WorldName};
use crate::rules::Run;
use crate::settings::WorkerPlace;

passes_the_contract!(ThroughSocket<ScriptHost>);

/// A machine whose engine is held by a worker.
struct ThroughSocket<H> {
    host: H,
    folder: TempDir,
    tasks: Tasks,
    engine: RemoteEngine,
    epoch: u64,
}

impl<H: Host<Engine: Clone>> ThroughSocket<H> {
    fn opened(host: H, folder: TempDir, epoch: u64) -> Self {
        let tasks = Tasks::new();
        let socket = folder.path().join("worker.sock");
        start_worker(
            host.engine().clone(),
            generous(),
            None,
            folder.path(),
            &tasks,
        );
        let access = WorkerAccess {
            place: WorkerPlace::Unix(socket),
            secret: None,
            epoch,
            ports: generous().ports,
        };
        Self {
            engine: RemoteEngine::new(access, &tasks),
            host,
            folder,
            tasks,
            epoch,
        }
    }
}

impl<H: Host<Engine: Clone>> Host for ThroughSocket<H> {
    type Engine = RemoteEngine;

    async fn with(servers: Servers) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::opened(H::with(servers).await, folder, 1)
    }

    fn engine(&self) -> &RemoteEngine {
        &self.engine
    }

    /// Both programs end, and start again.
    async fn restarted(self) -> Self {
        self.tasks.stop();
        assert!(self.tasks.finished_within(LIMIT).await);
        Self::opened(self.host.restarted().await, self.folder, self.epoch + 1)
    }

    fn free_port(&mut self) -> u16 {
        self.host.free_port()
    }

    fn taken_port(&mut self) -> u16 {
        self.host.taken_port()
    }

    async fn is_up(&self, slot: SlotId, run: Run) {
        self.host.is_up(slot, run).await;
    }

    async fn let_exit(&self, slot: SlotId, run: Run, code: i32) {
        self.host.let_exit(slot, run, code).await;
    }

    fn has_world(&self, world: &WorldName) -> bool {
        self.host.has_world(world)
    }
}
