//! The contract that all engines keep.

use super::super::DockerEngine;
use super::{host, podman};
use crate::engine::contract::{Host, Servers, Strangers, passes_the_contract};
use crate::ids::{SlotId, WorldName};
use crate::rules::Run;

passes_the_contract!(PodmanHost);

struct PodmanHost {
    host: host::Host,
    strangers: Strangers,
}

impl PodmanHost {
    async fn say(&self, slot: SlotId, words: &str) {
        let port = self.host.listed(slot).await.unwrap().port;
        host::say(port, words).await;
    }
}

impl Host for PodmanHost {
    type Engine = DockerEngine;

    fn can_run() -> bool {
        podman::can_run()
    }

    async fn with(servers: Servers) -> Self {
        let podman = podman::shared();
        let mut settings = match servers {
            Servers::Stubborn => host::settings(&podman, "stubborn"),
            _ => host::settings(&podman, "polite"),
        };
        if servers == Servers::Missing {
            settings.image = "localhost/oxeye-test:missing".to_owned();
        }
        Self {
            host: host::Host::of(podman, settings).await,
            strangers: Strangers::default(),
        }
    }

    fn engine(&self) -> &DockerEngine {
        &self.host.engine
    }

    async fn restarted(self) -> Self {
        Self {
            host: self.host.restarted_after(|_| {}).await,
            ..self
        }
    }

    fn free_port(&mut self) -> u16 {
        host::free_port()
    }

    fn taken_port(&mut self) -> u16 {
        self.strangers.take_port()
    }

    async fn is_up(&self, slot: SlotId, _: Run) {
        self.say(slot, "").await;
    }

    async fn let_exit(&self, slot: SlotId, _: Run, code: i32) {
        self.say(slot, &code.to_string()).await;
    }

    fn has_world(&self, world: &WorldName) -> bool {
        let volume = self.host.engine.all.volume(world);
        self.host.podman.succeeds(&["volume", "exists", &volume])
    }
}
