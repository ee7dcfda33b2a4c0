//! The task that owns the rules.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use oxeye_process::waiting;
use oxeye_sqlite::{LogThrottle, StoreError};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::Ask;
use super::looks::Looks;
use super::shown::{Shown, troubles};
use crate::engine::{Engine, Usage};
use crate::ids::{SlotId, WorkerName};
use crate::readiness::Prober;
use crate::rules::{CallFailure, Event, Fleet, Reply, Run, State, Step, Write};
use crate::store::{FleetStore, Gathered};
use crate::time::Clock;
use crate::view::FleetView;

/// Time between two ticks of the rules.
const TICK: Duration = Duration::from_millis(250);

/// How often we ask the engine what its servers use.
const USAGE_EVERY: Duration = Duration::from_secs(2);

/// How long we wait before we repeat an event whose consequences could not be written.
const WRITE_RETRY: Duration = Duration::from_secs(1);

/// What comes back from the tasks beside the controller.
#[derive(Debug)]
pub(super) enum Incoming {
    Event(Event),
    Usage(WorkerName, Vec<(SlotId, Usage)>),
    /// A worker has not said which worlds it has.
    NoWorlds(WorkerName, CallFailure),
}

/// What the task needs, apart from what an earlier run has left.
pub(super) struct Parts<E> {
    pub(super) engines: BTreeMap<WorkerName, Arc<E>>,
    pub(super) clock: Clock,
    pub(super) prober: Prober,
    pub(super) store: FleetStore,
}

/// The task that owns the rules.
pub(super) struct Running<E> {
    pub(super) engines: BTreeMap<WorkerName, Arc<E>>,
    pub(super) clock: Clock,
    pub(super) tasks: Tasks,
    pub(super) prober: Prober,
    pub(super) incoming: mpsc::Sender<Incoming>,
    pub(super) probes: HashMap<SlotId, (Run, CancellationToken)>,
    pub(super) fleet: Fleet,
    pub(super) shown: Shown,
    pub(super) store: FleetStore,
    pub(super) looks: BTreeMap<WorkerName, Looks>,
    gathered: Gathered,
    postponed: VecDeque<Event>,
    retry_at: Option<Instant>,
    failures: LogThrottle,
    pub(super) refusals: LogThrottle,
}

impl<E: Engine> Running<E> {
    /// Starts with the rules as they are after a restart.
    pub(super) fn new(
        setup: Parts<E>,
        fleet: Fleet,
        shown: Shown,
        incoming: mpsc::Sender<Incoming>,
        tasks: &Tasks,
    ) -> Self {
        let workers = setup.engines.keys().cloned();
        Self {
            looks: workers
                .map(|worker| {
                    let looks = Looks::begin(fleet.is_away(&worker));
                    (worker, looks)
                })
                .collect(),
            engines: setup.engines,
            clock: setup.clock,
            tasks: tasks.clone(),
            prober: setup.prober,
            incoming,
            probes: HashMap::new(),
            fleet,
            shown,
            store: setup.store,
            gathered: Gathered::default(),
            postponed: VecDeque::new(),
            retry_at: None,
            failures: LogThrottle::default(),
            refusals: LogThrottle::default(),
        }
    }

