//! What slots were before a step, and whether what has become of them is right.

#[path = "lives/ends.rs"]
mod ends;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use oxeye_fleet::ids::{SessionId, SlotId, WorkerName, WorldName};
use oxeye_fleet::rules::{Action, Event, Fleet, Order, Slot, State};
use oxeye_fleet::time::Moment;

use self::ends::{check_abandoned, silenced_early, waits_to_restart};
use crate::counted::Counted;
use crate::hosts::Hosts;
use crate::world::World;

/// How often a server may be started again after crashes, and in what time. Crashes are noticed late, so
/// the time between two exits may be shorter than the rules think.
const MOST_RESTARTS: usize = 3;
const RESTARTS_WITHIN: Duration = Duration::from_secs(480);

/// The longest time until a crashed server is started again, and some ticks.
const RESTART_AFTER: Duration = Duration::from_secs(30 + 4);

/// A slot, as it was shown after the last step. Durations are time that counts.
#[derive(Debug, Clone)]
struct Life {
    state: State,
    /// Its world, and the worker that it is on.
    place: (WorldName, WorkerName),
    sessions: BTreeSet<SessionId>,
    /// When it came into this state, and whether that was at a tick.
    since: Duration,
    by_tick: bool,
    /// Since when it has been starting, running or idle, if it is.
    up_since: Option<Moment>,
    /// When it became ready, from which its players' heartbeats count.
    ready_at: Moment,
    /// When its server crashed, if it has not been started again yet.
    crashed_at: Option<Duration>,
    has_been_asked: bool,
    /// Whether it was there before a restart of ours, and its worker has not said yet what it has.
    is_restored: bool,
}

/// One step, and what is known around it.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub event: &'a Event,
    pub actions: &'a [Action],
    pub fleet: &'a Fleet,
    pub world: &'a World,
    pub counted: &'a Counted,
    pub hosts: &'a Hosts,
    /// When each session was last heard of.
    pub beats: &'a BTreeMap<SessionId, Moment>,
}

impl Seen<'_> {
    /// Returns the time that has counted since then.
    fn waited(&self, slot: SlotId, since: Duration) -> Duration {
        self.counted.since(slot, since, self.world.now)
    }
}

#[derive(Debug, Default)]
pub struct Lives {
    lives: BTreeMap<SlotId, Life>,
    /// The crashes after which each slot's server was started again.
    restarts: BTreeMap<SlotId, Vec<Moment>>,
}

impl Lives {
    /// Compares all slots with what they were, and returns what is wrong.
    pub fn see(&mut self, seen: Seen<'_>) -> Vec<String> {
        let mut wrong = Vec::new();
        for action in seen.actions {
            wrong.extend(self.check_action(action, seen));
        }
        for (id, life) in &self.lives {
            wrong.extend(self.check_end(*id, life, seen));
        }
        self.note(seen);
        wrong
    }

    fn check_action(&mut self, action: &Action, seen: Seen<'_>) -> Option<String> {
        match action {
            Action::Ask { slot, .. } => {
                let life = self.lives.get_mut(slot)?;
                let waited = seen.waited(*slot, life.since);
                let is_early = life.state == State::Idle
                    && !life.by_tick
                    && !life.has_been_asked
                    && waited < seen.fleet.limits().idle;
                life.has_been_asked = true;
                is_early.then(|| format!("{slot} is asked {waited:?} after the last player left"))
            }
            _ => self.check_restart(started(action)?, seen.world),
        }
    }

    /// A server that has crashed is started again, but not too often.
    fn check_restart(&mut self, slot: SlotId, world: &World) -> Option<String> {
        let up_since = self.lives.get(&slot)?.up_since?;
        let container = world.engine.get(&slot)?;
        let exited_at = container.exited_at.filter(|at| *at > up_since)?;
        if container.running || container.exit_code == Some(0) {
            return None;
        }
        let restarts = self.restarts.entry(slot).or_default();
        // A start that did not reach the engine is repeated.
        if restarts.last() == Some(&exited_at) {
            return None;
        }
        restarts.push(exited_at);
        let is_late = |at: &&Moment| exited_at.since(**at) < RESTARTS_WITHIN;
        let count = restarts.iter().filter(is_late).count();
        (count > MOST_RESTARTS).then(|| format!("{slot} is started again after {count} crashes"))
    }

