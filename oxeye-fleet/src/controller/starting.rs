//! Continues where an earlier run ended, once the engine has said what it has and the consequences are on
//! disk.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::backoff::Backoff;
use oxeye_process::tasks::Tasks;
use oxeye_process::waiting;
use oxeye_sqlite::StoreError;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::looking::in_time;
use super::looks::{FIRST_RETRY, LONGEST_RETRY};
use super::running::{Incoming, Parts, Running};
use super::shown::{Shown, troubles};
use super::{Ask, Setup, WorldsByWorker};
use crate::engine::Engine;
use crate::ids::WorkerName;
use crate::log_once::{LogOnce, LogOnceEach};
use crate::readiness::Prober;
use crate::rules::{Fleet, Listed, Step};
use crate::store::{FleetStore, Kept};
use crate::time::Moment;
use crate::view::{FleetView, WorkerView};

/// How long we wait for the other engines once one has said what it has. Later ones count as away until they
/// are asked again.
const FOR_OTHERS: Duration = Duration::from_secs(1);

/// Waits until the engine says what it has, and continues from there. While it cannot be reached, or
/// the disk is full, players are told to try again later; `None` if the program stops first.
pub(super) async fn start<E: Engine>(
    setup: Setup<E>,
    view: watch::Sender<Arc<FleetView>>,
    asks: &mut mpsc::Receiver<Ask>,
    incoming: mpsc::Sender<Incoming>,
    tasks: &Tasks,
) -> Option<Running<E>> {
    let (fleet, step, asked_at, worlds) = recover(&setup, &view, asks, tasks).await?;
    let shown = Shown::new(view, setup.kept.slots.iter().map(|row| row.id));
    let parts = Parts {
        engines: setup.engines,
        clock: setup.clock,
        prober: Prober::new(setup.ready_probe),
        store: setup.store,
    };
    let mut running = Running::new(parts, fleet, shown, incoming, tasks);
    running.count(&step.writes);
    running.act(step.actions);
    running.start_with_worlds(asked_at, worlds).await;
    for worker in running.fleet.workers() {
        if running.fleet.is_worker_draining(worker) {
            tracing::warn!(
                "the worker {worker} is drained: it gets no new servers until `oxeye-fleet drain {worker} --off`"
            );
        }
    }
    running.publish();
    Some(running)
}

/// Decides what follows from what the engine has, and retries until that is on disk. Until then, we only
/// ask the engine and call nothing else.
async fn recover<E: Engine>(
    setup: &Setup<E>,
    view: &watch::Sender<Arc<FleetView>>,
    asks: &mut mpsc::Receiver<Ask>,
    tasks: &Tasks,
) -> Option<(Fleet, Step, Moment, WorldsByWorker)> {
    let mut backoff = Backoff::new(FIRST_RETRY, LONGEST_RETRY);
    let (mut about_workers, mut about_store) = (LogOnceEach::default(), LogOnce::default());
    loop {
        let asked_at = setup.clock.now().moment;
        let listing = list_all(setup, &mut about_workers);
        match answering(listing, &setup.kept, asks, tasks).await? {
            Some(Found { listed, worlds }) => {
                let (fleet, step) = recovered(setup, listed);
                match answering(write(&setup.store, &step), &setup.kept, asks, tasks).await? {
                    Ok(()) => return Some((fleet, step, asked_at, worlds)),
                    Err(error) if about_store.is_news(&error.to_string()) => {
                        tracing::error!(%error, "what the engine has cannot be written; nothing is started or stopped");
                    }
                    Err(_) => {}
                }
            }
            None => {
                view.send_modify(|view| {
                    let troubles = troubles(&setup.engines).into_iter();
                    Arc::make_mut(view).workers = troubles
                        .map(|(worker, trouble)| WorkerView::unreached(worker, trouble))
                        .collect();
                });
            }
        }
        answering(sleep(backoff.next_wait()), &setup.kept, asks, tasks).await?;
    }
}

/// What the engines have that can be reached.
struct Found {
    listed: BTreeMap<WorkerName, Vec<Listed>>,
    /// Without those that have not said it.
    worlds: WorldsByWorker,
}

/// Asks all engines at the same time what they have, and leaves out those that do not say it, or take much
/// longer than the first. Returns `None` if none of them says it.
async fn list_all<E: Engine>(setup: &Setup<E>, logged: &mut LogOnceEach) -> Option<Found> {
    let mut listing = JoinSet::new();
    for (worker, engine) in &setup.engines {
        let (worker, engine) = (worker.clone(), Arc::clone(engine));
        listing.spawn(async move {
            let listed = in_time(engine.list()).await;
            let worlds = match listed.is_ok() {
                true => in_time(engine.worlds()).await.ok(),
                false => None,
            };
            (worker, listed, worlds)
        });
    }
    let (mut listed, mut worlds) = (BTreeMap::new(), BTreeMap::new());
    let mut others_until = None;
    loop {
        let answer = tokio::select! {
            answer = listing.join_next() => answer,
            () = waiting::until(others_until) => None,
        };
        let Some(answer) = answer else { break };
        match answer {
            Ok((worker, Ok(containers), named)) => {
                others_until.get_or_insert_with(|| Instant::now() + FOR_OTHERS);
                // If it has not named any, it is asked again with its next list.
                worlds.extend(named.map(|worlds| (worker.clone(), worlds)));
                listed.insert(worker, containers);
            }
            Ok((worker, Err(error), _)) => {
                let of = match setup.engines.len() {
                    1 => "the engine".to_owned(),
                    _ => format!("the worker {worker}"),
                };
                let line = format!("{of} cannot be asked what it has: {error}");
                if logged.is_news(&worker, &line) {
                    tracing::warn!("{line}");
                }
            }
            // It has panicked, and counts as away.
            Err(_) => {}
        }
    }
    (!listed.is_empty()).then_some(Found { listed, worlds })
}

fn recovered<E: Engine>(
    setup: &Setup<E>,
    listed: BTreeMap<WorkerName, Vec<Listed>>,
) -> (Fleet, Step) {
    let now = setup.clock.now();
    let mut limits = setup.limits.clone();
    let engines = setup.engines.keys();
    let others = engines.filter(|worker| !setup.limits.workers.contains(worker));
    limits.workers.extend(others.cloned());
    limits
        .workers
        .retain(|worker| setup.engines.contains_key(worker));
    let (mut fleet, step) = Fleet::recover(limits, setup.kept.clone(), listed, now);
    for (worker, engine) in &setup.engines {
        if let Some(offer) = engine.offer() {
            fleet.offered(worker, offer);
        }
    }
    (fleet, step)
}

async fn write(store: &FleetStore, step: &Step) -> Result<(), StoreError> {
    match step.writes.is_empty() {
        true => Ok(()),
        false => store.write(step.writes.clone()).await,
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
