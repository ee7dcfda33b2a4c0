//! Asks the engines which worlds they have: when a worker can be reached for the first time, and again when it
//! comes back.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::WorldsByWorker;
use super::looking::in_time;
use super::running::{Incoming, Running};
use crate::engine::Engine;
use crate::ids::WorkerName;
use crate::rules::{CallFailure, Event};
use crate::time::Moment;

impl<E: Engine> Running<E> {
    /// Asks the engine of a worker that can be reached, unless it has said it since it came back.
    pub(super) fn ask_worlds(&mut self, worker: &WorkerName) {
        let (now, is_doubtful) = (Instant::now(), self.fleet.doubts_worlds_of(worker));
        let Some(looks) = self.looks.get_mut(worker) else {
            return;
        };
        if now < looks.worlds_at || !(looks.needs_worlds || is_doubtful) {
            return;
        }
        looks.asked_for_worlds(now);
        // Worlds that are deleted with their servers are bound to no worker.
        if self.fleet.limits().discards_worlds {
            return;
        }
        let Some(engine) = self.engines.get(worker).map(Arc::clone) else {
            return;
        };
        let (clock, worker, incoming) = (self.clock, worker.clone(), self.incoming.clone());
        self.tasks.spawn(async move {
            let asked_at = clock.now().moment;
            let answer = match in_time(engine.worlds()).await {
                Ok(worlds) => Incoming::Event(Event::WorldsListed {
                    worker,
                    asked_at,
                    worlds,
                }),
                Err(failure) => Incoming::NoWorlds(worker, failure),
            };
            // The controller may have stopped meanwhile.
            drop(incoming.send(answer).await);
        });
    }

    /// Asks all engines for an operator. Of workers that are no longer in the settings, we know the worlds that are
    /// bound to them.
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
        let missing = self.fleet.missing_workers();
        let missing = missing.map(|(worker, _)| (worker.clone(), self.fleet.worlds_of(worker)));
        let missing: Vec<_> = missing.collect();
        self.tasks.spawn(async move {
            let worlds = asks.await.into_iter().chain(missing);
            // The operator may be gone.
            let _ = reply.send(worlds.collect());
        });
    }

    /// Asks again with the next list, and logs once why.
    pub(super) fn need_worlds(&mut self, worker: &WorkerName, failure: &CallFailure) {
        let Some(looks) = self.looks.get_mut(worker) else {
            return;
        };
        looks.needs_worlds = true;
        looks.worlds_at = Instant::now();
        if !looks.is_silent_about_worlds {
            looks.is_silent_about_worlds = true;
            tracing::warn!("the worker {worker} does not say which worlds it has: {failure}");
        }
    }

    /// Notes that a worker has said which worlds it has.
    pub(super) fn has_worlds(&mut self, worker: &WorkerName) {
        if let Some(looks) = self.looks.get_mut(worker) {
            looks.is_silent_about_worlds = false;
        }
    }

    /// Takes in which worlds the workers had at this moment, as the program starts: in the order of the
    /// settings, so that of two workers with the same world the first has it.
    pub(super) async fn start_with_worlds(&mut self, asked_at: Moment, mut worlds: WorldsByWorker) {
        for worker in self.fleet.limits().workers.clone() {
            let Some(worlds) = worlds.remove(&worker) else {
                continue;
            };
            if let Some(looks) = self.looks.get_mut(&worker) {
                looks.asked_for_worlds(Instant::now());
            }
            self.arrived(Incoming::Event(Event::WorldsListed {
                worker,
                asked_at,
                worlds,
            }))
            .await;
        }
        for (worker, count) in self.fleet.missing_workers() {
            tracing::warn!(
                "FLEET_WORKERS does not name the worker {worker}, which worlds are bound to ({count} in all): their players get no server until a worker has these worlds, or this name"
            );
        }
    }
}
