//! A machine with a cluster and the engine.

use std::fs;
use std::path::Path;

use oxeye_process::tasks::Tasks;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::cluster::StandIn;
use super::routes::routes;
use crate::engine::agones::AgonesEngine;
use crate::engine::agones::objects::name_of;
use crate::engine::contract::{Host, Servers};
use crate::ids::{SlotId, WorldName};
use crate::rules::Run;
use crate::settings::AgonesSettings;

pub(super) const FLEET: &str = "5c8b0a1e";

pub(crate) struct ClusterHost {
    pub(super) cluster: StandIn,
    pub(super) settings: AgonesSettings,
    engine: AgonesEngine,
    tasks: Tasks,
    account: TempDir,
    next_port: u16,
}

impl ClusterHost {
    /// Replaces the token in the file of the account.
    pub(super) fn write_token(&self, token: &str) {
        fs::write(self.account.path().join("token"), token).unwrap();
    }

    /// Opens an engine with other settings.
    pub(super) async fn opened(&self, settings: &AgonesSettings) -> AgonesEngine {
        open(settings, &self.tasks).await
    }

    /// Makes a GameServer of somebody else, with a port of the machine.
    pub(super) fn make_stranger(&self, name: &str, port: u16) {
        let stranger = json!({
            "metadata": {"name": name, "labels": {"oxeye.fleet": "another"}},
            "spec": {
                "ports": [{"portPolicy": "Static", "hostPort": port, "containerPort": 7654}],
                "template": {"metadata": {}, "spec": {}},
            },
        });
        self.cluster
            .with(|state| state.make("gameservers", stranger));
    }
}

async fn open(settings: &AgonesSettings, tasks: &Tasks) -> AgonesEngine {
    let opened = AgonesEngine::open(settings, FLEET.to_owned(), tasks).await;
    opened.unwrap()
}

impl Host for ClusterHost {
    type Engine = AgonesEngine;

    async fn with(servers: Servers) -> Self {
        let cluster = StandIn::new(servers, "first");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = routes(&cluster);
        let tasks = Tasks::new();
        Tasks::new().spawn(async move {
            axum::serve(listener, routes).await.unwrap();
        });
        let account = tempfile::tempdir().unwrap();
        fs::write(account.path().join("token"), "first\n").unwrap();
        fs::write(account.path().join("namespace"), "games").unwrap();
        let template = Path::new(env!("CARGO_MANIFEST_DIR"));
        let settings = AgonesSettings {
            api: format!("http://{address}/"),
            account: account.path().to_owned(),
            namespace: None,
            template: template.join("../deploy/agones-gameserver.json"),
        };
        Self {
            engine: open(&settings, &tasks).await,
            cluster,
            settings,
            tasks,
            account,
            next_port: 20_000,
        }
    }

    fn engine(&self) -> &AgonesEngine {
        &self.engine
    }

    async fn restarted(self) -> Self {
        self.tasks.stop();
        let tasks = Tasks::new();
        Self {
            engine: open(&self.settings, &tasks).await,
            tasks,
            ..self
        }
    }

    fn free_port(&mut self) -> u16 {
        self.next_port += 1;
        self.next_port
    }

    fn taken_port(&mut self) -> u16 {
        let port = self.free_port();
        self.make_stranger("stranger", port);
        port
    }

    async fn is_up(&self, slot: SlotId, run: Run) {
        self.cluster.with(|state| state.pod_of(slot, run));
    }

    async fn let_exit(&self, slot: SlotId, run: Run, code: i32) {
        self.cluster.with(|state| {
            let pod = state.pod_of(slot, run);
            state.exit(&pod, code);
        });
    }

    fn has_world(&self, world: &WorldName) -> bool {
        let name = name_of(FLEET, world);
        let plural = "persistentvolumeclaims";
        self.cluster
            .with(|state| state.get(plural, &name).is_some())
    }
}
