//! What people see of the fleet: rebuilt when something has changed, but not too often.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::news::NewsBoard;
use crate::engine::{Engine, Trouble, Usage};
use crate::ids::{SlotId, WorkerName};
use crate::rules::{Fleet, Slot, Write};
use crate::time::{Moment, Now, UnixMillis};
use crate::view::{FleetView, News, Refusal, SlotView, WorkerView};

/// The shortest time between two views.
const BETWEEN_VIEWS: Duration = Duration::from_millis(50);

/// Why each engine cannot be used, as far as that is known.
pub(super) type Troubles = BTreeMap<WorkerName, Option<Trouble>>;

/// What people see of the fleet, apart from the rules themselves.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) news: NewsBoard,
    view: watch::Sender<Arc<FleetView>>,
    revision: u64,
    usage: BTreeMap<WorkerName, HashMap<SlotId, Usage>>,
    known: BTreeSet<SlotId>,
    created_total: u64,
    deleted_total: u64,
    /// Why the last join got no server, if that was neither the engine nor the rules.
    refusal: Option<Refusal>,
    due_at: Option<Instant>,
    published_at: Instant,
}

impl Shown {
    /// Starts with the slots that an earlier run has left.
    pub(super) fn new(
        view: watch::Sender<Arc<FleetView>>,
        known: impl IntoIterator<Item = SlotId>,
    ) -> Self {
        Self {
            news: NewsBoard::default(),
            view,
            revision: 0,
            usage: BTreeMap::new(),
            known: known.into_iter().collect(),
            created_total: 0,
            deleted_total: 0,
            refusal: None,
            due_at: None,
            published_at: Instant::now(),
        }
    }

    /// Counts what was written about slots.
    pub(super) fn count(&mut self, write: &Write, wall: UnixMillis) {
        match write {
            Write::Slot(row) if self.known.insert(row.id) => {
                self.created_total += 1;
                self.refusal = None;
                let sentence = format!("was allocated for {}", row.owner);
                self.news.add(News::of(wall, row.id, sentence));
            }
            Write::SlotGone(id) if self.known.remove(id) => {
                self.deleted_total += 1;
                self.news.add(News::of(wall, *id, "was deleted"));
            }
            _ => {}
        }
    }

    /// Notes why a join got no server. It is shown until this moment, unless another join gets one.
    pub(super) fn refused(&mut self, sentence: &str, until: Moment) {
        self.refusal = Some(Refusal {
            sentence: sentence.to_owned(),
            is_by_engine: false,
            until,
        });
        self.changed();
    }

    /// Notes what the servers of a worker use.
    pub(super) fn used(&mut self, worker: WorkerName, usage: Vec<(SlotId, Usage)>) {
        self.usage.insert(worker, usage.into_iter().collect());
    }

    /// Notes that something people see has changed.
    pub(super) fn changed(&mut self) {
        let earliest = self.published_at + BETWEEN_VIEWS;
        self.due_at.get_or_insert(earliest);
    }

    /// Returns when the next view is due, if one is.
    pub(super) fn due_at(&self) -> Option<Instant> {
        self.due_at
    }

    /// Returns what people see.
    pub(super) fn published(&self) -> Arc<FleetView> {
        Arc::clone(&self.view.borrow())
    }

    /// Publishes what people see. `troubles` says why engines cannot be used.
    pub(super) fn publish(&mut self, fleet: &Fleet, troubles: &Troubles, now: Now) {
        self.due_at = None;
        self.published_at = Instant::now();
        self.revision += 1;
        let usage = |slot: &Slot| {
            let usage = self.usage.get(&slot.worker)?.get(&slot.id);
            usage.copied().filter(|_| slot.is_live())
        };
        let slots = fleet.slots();
        let slots = slots.map(|slot| SlotView::of(slot, usage(slot))).collect();
        let by_engine = fleet.refusal().map(|(sentence, until)| Refusal {
            sentence: sentence.to_owned(),
            is_by_engine: true,
            until,
        });
        let by_engine = by_engine.filter(|refusal| now.moment < refusal.until);
        let view = FleetView {
            revision: self.revision,
            slots,
            limits: fleet.limits().clone(),
            engine_is_away: fleet.engine_is_away(),
            workers: workers(fleet, troubles),
            missing_workers: fleet
                .missing_workers()
                .map(|(worker, worlds)| (worker.clone(), worlds))
                .collect(),
            is_draining: fleet.is_draining(),
            refusal: by_engine.or_else(|| self.refusal.clone()),
            created_total: self.created_total,
            deleted_total: self.deleted_total,
            news: self.news.all(),
            moment: now.moment,
            wall: now.wall,
        };
        self.view.send_replace(Arc::new(view));
    }
}

/// Asks all engines why they cannot be used.
pub(super) fn troubles<E: Engine>(engines: &BTreeMap<WorkerName, Arc<E>>) -> Troubles {
    let engines = engines.iter();
    engines
        .map(|(worker, engine)| (worker.clone(), engine.trouble()))
        .collect()
}

fn workers(fleet: &Fleet, troubles: &Troubles) -> Vec<WorkerView> {
    let trouble = |name: &WorkerName| match troubles.get(name) {
        Some(trouble) => trouble.clone(),
        // Servers of an earlier run are on it.
        None => Some(Trouble::of("it is not in FLEET_WORKERS any more")),
    };
    let view = |name: &WorkerName| {
        let theirs = fleet.slots().filter(|slot| slot.worker == *name);
        WorkerView {
            name: name.clone(),
            is_away: fleet.is_away(name),
            is_lost: fleet.is_lost(name),
            is_draining: fleet.is_worker_draining(name),
            live_servers: theirs.filter(|slot| slot.is_live()).count(),
            trouble: fleet.is_away(name).then(|| trouble(name)).flatten(),
            memory: fleet.memory_of(name),
            failed_starts: fleet.failed_starts(name),
            refuses_servers: fleet.refuses_servers(name),
        }
    };
    fleet.workers().map(view).collect()
}
