//! Asks the engines which worlds they have: when a worker can be reached for the first time, and again when it
//! comes back.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio::sync::oneshot;

use super::WorldsByWorker;
use super::looking::in_time;
use super::running::{Incoming, Running};
use crate::engine::Engine;
use crate::ids::{WorkerName, WorldName};
use crate::rules::Event;

impl<E: Engine> Running<E> {
    /// Asks the engine of a worker that can be reached, unless it has said it since it came back.
    pub(super) fn ask_worlds(&mut self, worker: &WorkerName) {
        let Some(looks) = self
            .looks
            .get_mut(worker)
            .filter(|looks| looks.needs_worlds)
        else {
            return;
        };
        looks.needs_worlds = false;
        // Worlds that are deleted with their servers are bound to no worker.
        if self.fleet.limits().discards_worlds {
            return;
        }
        let Some(engine) = self.engines.get(worker).map(Arc::clone) else {
            return;
        };
        let (worker, incoming) = (worker.clone(), self.incoming.clone());
        self.tasks.spawn(async move {
            let answer = match in_time(engine.worlds()).await {
                Ok(worlds) => Incoming::Event(Event::WorldsListed { worker, worlds }),
                Err(failure) => {
                    tracing::warn!(
                        "the worker {worker} does not say which worlds it has: {failure}"
                    );
                    Incoming::NoWorlds(worker)
                }
            };
            // The controller may have stopped meanwhile.
            drop(incoming.send(answer).await);
        });
    }

    /// Asks all engines for an operator.
    pub(super) fn list_worlds(&self, reply: oneshot::Sender<WorldsByWorker>) {
        let asks = self.engines.iter().map(|(worker, engine)| {
            let (worker, engine) = (worker.clone(), Arc::clone(engine));
            let known = self.fleet.worlds_of(&worker);
            async move {
                let worlds = in_time(engine.worlds()).await;
                (worker, worlds.unwrap_or(known))
            }
        });
        let asks = join_all(asks.collect::<Vec<_>>());
        self.tasks.spawn(async move {
            // The operator may be gone.
            let _ = reply.send(asks.await.into_iter().collect());
        });
    }

    /// Asks again with the next list.
    pub(super) fn need_worlds(&mut self, worker: &WorkerName) {
        if let Some(looks) = self.looks.get_mut(worker) {
            looks.needs_worlds = true;
        }
    }

    /// Takes in which worlds a worker has, as the program starts.
    pub(super) async fn start_with_worlds(&mut self, worker: WorkerName, worlds: Vec<WorldName>) {
        if let Some(looks) = self.looks.get_mut(&worker) {
            looks.needs_worlds = false;
        }
        self.arrived(Incoming::Event(Event::WorldsListed { worker, worlds }))
            .await;
    }
}
