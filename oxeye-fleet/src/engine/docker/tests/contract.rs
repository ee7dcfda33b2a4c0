//! The contract that all engines keep.

use super::super::DockerEngine;
use super::host;
use super::machine::Machine;
use crate::engine::contract::{Host, Servers, Strangers};
use crate::ids::{SlotId, WorldName};
use crate::rules::Run;

mod with_podman {
    use super::super::podman::Podman;
    use crate::engine::contract::passes_the_contract;

    passes_the_contract!(super::ContainerHost<Podman>);
}

mod with_docker {
    use super::super::docker::Docker;
    use crate::engine::contract::passes_the_contract;

    passes_the_contract!(super::ContainerHost<Docker>);
}

struct ContainerHost<M> {
    host: host::Host<M>,
    strangers: Strangers,
}

impl<M: Machine> ContainerHost<M> {
    async fn say(&self, slot: SlotId, words: &str) {
        let port = self.host.listed(slot).await.unwrap().port;
        host::say(port, words).await;
    }
}

impl<M: Machine> Host for ContainerHost<M> {
    type Engine = DockerEngine;

    fn can_run() -> bool {
        M::can_run()
    }

    async fn with(servers: Servers) -> Self {
        let machine = M::shared();
        let mut settings = match servers {
            Servers::Stubborn => host::settings(&*machine, "stubborn"),
            _ => host::settings(&*machine, "polite"),
        };
        if servers == Servers::Missing {
            settings.image = "localhost/oxeye-test:missing".to_owned();
        }
        Self {
            host: host::Host::of(machine, settings).await,
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
        self.host.machine.has_volume(&volume)
    }
}
