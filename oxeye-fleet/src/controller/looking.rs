//! Asks the engine what it has and what its servers use. An engine that hangs counts as away: we do not
//! wait for it, and ask again later.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::looks::{FIRST_RETRY, LIST_EVERY};
use super::running::{Incoming, Running};
use crate::engine::Engine;
use crate::ids::WorkerName;
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
    /// Decides when to ask the engine for its next list.
    pub(super) fn note_engine(&mut self, event: &Event) {
        let now = Instant::now();
        let looks = &mut self.looks;
        match event {
            Event::Listed { .. } => {
                if self.fleet.engine_is_away() {
                    tracing::info!("the engine can be reached again");
                }
                looks.backoff.reset();
                looks.list_at = Some(now + LIST_EVERY);
            }
            Event::EngineLost(_) => {
                if !self.fleet.engine_is_away() {
                    tracing::warn!("the engine cannot be reached: nothing is started or stopped");
                }
                looks.list_at = Some(now + looks.backoff.next_wait());
            }
            Event::Called { result: Err(_), .. } => {
                let soon = now + FIRST_RETRY;
                looks.list_at = Some(looks.list_at.map_or(soon, |at| at.min(soon)));
            }
            _ => {}
        }
    }

    /// Asks the engine what it has.
    pub(super) fn list(&mut self) {
        self.looks.list_at = None;
        let (engine, clock, incoming) =
            (Arc::clone(&self.engine), self.clock, self.incoming.clone());
        self.tasks.spawn(async move {
            let asked_at = clock.now().moment;
            let event = match in_time(engine.list()).await {
                Ok(containers) => Event::Listed {
                    worker: WorkerName::local(),
                    asked_at,
                    containers,
                },
                Err(_) => Event::EngineLost(WorkerName::local()),
            };
            // The controller may have stopped meanwhile.
            drop(incoming.send(Incoming::Event(event)).await);
        });
    }

    /// Asks the engine what its servers use, unless it has not answered the last question yet.
    pub(super) fn ask_usage(&mut self) {
        if self.looks.awaits_usage || self.fleet.slots().next().is_none() {
            return;
        }
        self.looks.awaits_usage = true;
        let (engine, incoming) = (Arc::clone(&self.engine), self.incoming.clone());
        self.tasks.spawn(async move {
            let usage = timeout(LOOK_TIMEOUT, engine.usage()).await;
            let usage = usage.unwrap_or_default();
            drop(incoming.send(Incoming::Usage(usage)).await);
        });
    }

    /// Takes what the engine says about usage; nothing, if it has not answered in time.
    pub(super) fn used(&mut self, usage: Vec<(crate::ids::SlotId, crate::engine::Usage)>) {
        self.looks.awaits_usage = false;
        self.shown.used(usage);
        self.shown.changed();
    }
}
