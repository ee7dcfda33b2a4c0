//! The trait's calls.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use parking_lot::Mutex;
use tokio::sync::mpsc;

use super::api::Api;
use super::template::Template;
use super::{AgonesError, Cluster, watching};
use crate::engine::{Engine, Exit, Launch, Usage};
use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Listed, Run};
use crate::settings::AgonesSettings;

/// A name that no machine has, for a server of which it is not known where it runs.
const NOWHERE: &str = "not-scheduled.invalid";

/// Starts and stops game servers that are GameServers of Agones.
#[derive(Debug, Clone)]
pub struct AgonesEngine {
    cluster: Arc<Cluster>,
}

impl AgonesEngine {
    /// Opens the engine. All objects carry the id of the fleet, which has up to 63 letters, digits and `-`.
    /// The cluster need not answer yet. `tasks` stop watching it, and leave the servers running.
    ///
    /// # Errors
    /// When the files of the service account or the template cannot be used.
    pub async fn open(
        settings: &AgonesSettings,
        fleet: String,
        tasks: &Tasks,
    ) -> Result<Self, AgonesError> {
        let cluster = Arc::new(Cluster {
            api: Api::new(settings)?,
            fleet,
            template: Template::read(&settings.template)?,
            taken: Mutex::default(),
            machines: Mutex::default(),
            exits: Mutex::default(),
        });
        let (version, reported) = watching::look_first(&cluster).await;
        let watch = watching::watch(Arc::clone(&cluster), version, reported, tasks.clone());
        tasks.spawn(watch);
        Ok(Self { cluster })
    }
}

impl Engine for AgonesEngine {
    async fn create(&self, launch: &Launch) -> Result<(), CallFailure> {
        self.cluster.create(launch).await
    }

    async fn start(&self, slot: SlotId, run: Run) -> Result<(), CallFailure> {
        self.cluster.start(slot, run).await
    }

    async fn stop(&self, slot: SlotId, grace: Duration) -> Result<(), CallFailure> {
        self.cluster.stop(slot, grace).await
    }

    async fn kill(&self, slot: SlotId) -> Result<(), CallFailure> {
        self.cluster.kill(slot).await
    }

    async fn remove(&self, slot: SlotId, discards_world: bool) -> Result<(), CallFailure> {
        self.cluster.remove(slot, discards_world).await
    }

    async fn list(&self) -> Result<Vec<Listed>, CallFailure> {
        Ok(self.cluster.look().await?.listed())
    }

    async fn worlds(&self) -> Result<Vec<WorldName>, CallFailure> {
        self.cluster.worlds().await
    }

    fn exits(&self) -> mpsc::Receiver<Exit> {
        self.cluster.new_receiver()
    }

    /// The cluster measures servers only with an addition of its own, which need not be there.
    async fn usage(&self) -> Vec<(SlotId, Usage)> {
        Vec::new()
    }

    fn machines(&self) -> BTreeMap<u16, String> {
        self.cluster.machines.lock().clone()
    }

    fn is_port_free(&self, port: u16) -> bool {
        !self.cluster.taken.lock().contains(&port)
    }

    fn reachable_at(&self, port: u16) -> oxeye_probe::Address {
        let machines = self.cluster.machines.lock();
        let machine = machines.get(&port).map_or(NOWHERE, String::as_str);
        oxeye_probe::Address::new(machine, port)
    }
}
