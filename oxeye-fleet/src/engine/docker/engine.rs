//! The engine `docker`, as the controller and the worker call it.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::containers::Containers;
use super::runs::Runs;
use super::usage::Meter;
use super::{creating, listing, removing, starting, stopping, watching};
use crate::engine::process::folders::Folders;
use crate::engine::process::{OpenError, is_port_free};
use crate::engine::{Engine, Exit, Launch, Memory, Usage};
use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Listed, Run};
use crate::settings::ContainerSettings;

/// Starts and stops game servers that are containers of Docker or podman.
#[derive(Debug, Clone)]
pub struct DockerEngine {
    pub(super) all: Arc<Containers>,
    meter: Arc<Meter>,
}

impl DockerEngine {
    /// Opens the folder of a fleet, which is created if it does not exist, and takes over the containers
    /// that an earlier program has left. The container engine need not be there yet. `tasks` stops
    /// watching the containers, and leaves them running.
    ///
    /// # Errors
    /// When the folder cannot be used, or another program uses it.
    pub async fn open(
        data: &Path,
        settings: ContainerSettings,
        tasks: &Tasks,
    ) -> Result<Self, OpenError> {
        let (folders, tasks) = (Folders::below(data), tasks.clone());
        let data = data.to_owned();
        let opening = spawn_blocking(move || {
            oxeye_process::private_file::create_folder(&data)?;
            let lock = folders.lock_engine()?;
            let (fleet, runs) = (folders.read_or_make_fleet_id()?, Runs::open(&data)?);
            Ok::<_, OpenError>(Containers::new(
                settings, fleet, runs, &folders, lock, &tasks,
            ))
        });
        let all = opening.await.map_err(std::io::Error::other)??;
        let all = Arc::new(all);
        take_over(&all).await;
        all.tasks.spawn(watching::watch(Arc::clone(&all)));
        Ok(Self {
            all,
            meter: Arc::default(),
        })
    }
}

/// Learns what is there before anything is called, if the container engine can be reached.
async fn take_over(all: &Arc<Containers>) {
    if let Ok(listed) = listing::list(all).await {
        removing::finish(all, |slot| listed.iter().any(|listed| listed.slot == slot)).await;
        all.exits.know(&listed);
        let image = &all.settings.image;
        if let Ok(false) = all.client.has_image(image).await {
            tracing::warn!("{}", creating::missing(image));
        }
    }
}

impl Engine for DockerEngine {
    async fn create(&self, launch: &Launch) -> Result<(), CallFailure> {
        creating::create(&self.all, launch).await
    }

    async fn start(&self, slot: SlotId, run: Run) -> Result<(), CallFailure> {
        starting::start(&self.all, slot, run).await
    }

    async fn stop(&self, slot: SlotId, grace: Duration) -> Result<(), CallFailure> {
        stopping::stop(&self.all, slot, grace).await
    }

    async fn kill(&self, slot: SlotId) -> Result<(), CallFailure> {
        stopping::kill(&self.all, slot).await
    }

    async fn remove(&self, slot: SlotId, discards_world: bool) -> Result<(), CallFailure> {
        removing::remove(&self.all, slot, discards_world).await
    }

    async fn list(&self) -> Result<Vec<Listed>, CallFailure> {
        listing::list(&self.all).await
    }

    async fn container(&self, slot: SlotId) -> Result<Option<Listed>, CallFailure> {
        listing::one(&self.all, slot).await
    }

    async fn worlds(&self) -> Result<Vec<WorldName>, CallFailure> {
        listing::worlds(&self.all).await
    }

    fn exits(&self) -> mpsc::Receiver<Exit> {
        self.all.exits.receiver()
    }

    async fn usage(&self) -> Vec<(SlotId, Usage)> {
        self.meter.read(&self.all).await
    }

    fn memory(&self) -> Option<Memory> {
        Some(Memory {
            total_bytes: (*self.all.machine_memory.lock())?,
            server_bytes: u64::try_from(self.all.settings.memory_bytes).ok()?,
        })
    }

    fn is_port_free(&self, port: u16) -> bool {
        is_port_free(port)
    }

    fn reachable_at(&self, port: u16) -> oxeye_probe::Address {
        let host = match self.all.settings.bind {
            IpAddr::V4(address) if address.is_unspecified() => "127.0.0.1".to_owned(),
            IpAddr::V6(address) if address.is_unspecified() => "::1".to_owned(),
            address => address.to_string(),
        };
        oxeye_probe::Address::new(&host, port)
    }
}
