//! The task that owns the rules.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::backoff::Backoff;
use oxeye_process::tasks::Tasks;
use oxeye_process::waiting;
use oxeye_sqlite::{LogThrottle, StoreError};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use super::news::NewsBoard;
use super::{Ask, Setup};
use crate::engine::{Engine, Usage};
use crate::ids::SlotId;
use crate::readiness::Prober;
use crate::rules::{Event, Fleet, Reply, Run, State, Step, Write};
use crate::store::{FleetStore, Kept};
use crate::time::Clock;
use crate::view::{FleetView, SlotView};

/// How often time is told to the rules.
const TICK: Duration = Duration::from_millis(250);

/// How often the engine is asked for everything it has.
const LIST_EVERY: Duration = Duration::from_secs(10);

/// How often the engine is asked what its servers use.
const USAGE_EVERY: Duration = Duration::from_secs(2);

/// The shortest time between two views.
const BETWEEN_VIEWS: Duration = Duration::from_millis(50);

/// How long to wait before the engine is asked again that cannot be reached.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LONGEST_RETRY: Duration = Duration::from_secs(10);

/// How long an event waits whose consequences could not be written.
const WRITE_RETRY: Duration = Duration::from_secs(1);

/// What comes back from the tasks beside the controller.
#[derive(Debug)]
pub(super) enum Incoming {
    Event(Event),
    Usage(Vec<(SlotId, Usage)>),
}

/// The task that owns the rules.
pub(super) struct Running<E> {
    pub(super) engine: Arc<E>,
    pub(super) clock: Clock,
    pub(super) tasks: Tasks,
    pub(super) prober: Prober,
    pub(super) incoming: mpsc::Sender<Incoming>,
    pub(super) probes: HashMap<SlotId, (Run, CancellationToken)>,
    pub(super) news: NewsBoard,
    fleet: Fleet,
    store: FleetStore,
    view: watch::Sender<Arc<FleetView>>,
    revision: u64,
    usage: HashMap<SlotId, Usage>,
    known: BTreeSet<SlotId>,
    created_total: u64,
    deleted_total: u64,
    publish_at: Option<Instant>,
    published_at: Instant,
    list_at: Option<Instant>,
    backoff: Backoff,
    postponed: VecDeque<Event>,
    retry_at: Option<Instant>,
    failures: LogThrottle,
}

/// Waits until the engine says what it has, and continues from there. While it cannot be reached, players
/// are told to come back; `None` if the program stops first.
pub(super) async fn start<E: Engine>(
    setup: Setup<E>,
    view: watch::Sender<Arc<FleetView>>,
    asks: &mut mpsc::Receiver<Ask>,
    incoming: mpsc::Sender<Incoming>,
    tasks: &Tasks,
) -> Option<Running<E>> {
    let stop = tasks.stop_signal();
    let mut backoff = Backoff::new(FIRST_RETRY, LONGEST_RETRY);
    let listed = loop {
        let listing = setup.engine.list();
        tokio::pin!(listing);
        let listed = loop {
            tokio::select! {
                () = stop.cancelled() => return None,
                Some(ask) = asks.recv() => ask.answer_without_engine(&setup.kept),
                listed = &mut listing => break listed,
            }
        };
        match listed {
            Ok(listed) => break listed,
            Err(error) => tracing::warn!("the engine cannot be asked what it has: {error}"),
        }
        let pause = sleep(backoff.next_wait());
        tokio::pin!(pause);
        loop {
            tokio::select! {
                () = stop.cancelled() => return None,
                Some(ask) = asks.recv() => ask.answer_without_engine(&setup.kept),
                () = &mut pause => break,
            }
        }
    };
    let Kept { slots, sessions } = setup.kept;
    let known = slots.iter().map(|row| row.id).collect();
    let now = setup.clock.now();
    let (fleet, step) = Fleet::recover(setup.limits, slots, sessions, listed, now);
    let mut running = Running {
        engine: setup.engine,
        clock: setup.clock,
        tasks: tasks.clone(),
        prober: Prober::new(setup.ready_probe),
        incoming,
        probes: HashMap::new(),
        news: NewsBoard::default(),
        fleet,
        store: setup.store,
        view,
        revision: 0,
        usage: HashMap::new(),
        known,
        created_total: 0,
        deleted_total: 0,
        publish_at: None,
        published_at: Instant::now(),
        list_at: Some(Instant::now() + LIST_EVERY),
        backoff: Backoff::new(FIRST_RETRY, LONGEST_RETRY),
        postponed: VecDeque::new(),
        retry_at: None,
        failures: LogThrottle::default(),
    };
    if let Err(error) = running.keep(&step).await {
        tracing::warn!(%error, "what the engine has cannot be written; it is found again later");
    }
    running.act(step.actions);
    running.publish();
    Some(running)
}