    pub(super) async fn run(
        mut self,
        mut asks: mpsc::Receiver<Ask>,
        mut arriving: mpsc::Receiver<Incoming>,
    ) {
        let stop = self.tasks.stop_signal();
        self.watch_exits();
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut usage = interval(USAGE_EVERY);
        usage.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Some(ask) = asks.recv() => self.ask(ask).await,
                Some(incoming) = arriving.recv() => self.arrived(incoming).await,
                _ = ticks.tick() => self.tick().await,
                _ = usage.tick() => self.ask_usage(),
                () = waiting::until(self.shown.due_at()) => self.publish(),
                () = waiting::until(self.next_list_at()) => self.list_all_due(),
                () = waiting::until(self.gathered.due_at()) => self.write_gathered(),
            }
        }
        self.write_gathered();
        self.store.close().await;
    }

    pub(super) async fn arrived(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::Event(event) => {
                self.note_engine(&event);
                self.tell(event).await;
            }
            Incoming::Usage(worker, usage) => self.used(worker, usage),
            Incoming::NoWorlds(worker, failure) => self.need_worlds(&worker, &failure),
        }
    }

    async fn tick(&mut self) {
        if self.retry_at.is_some_and(|at| at <= Instant::now()) {
            self.retry_at = None;
            for event in std::mem::take(&mut self.postponed) {
                self.tell(event).await;
            }
        }
        self.tell(Event::Tick).await;
        let fleet = &self.fleet;
        self.probes.retain(|slot, (run, token)| {
            let is_starting = fleet
                .slot(*slot)
                .is_some_and(|slot| slot.state == State::Starting && slot.run == *run);
            if !is_starting {
                token.cancel();
            }
            is_starting
        });
    }

    /// Applies an event whose sender does not wait for an answer. If its consequences cannot be written,
    /// we repeat it later, because nobody else will.
    async fn tell(&mut self, event: Event) {
        let is_tick = event == Event::Tick;
        if self.step(event.clone()).await.is_err() && !is_tick {
            self.postpone(event);
        }
    }

    /// Keeps an event until its consequences can be written. Of several lists of a worker, only the
    /// newest is kept.
    fn postpone(&mut self, event: Event) {
        let lists = |event: &Event| match event {
            Event::Listed { worker, .. } => Some((worker.clone(), false)),
            Event::WorldsListed { worker, .. } => Some((worker.clone(), true)),
            _ => None,
        };
        if let Some(list) = lists(&event) {
            self.postponed
                .retain(|known| lists(known).as_ref() != Some(&list));
        }
        self.postponed.push_back(event);
        self.retry_at.get_or_insert(Instant::now() + WRITE_RETRY);
    }

    /// Applies an event, and returns the answer to it once everything that has to be persisted is on
    /// disk.
    ///
    /// # Errors
    /// When that cannot be written, in which case nothing has happened.
    pub(super) async fn step(&mut self, event: Event) -> Result<Reply, StoreError> {
        let is_tick = event == Event::Tick;
        let mut step = self.decide(&event);
        if let Err(error) = self.keep(&step).await {
            self.fleet.undo();
            if let Some(times) = self.failures.count(1, Instant::now().into_std()) {
                tracing::error!(%error, times, "changes of the fleet cannot be written; nothing is started or stopped");
            }
            // Events were lost meanwhile, so the rules treat this time like a gap.
            let amends = self.fleet.step(Event::Interrupted, self.clock.now());
            self.act(amends.actions);
            return Err(error);
        }
        if !is_tick || !step.actions.is_empty() || !step.writes.is_empty() {
            self.shown.changed();
        }
        self.act(std::mem::take(&mut step.actions));
        Ok(step.reply)
    }

    async fn keep(&mut self, step: &Step) -> Result<(), StoreError> {
        if step.is_durable {
            let (can_wait, needed): (Vec<_>, Vec<_>) =
                step.writes.iter().cloned().partition(Write::can_wait);
            let mut writes = self.gathered.take_slots();
            writes.extend(needed);
            self.store.write(writes).await?;
            self.gathered.add(can_wait);
        } else {
            self.gathered.add(step.writes.iter().cloned());
        }
        self.count(&step.writes);
        Ok(())
    }

    fn write_gathered(&mut self) {
        let writes = self.gathered.take();
        if !writes.is_empty() {
            self.store.write_later(writes);
        }
    }

    /// Counts what was written, for people.
    pub(super) fn count(&mut self, writes: &[Write]) {
        let wall = self.clock.now().wall;
        for write in writes {
            self.shown.count(write, wall);
        }
    }

    /// Publishes what people see.
    pub(super) fn publish(&mut self) {
        let troubles = troubles(&self.engines);
        self.shown.publish(&self.fleet, &troubles, self.clock.now());
    }

    /// Returns what people see, and publishes it first if it has changed.
    pub(super) fn newest_view(&mut self) -> Arc<FleetView> {
        if self.shown.due_at().is_some() {
            self.publish();
        }
        self.shown.published()
    }
}
