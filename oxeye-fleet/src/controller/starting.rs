//! Continues where an earlier run ended, as soon as the engine says what it has.

use std::sync::Arc;
use std::time::Duration;

use oxeye_process::backoff::Backoff;
use oxeye_process::tasks::Tasks;
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use super::running::{FIRST_RETRY, Incoming, LONGEST_RETRY, Parts, Running};
use super::shown::Shown;
use super::{Ask, Setup};
use crate::engine::Engine;
use crate::readiness::Prober;
use crate::rules::{Fleet, Listed};
use crate::store::Kept;
use crate::view::FleetView;

/// Waits until the engine says what it has, and continues from there. While it cannot be reached,
/// players are told to try again later; `None` if the program stops first.
pub(super) async fn start<E: Engine>(
    setup: Setup<E>,
    view: watch::Sender<Arc<FleetView>>,
    asks: &mut mpsc::Receiver<Ask>,
    incoming: mpsc::Sender<Incoming>,
    tasks: &Tasks,
) -> Option<Running<E>> {
    let listed = first_list(&setup, asks, tasks).await?;
    let Kept { slots, sessions } = setup.kept;
    let shown = Shown::new(view, slots.iter().map(|row| row.id));
    let now = setup.clock.now();
    let (fleet, step) = Fleet::recover(setup.limits, slots, sessions, listed, now);
    let parts = Parts {
        engine: setup.engine,
        clock: setup.clock,
        prober: Prober::new(setup.ready_probe),
        store: setup.store,
    };
    let mut running = Running::new(parts, fleet, shown, incoming, tasks);
    if let Err(error) = running.keep(&step).await {
        tracing::warn!(%error, "cannot record what the engine has; it will be found again later");
    }
    running.act(step.actions);
    running.publish();
    Some(running)
}

async fn first_list<E: Engine>(
    setup: &Setup<E>,
    asks: &mut mpsc::Receiver<Ask>,
    tasks: &Tasks,
) -> Option<Vec<Listed>> {
    let mut backoff = Backoff::new(FIRST_RETRY, LONGEST_RETRY);
    loop {
        match answering(setup.engine.list(), &setup.kept, asks, tasks).await? {
            Ok(listed) => return Some(listed),
            Err(error) => tracing::warn!("the engine cannot be asked what it has: {error}"),
        }
        let pause: Duration = backoff.next_wait();
        answering(sleep(pause), &setup.kept, asks, tasks).await?;
    }
}

/// Waits for something, and answers questions meanwhile; `None` if the program stops.
async fn answering<T>(
    waiting: impl Future<Output = T>,
    kept: &Kept,
    asks: &mut mpsc::Receiver<Ask>,
    tasks: &Tasks,
) -> Option<T> {
    let stop = tasks.stop_signal();
    tokio::pin!(waiting);
    loop {
        tokio::select! {
            () = stop.cancelled() => return None,
            Some(ask) = asks.recv() => ask.answer_without_engine(kept),
            result = &mut waiting => return Some(result),
        }
    }
}
