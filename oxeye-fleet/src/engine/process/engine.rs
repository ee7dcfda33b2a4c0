//! The trait's calls. Each does its work on a thread where it may wait for the disk, and finishes it
//! even if nobody waits for the answer any more.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::containers::{Containers, Opening};
use super::folders::Folders;
use super::usage::Meter;
use super::{OpenError, adoption, ending, launching, output, proc, refused};
use crate::engine::{Engine, Exit, Launch, Usage};
use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Listed, Run};
use crate::settings::SlotCommand;
use crate::worlds;

/// Starts and stops game servers that are processes on this machine.
#[derive(Debug, Clone)]
pub struct ProcessEngine {
    all: Arc<Containers>,
    meter: Arc<Meter>,
}

impl ProcessEngine {
    /// Opens the folder of a fleet, which is created if it does not exist, and takes over the servers
    /// that outlived an earlier program. `tasks` stops watching them, and leaves them running.
    ///
    /// # Errors
    /// When the folder cannot be used, or another program uses it.
    pub async fn open(data: &Path, command: SlotCommand, tasks: &Tasks) -> Result<Self, OpenError> {
        let folders = Folders::below(data);
        let tasks = tasks.clone();
        let opening = spawn_blocking(move || open(folders, command, &tasks));
        let all = opening.await.map_err(io::Error::other)??;
        all.tasks.spawn(output::keep_short(Arc::clone(&all)));
        Ok(Self {
            all,
            meter: Arc::default(),
        })
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Containers>) -> Result<T, CallFailure> + Send + 'static,
    ) -> Result<T, CallFailure> {
        let all = Arc::clone(&self.all);
        let result = spawn_blocking(move || work(&all)).await;
        result.unwrap_or(Err(CallFailure::Unknown))
    }
}

impl Engine for ProcessEngine {
    async fn create(&self, launch: &Launch) -> Result<(), CallFailure> {
        let launch = launch.clone();
        self.blocking(move |all| launching::create(all, &launch))
            .await
    }

    async fn start(&self, slot: SlotId, run: Run) -> Result<(), CallFailure> {
        self.blocking(move |all| launching::start(all, slot, run))
            .await
    }

    async fn stop(&self, slot: SlotId, grace: Duration) -> Result<(), CallFailure> {
        let stop = move |all: &Arc<Containers>| {
            ending::stop(all, slot, grace);
            Ok(())
        };
        self.blocking(stop).await
    }

    async fn kill(&self, slot: SlotId) -> Result<(), CallFailure> {
        let kill = move |all: &Arc<Containers>| {
            ending::kill(all, slot);
            Ok(())
        };
        self.blocking(kill).await
    }

    async fn remove(&self, slot: SlotId, discards_world: bool) -> Result<(), CallFailure> {
        self.blocking(move |all| ending::remove(all, slot, discards_world))
            .await
    }

    async fn list(&self) -> Result<Vec<Listed>, CallFailure> {
        Ok(self.all.listed())
    }

    async fn container(&self, slot: SlotId) -> Result<Option<Listed>, CallFailure> {
        Ok(self.all.listed_one(slot))
    }

    async fn worlds(&self) -> Result<Vec<WorldName>, CallFailure> {
        let names = |all: &Arc<Containers>| {
            worlds::names(&all.folders).map_err(|error| refused("cannot list worlds", &error))
        };
        self.blocking(names).await
    }

    fn exits(&self) -> mpsc::Receiver<Exit> {
        self.all.exits()
    }

    async fn usage(&self) -> Vec<(SlotId, Usage)> {
        let meter = Arc::clone(&self.meter);
        let usage = self.blocking(move |all| Ok(meter.read(all))).await;
        usage.unwrap_or_default()
    }

    fn is_port_free(&self, port: u16) -> bool {
        super::is_port_free(port)
    }

    fn reachable_at(&self, port: u16) -> oxeye_probe::Address {
        oxeye_probe::Address::new("127.0.0.1", port)
    }
}

fn open(
    folders: Folders,
    command: SlotCommand,
    tasks: &Tasks,
) -> Result<Arc<Containers>, OpenError> {
    folders.create()?;
    let lock = folders.lock_engine()?;
    output::trim_left_over(&folders)?;
    let opening = Opening {
        fleet: folders.read_or_make_fleet_id()?,
        boot: proc::boot_id()?,
        lock,
        folders,
        command,
    };
    let all = Arc::new(Containers::new(opening, tasks));
    worlds::finish_deletions(&all.folders)?;
    adoption::adopt_all(&all)?;
    Ok(all)
}
