//! Asks the engine what it has and what its servers use. An engine that hangs counts as away: we do not
//! wait for it, and ask again later.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::looks::{FIRST_RETRY, LIST_EVERY};
use super::running::{Incoming, Running};
use crate::engine::{Engine, Exit, Usage};
use crate::ids::{SlotId, WorkerName};
use crate::rules::{CallFailure, Event};

/// How long the engine may take to say what it has, or what its servers use.
const LOOK_TIMEOUT: Duration = Duration::from_secs(10);

/// Waits for an answer of the engine, for at most [`LOOK_TIMEOUT`].
pub(super) async fn in_time<T>(
    answer: impl Future<Output = Result<T, CallFailure>>,
) -> Result<T, CallFailure> {
    let answer = timeout(LOOK_TIMEOUT, answer).await;
    answer.unwrap_or(Err(CallFailure::Unknown))
}

impl<E: Engine> Running<E> {
    /// Passes the exits that the engines notice to the rules.
    pub(super) fn watch_exits(&self) {
        for (worker, engine) in &self.engines {
            let worker = worker.clone();
            let (mut exits, incoming) = (engine.exits(), self.incoming.clone());
            let stop = self.tasks.stop_signal();
            self.tasks.spawn(async move {
                while let Some(Some(exit)) = stop.run_until_cancelled(exits.recv()).await {
                    let Exit { slot, run, code } = exit;
                    let exited = Event::Exited {
                        worker: worker.clone(),
                        slot,
                        run,
                        code,
                    };
                    // The controller may have stopped meanwhile.
                    drop(incoming.send(Incoming::Event(exited)).await);
                }
            });
        }
    }

    /// Decides when to ask an engine for its next list.
    pub(super) fn note_engine(&mut self, event: &Event) {
        let now = Instant::now();
        match event {
            Event::Listed { worker, .. } => {
                if self.fleet.is_away(worker) {
                    tracing::info!("{} can be reached again", self.shown_engine(worker));
                }
                if let Some(looks) = self.looks.get_mut(worker) {
                    looks.backoff.reset();
                    looks.list_at = Some(now + LIST_EVERY);
                }
                self.ask_worlds(worker);
            }
            Event::WorldsListed { worker, .. } => self.has_worlds(worker),
            Event::EngineLost(worker) => {
                if !self.fleet.is_away(worker) {
                    tracing::warn!(
                        "{} cannot be reached: nothing is started or stopped there",
                        self.shown_engine(worker)
                    );
                }
                if let Some(looks) = self.looks.get_mut(worker) {
                    looks.list_at = Some(now + looks.backoff.next_wait());
                    looks.needs_worlds = true;
                }
            }
            Event::Called {
                slot,
                result: Err(_),
                ..
            } => {
                let soon = now + FIRST_RETRY;
                let worker = self.fleet.slot(*slot).map(|slot| &slot.worker);
                if let Some(looks) = worker.and_then(|worker| self.looks.get_mut(worker)) {
                    looks.list_at = Some(looks.list_at.map_or(soon, |at| at.min(soon)));
                }
            }
            _ => {}
        }
    }

    /// What an engine is called in the log.
    fn shown_engine(&self, worker: &WorkerName) -> String {
        match self.engines.len() {
            1 => "the engine".to_owned(),
            _ => format!("the worker {worker}"),
        }
    }

    /// Returns when the next engine is asked what it has.
    pub(super) fn next_list_at(&self) -> Option<Instant> {
        self.looks.values().filter_map(|looks| looks.list_at).min()
    }

    /// Asks every engine what it has whose turn it is.
    pub(super) fn list_all_due(&mut self) {
        let now = Instant::now();
        let due = self.looks.iter_mut().filter(|(_, looks)| looks.is_due(now));
        let due: Vec<_> = due
            .map(|(worker, looks)| {
                looks.list_at = None;
                worker.clone()
            })
            .collect();
        for worker in due {
            self.list(worker);
        }
    }

    fn list(&self, worker: WorkerName) {
        let Some(engine) = self.engines.get(&worker).map(Arc::clone) else {
            return;
        };
        let (clock, incoming) = (self.clock, self.incoming.clone());
        self.tasks.spawn(async move {
            let asked_at = clock.now().moment;
            let listed = in_time(engine.list()).await;
            if let Some(offer) = engine.offer().filter(|_| listed.is_ok()) {
                let worker = worker.clone();
                let offered = Event::Offered { worker, offer };
                drop(incoming.send(Incoming::Event(offered)).await);
            }
            let event = match listed {
                Ok(containers) => Event::Listed {
                    worker,
                    asked_at,
                    containers,
                },
                Err(_) => Event::EngineLost(worker),
            };
            // The controller may have stopped meanwhile.
            drop(incoming.send(Incoming::Event(event)).await);
        });
    }

    /// Asks the engines what their servers use, apart from those that have not answered the last question.
    pub(super) fn ask_usage(&mut self) {
        if self.fleet.slots().next().is_none() {
            return;
        }
        for (worker, engine) in &self.engines {
            let Some(looks) = self.looks.get_mut(worker) else {
                continue;
            };
            if looks.awaits_usage {
                continue;
            }
            looks.awaits_usage = true;
            let (engine, incoming) = (Arc::clone(engine), self.incoming.clone());
            let worker = worker.clone();
            self.tasks.spawn(async move {
                let usage = timeout(LOOK_TIMEOUT, engine.usage()).await;
                let usage = usage.unwrap_or_default();
                drop(incoming.send(Incoming::Usage(worker, usage)).await);
            });
        }
    }

    /// Takes what an engine says about usage; nothing, if it has not answered in time.
    pub(super) fn used(&mut self, worker: WorkerName, usage: Vec<(SlotId, Usage)>) {
        if let Some(looks) = self.looks.get_mut(&worker) {
            looks.awaits_usage = false;
        }
        self.shown.used(worker, usage);
        self.shown.changed();
    }
}