    fn check_end(&self, id: SlotId, life: &Life, seen: Seen<'_>) -> Option<String> {
        let after = seen.fleet.slot(id);
        let state = after.map(|slot| slot.state);
        let is_tick = matches!(seen.event, Event::Tick);
        if *seen.event == Event::Stop(id) {
            return None;
        }
        if state.is_none() && matches!(seen.event, Event::Join { .. }) {
            return check_abandoned(id, life, seen);
        }
        // What happened before its worker is back is not known.
        if life.is_restored {
            return None;
        }
        let waited = seen.waited(id, life.since);
        let limits = seen.fleet.limits();
        let early = |limit: Duration, what: &str| {
            (waited < limit).then(|| format!("{id} is {what} after {waited:?}"))
        };
        match (life.state, state) {
            (State::Running, Some(State::Running | State::Idle)) if is_tick => {
                silenced_early(life, after?, seen)
            }
            (State::Starting | State::Running, Some(State::Stopping)) => {
                Some(format!("{id} is stopped while it is {:?}", life.state))
            }
            (State::Running | State::Starting, Some(State::Stopped)) if life.is_played() => {
                let container = seen.world.engine.get(&id);
                let code = container.and_then(|container| container.exit_code);
                (code != Some(0))
                    .then(|| format!("{id} exited with {code:?} and is not started again"))
            }
            (State::Running, None | Some(State::Failed | State::Deleting)) if life.is_played() => {
                let restarts = self.restarts.get(&id).map_or(0, Vec::len);
                // A crash also counts if an operator stopped the server before it was started again.
                let crashes = seen.world.crashes.get(&id).copied().unwrap_or_default();
                (restarts < MOST_RESTARTS && crashes <= MOST_RESTARTS)
                    .then(|| format!("{id} is given up after {crashes} crashes"))
            }
            (State::Starting, None | Some(State::Failed)) if is_tick => {
                early(limits.start, "given up")
            }
            (State::Stopped, None | Some(State::Deleting)) if is_tick => {
                let is_stopped = |life: &&Life| life.state == State::Stopped;
                let stopped = self.lives.values().filter(is_stopped).count();
                let may_be_surplus = stopped >= limits.max_servers;
                early(limits.delete_after, "deleted").filter(|_| !may_be_surplus)
            }
            (State::Starting, Some(State::Starting))
                if is_tick && waits_to_restart(id, life, seen) =>
            {
                Some(format!("{id} has crashed and is not started again"))
            }
            _ => None,
        }
    }

    fn note(&mut self, seen: Seen<'_>) {
        let old = std::mem::take(&mut self.lives);
        for slot in seen.fleet.slots() {
            let life = Life::after(slot, old.get(&slot.id), seen);
            self.lives.insert(slot.id, life);
        }
        self.restarts
            .retain(|slot, _| seen.fleet.slot(*slot).is_some());
    }

    /// Returns whether a slot was there before this step.
    pub fn has(&self, slot: SlotId) -> bool {
        self.lives.contains_key(&slot)
    }

    /// Returns whether a slot was idle before this step.
    pub fn was_idle(&self, slot: SlotId) -> bool {
        let life = self.lives.get(&slot);
        life.is_some_and(|life| life.state == State::Idle)
    }

    /// After a restart of ours everything begins again, but crashes still count. Returns what is wrong
    /// with what is done first.
    pub fn restarted(
        &mut self,
        actions: &[Action],
        fleet: &Fleet,
        world: &World,
        counted: &Counted,
    ) -> Vec<String> {
        let started = actions.iter().filter_map(started);
        let wrong = started.filter_map(|slot| self.check_restart(slot, world));
        let wrong = wrong.collect();
        let old = std::mem::take(&mut self.lives);
        for slot in fleet.slots() {
            let mut life = Life::first(slot, counted.passed(slot.id), world.now);
            let before = old.get(&slot.id).and_then(|before| before.up_since);
            life.is_restored = fleet.is_away(&slot.worker);
            life.up_since = life.up_since.and(before.or(life.up_since));
            self.lives.insert(slot.id, life);
        }
        wrong
    }
}

impl Life {
    fn first(slot: &Slot, since: Duration, now: Moment) -> Self {
        Self {
            state: slot.state,
            place: (slot.world.clone(), slot.worker.clone()),
            sessions: slot.sessions.keys().copied().collect(),
            since,
            by_tick: false,
            up_since: is_up(slot.state).then_some(now),
            ready_at: Moment::default(),
            crashed_at: None,
            has_been_asked: false,
            is_restored: false,
        }
    }

    fn after(slot: &Slot, before: Option<&Self>, seen: Seen<'_>) -> Self {
        let (passed, now) = (seen.counted.passed(slot.id), seen.world.now);
        let first = Self::first(slot, passed, now);
        let Some(before) = before else { return first };
        let is_called = seen.actions.iter().any(|action| match action {
            Action::Call {
                slot: of,
                order: Order::Create { .. } | Order::Start { .. },
                ..
            } => *of == slot.id,
            _ => false,
        });
        let has_crashed = before.state == State::Running && slot.state == State::Starting;
        let crashed_at = if has_crashed {
            Some(passed)
        } else {
            before.crashed_at
        };
        let is_ready = matches!(seen.event, Event::Ready { slot: of, .. } if *of == slot.id)
            && before.state == State::Starting;
        let is_same = before.state == slot.state;
        Self {
            since: if is_same { before.since } else { passed },
            by_tick: if is_same {
                before.by_tick
            } else {
                matches!(seen.event, Event::Tick)
            },
            up_since: first.up_since.and(before.up_since.or(first.up_since)),
            ready_at: if is_ready { now } else { before.ready_at },
            crashed_at: crashed_at.filter(|_| slot.state == State::Starting && !is_called),
            has_been_asked: is_same && before.has_been_asked,
            is_restored: before.is_restored && seen.fleet.is_away(&slot.worker),
            ..first
        }
    }

    fn is_played(&self) -> bool {
        !self.sessions.is_empty()
    }
}

/// Returns the slot whose server is started.
fn started(action: &Action) -> Option<SlotId> {
    match action {
        Action::Call {
            slot,
            order: Order::Start { .. },
            ..
        } => Some(*slot),
        _ => None,
    }
}

fn is_up(state: State) -> bool {
    matches!(state, State::Starting | State::Running | State::Idle)
}
