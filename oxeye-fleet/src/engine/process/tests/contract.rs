//! The contract that all engines keep, with scripts for `sh`.

use std::fs;
use std::path::PathBuf;

use super::super::ProcessEngine;
use super::host;
use crate::engine::Engine as _;
use crate::engine::contract::{Host, Servers, Strangers, passes_the_contract, soon};
use crate::ids::{SlotId, WorldName};
use crate::rules::Run;
use crate::settings::SlotCommand;

passes_the_contract!(ScriptHost);

/// Says that it is up, and exits with the code that it finds in its world.
const WAITS: &str = ": > up.$OXEYE_FLEET_RUN; code=exit.$OXEYE_FLEET_RUN; \
    while [ ! -e $code ]; do sleep 0.05; done; exit $(cat $code)";

pub(crate) struct ScriptHost {
    host: host::Host,
    strangers: Strangers,
}

impl ScriptHost {
    /// Returns the path of a file in the world of a slot.
    async fn in_world(&self, slot: SlotId, file: String) -> PathBuf {
        let listed = self.host.engine.list().await.unwrap();
        let listed = listed.into_iter().find(|listed| listed.slot == slot);
        self.world(&listed.unwrap().world).join(file)
    }

    fn world(&self, world: &WorldName) -> PathBuf {
        self.host.path("worlds").join(world.as_str())
    }
}

impl Host for ScriptHost {
    type Engine = ProcessEngine;

    async fn with(servers: Servers) -> Self {
        let on_request = match servers {
            Servers::Polite => "trap 'exit 0' TERM",
            Servers::Stubborn => "trap '' TERM",
            Servers::Missing => "",
        };
        let host = match servers {
            Servers::Missing => {
                let data = tempfile::tempdir().unwrap();
                host::Host::with_command(data, SlotCommand::new("no-such-program", [])).await
            }
            _ => host::Host::with_script(&format!("{on_request}; {WAITS}")).await,
        };
        Self {
            host,
            strangers: Strangers::default(),
        }
    }

    fn engine(&self) -> &ProcessEngine {
        &self.host.engine
    }

    async fn restarted(self) -> Self {
        Self {
            host: self.host.restarted().await,
            ..self
        }
    }

    fn free_port(&mut self) -> u16 {
        host::free_port()
    }

    fn taken_port(&mut self) -> u16 {
        self.strangers.take_port()
    }

    async fn is_up(&self, slot: SlotId, run: Run) {
        let up = self.in_world(slot, format!("up.{}", run.0)).await;
        let appeared = async {
            while !up.exists() {
                tokio::task::yield_now().await;
            }
        };
        soon("the server", appeared).await;
    }

    async fn let_exit(&self, slot: SlotId, run: Run, code: i32) {
        let file = self.in_world(slot, format!("exit.{}", run.0)).await;
        let unfinished = file.with_extension("unfinished");
        fs::write(&unfinished, code.to_string()).unwrap();
        fs::rename(unfinished, file).unwrap();
    }

    fn has_world(&self, world: &WorldName) -> bool {
        self.world(world).is_dir()
    }
}
