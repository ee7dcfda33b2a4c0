//! Feeds events to the rules, and carries out what they decide. One task owns the rules and handles one
//! event at a time; engine calls and probes run beside it, and their results come back as events.
//! Whatever a step has to persist is on disk before anybody is answered or the engine is called.
//!
//! | module     | subject                                                     |
//! |------------|-------------------------------------------------------------|
//! | `handle`   | [`FleetHandle`]: the way to it for everybody else            |
//! | `starting` | continues where an earlier run ended                        |
//! | `running`  | the task that owns the rules                                |
//! | `looking`  | asks the engine what it has and what its servers use; `looks`: when |
//! | `worlds`   | asks the engine which worlds it has                         |
//! | `asking`   | answers what players and operators ask                      |
//! | `ports`    | runs the rules, and avoids ports that other programs use    |
//! | `acting`   | carries out what the rules decide                           |
//! | `shown`    | what people see of it; `news`: what happened lately         |

mod acting;
mod asking;
mod handle;
mod looking;
mod looks;
mod news;
mod ports;
mod running;
mod shown;
mod starting;
mod worlds;

use std::collections::BTreeMap;
use std::sync::Arc;

use oxeye_process::tasks::Tasks;
use tokio::sync::{mpsc, watch};

pub(crate) use self::handle::Ask;
pub use self::handle::{
    BindError, FleetHandle, JoinError, Joined, Located, NotServing, StopError, WorldsByWorker,
};
use crate::engine::Engine;
use crate::ids::WorkerName;
use crate::rules::Limits;
use crate::settings::ReadyProbe;
use crate::store::{FleetStore, Kept};
use crate::time::Clock;
use crate::view::FleetView;

/// How many requests and events may wait for the controller.
const QUEUE: usize = 4096;

/// What the controller needs.
#[derive(Debug)]
pub struct Setup<E> {
    /// How many servers there may be, and how long everything may take.
    pub limits: Limits,
    /// How to tell that a server is ready.
    pub ready_probe: ReadyProbe,
    /// What starts and stops servers: the engine of each worker. At least one.
    pub engines: BTreeMap<WorkerName, Arc<E>>,
    /// Where slots and sessions are kept.
    pub store: FleetStore,
    /// The slots and sessions of an earlier run.
    pub kept: Kept,
    /// The clock.
    pub clock: Clock,
}

/// Starts the controller. It stops when `tasks` are stopped, and leaves the game servers running.
#[must_use]
pub fn start<E: Engine>(setup: Setup<E>, tasks: &Tasks) -> FleetHandle {
    let (asking, mut asks) = mpsc::channel(QUEUE);
    let (incoming, arriving) = mpsc::channel(QUEUE);
    let (seen, view) = watch::channel(Arc::new(FleetView::empty(&setup.limits, setup.clock.now())));
    let all = tasks.clone();
    tasks.spawn(async move {
        let running = starting::start(setup, seen, &mut asks, incoming, &all).await;
        if let Some(running) = running {
            running.run(asks, arriving).await;
        }
    });
    FleetHandle::new(view, asking)
}

#[cfg(test)]
mod tests;