impl<E: Engine> Running<E> {
    pub(super) async fn run(
        mut self,
        mut asks: mpsc::Receiver<Ask>,
        mut arriving: mpsc::Receiver<Incoming>,
    ) {
        let stop = self.tasks.stop_signal();
        let mut exits = self.engine.exits();
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut usage = interval(USAGE_EVERY);
        usage.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Some(ask) = asks.recv() => self.ask(ask).await,
                Some(incoming) = arriving.recv() => self.arrived(incoming).await,
                Some(exit) = exits.recv() => {
                    self.tell(Event::Exited { slot: exit.slot, run: exit.run, code: exit.code }).await;
                }
                _ = ticks.tick() => self.tick().await,
                _ = usage.tick() => self.ask_usage(),
                () = waiting::until(self.publish_at) => self.publish(),
                () = waiting::until(self.list_at) => self.list(),
            }
        }
        self.store.close().await;
    }

    async fn arrived(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::Event(event) => {
                self.note_engine(&event);
                self.tell(event).await;
            }
            Incoming::Usage(usage) => {
                self.usage = usage.into_iter().collect();
                self.changed();
            }
        }
    }

    /// Decides when to ask the engine next for what it has.
    fn note_engine(&mut self, event: &Event) {
        let now = Instant::now();
        match event {
            Event::Listed { .. } => {
                if self.fleet.engine_is_away() {
                    tracing::info!("the engine can be reached again");
                }
                self.backoff.reset();
                self.list_at = Some(now + LIST_EVERY);
            }
            Event::EngineLost => {
                if !self.fleet.engine_is_away() {
                    tracing::warn!("the engine cannot be reached: nothing is started or stopped");
                }
                self.list_at = Some(now + self.backoff.next_wait());
            }
            Event::Called { result: Err(_), .. } => {
                let soon = now + FIRST_RETRY;
                self.list_at = Some(self.list_at.map_or(soon, |at| at.min(soon)));
            }
            _ => {}
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

    /// Lets an event take effect for which nobody waits. If its consequences cannot be written, it comes
    /// again, because nobody else repeats it.
    async fn tell(&mut self, event: Event) {
        let is_tick = event == Event::Tick;
        if self.step(event.clone()).await.is_err() && !is_tick {
            self.postponed.push_back(event);
            self.retry_at.get_or_insert(Instant::now() + WRITE_RETRY);
        }
    }

    /// Lets an event take effect, and returns the answer to it once everything that must be kept is.
    ///
    /// # Errors
    /// When that cannot be written. Then nothing has happened.
    pub(super) async fn step(&mut self, event: Event) -> Result<Reply, StoreError> {
        let is_tick = event == Event::Tick;
        let mut step = self.fleet.step(event, self.clock.now());
        if let Err(error) = self.keep(&step).await {
            self.fleet.undo();
            if let Some(times) = self.failures.count(1, Instant::now().into_std()) {
                tracing::error!(%error, times, "changes of the fleet cannot be written; nothing is started or stopped");
            }
            // Some of what would have happened meanwhile is lost, so time does not count.
            let amends = self.fleet.step(Event::Interrupted, self.clock.now());
            self.act(amends.actions);
            return Err(error);
        }
        if !is_tick || !step.actions.is_empty() || !step.writes.is_empty() {
            self.changed();
        }
        self.act(std::mem::take(&mut step.actions));
        Ok(step.reply)
    }

    async fn keep(&mut self, step: &Step) -> Result<(), StoreError> {
        if step.is_durable {
            self.store.write(step.writes.clone()).await?;
        } else if !step.writes.is_empty() {
            self.store.write_later(step.writes.clone());
        }
        for write in &step.writes {
            self.count(write);
        }
        Ok(())
    }

    fn count(&mut self, write: &Write) {
        let wall = self.clock.now().wall;
        match write {
            Write::Slot(row) if self.known.insert(row.id) => {
                self.created_total += 1;
                self.news
                    .add(wall, row.id, format!("was allocated for {}", row.owner));
            }
            Write::SlotGone(id) if self.known.remove(id) => {
                self.deleted_total += 1;
                self.news.add(wall, *id, "was deleted");
            }
            _ => {}
        }
    }

    /// Returns the rules, to look at them.
    pub(super) fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    /// Something has changed that people see.
    fn changed(&mut self) {
        let earliest = self.published_at + BETWEEN_VIEWS;
        self.publish_at.get_or_insert(earliest);
    }

    fn publish(&mut self) {
        self.publish_at = None;
        self.published_at = Instant::now();
        self.revision += 1;
        let now = self.clock.now();
        let of = |slot| SlotView::of(slot, None);
        let mut slots: Vec<_> = self.fleet.slots().map(of).collect();
        for slot in &mut slots {
            slot.usage = self.usage.get(&slot.id).copied();
        }
        let view = FleetView {
            revision: self.revision,
            slots,
            limits: self.fleet.limits().clone(),
            engine_is_away: self.fleet.engine_is_away(),
            is_draining: self.fleet.is_draining(),
            created_total: self.created_total,
            deleted_total: self.deleted_total,
            news: self.news.all(),
            moment: now.moment,
            wall: now.wall,
        };
        self.view.send_replace(Arc::new(view));
    }

    fn list(&mut self) {
        // Until the answer is here.
        self.list_at = None;
        let (engine, clock, incoming) =
            (Arc::clone(&self.engine), self.clock, self.incoming.clone());
        self.tasks.spawn(async move {
            let asked_at = clock.now().moment;
            let event = match engine.list().await {
                Ok(containers) => Event::Listed {
                    asked_at,
                    containers,
                },
                Err(_) => Event::EngineLost,
            };
            // The controller may have stopped meanwhile.
            drop(incoming.send(Incoming::Event(event)).await);
        });
    }

    fn ask_usage(&mut self) {
        if self.fleet.slots().next().is_none() {
            return;
        }
        let (engine, incoming) = (Arc::clone(&self.engine), self.incoming.clone());
        self.tasks.spawn(async move {
            let usage = engine.usage().await;
            drop(incoming.send(Incoming::Usage(usage)).await);
        });
    }
}
