//! The invariants, checked after every step against records of its own. Nothing here reads the state of
//! the rules, except for what they show to people.

use std::collections::{BTreeMap, BTreeSet};

use oxeye_fleet::ids::{PlayerId, SessionId, SlotId};
use oxeye_fleet::rules::{Action, Event, Fleet, Limits, Occupancy, Reply, Run, State, Step};
use oxeye_fleet::time::Moment;

use crate::world::World;

/// A session, as its player sees it.
#[derive(Debug, Clone)]
struct Visit {
    slot: SlotId,
    player: PlayerId,
    /// The last join or heartbeat that the rules answered.
    last_beat: Moment,
}

#[derive(Default)]
pub struct Watcher {
    visits: BTreeMap<SessionId, Visit>,
    /// When a server was asked to stop, in this run.
    stops: BTreeMap<SlotId, Moment>,
    stopped_by_operator: BTreeSet<SlotId>,
    ready: BTreeMap<SlotId, (Run, Moment)>,
    /// The last question that was answered, and how many players the answer named.
    answers: BTreeMap<SlotId, (Run, u32, u32)>,
    /// The number of the last question to each server.
    asked: BTreeMap<SlotId, u32>,
    ports: BTreeMap<SlotId, u16>,
    /// Slots that have lived through a restart of ours.
    restored: BTreeSet<SlotId>,
    released: BTreeMap<u16, Moment>,
    pub violations: Vec<String>,
}

impl Watcher {
    fn claim(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.violations.push(what());
        }
    }

    /// Notes what the rules were told, and what they answered.
    pub fn see(&mut self, event: &Event, step: &Step, fleet: &Fleet, world: &World) {
        let now = world.now;
        match (event, &step.reply) {
            (Event::Join { player, session }, Reply::Joined { slot, port }) => {
                let shown = fleet.slot(*slot).map(|slot| slot.port);
                self.claim(shown == Some(*port), || {
                    format!("a join was sent to port {port}, not {shown:?}")
                });
                self.check_room(*slot, fleet);
                let visit = Visit {
                    slot: *slot,
                    player: player.clone(),
                    last_beat: now,
                };
                self.visits.insert(*session, visit);
            }
            (Event::Join { .. }, Reply::Full { retry_after }) => {
                let secs = retry_after.as_secs_f64();
                self.claim((1.0..=10.0).contains(&secs), || {
                    format!("try again after {secs} s")
                });
                let live = count_live(fleet);
                let max = fleet.limits().max_servers;
                self.claim(live >= max, || format!("full with {live} of {max}"));
            }
            (Event::Heartbeat(session), Reply::Known) => {
                if let Some(visit) = self.visits.get_mut(session) {
                    visit.last_beat = now;
                }
            }
            (Event::Heartbeat(session) | Event::Leave(session), _) => {
                self.visits.remove(session);
            }
            (Event::Ready { slot, run }, _) => {
                self.ready
                    .entry(*slot)
                    .and_modify(|ready| {
                        if ready.0 != *run {
                            *ready = (*run, now);
                        }
                    })
                    .or_insert((*run, now));
            }
            (
                Event::Occupied {
                    slot,
                    run,
                    ask,
                    occupancy: Occupancy::Players(people),
                },
                _,
            ) => self.see_answer(*slot, (*run, *ask, *people)),
            (Event::Stop(slot), _) => drop(self.stopped_by_operator.insert(*slot)),
            _ => {}
        }
    }

    /// Only the answer to the newest question counts.
    fn see_answer(&mut self, slot: SlotId, answer: (Run, u32, u32)) {
        let last = self.answers.get(&slot).map(|last| last.1);
        if last.is_none_or(|number| answer.1 >= number) {
            self.answers.insert(slot, answer);
        }
    }

    /// A session may come back in a restart that had ended just before, until it has been silent for too
    /// long. Only then may a server have more players than allowed.
    fn check_room(&mut self, slot: SlotId, fleet: &Fleet) {
        let (players, max) = (
            fleet.slot(slot).map_or(0, |slot| slot.player_count()),
            fleet.limits().max_players,
        );
        let is_restored = self.restored.contains(&slot);
        self.claim(players <= max || is_restored, || {
            format!("{players} players on {slot}")
        });
    }

    /// Checks what the rules have decided.
    pub fn check(&mut self, step: &Step, fleet: &Fleet, world: &World) {
        for action in &step.actions {
            self.check_action(action, fleet, world);
        }
        self.check_slots(fleet, world);
    }

    fn check_action(&mut self, action: &Action, fleet: &Fleet, world: &World) {
        let now = world.now;
        match action {
            Action::Stop { slot, .. } => {
                let state = fleet.slot(*slot).map(|slot| slot.state);
                let by_operator = self.stopped_by_operator.contains(slot);
                if state == Some(State::Stopping) && !by_operator && !self.stops.contains_key(slot)
                {
                    self.check_stop(*slot, fleet, now);
                }
                self.stops.entry(*slot).or_insert(now);
            }
            Action::Kill(slot) => {
                let asked = self.stops.get(slot).copied();
                let grace = fleet.limits().stop_grace;
                let is_due = asked.is_some_and(|asked| now.since(asked) >= grace);
                self.claim(is_due, || {
                    format!("{slot} is killed at {now:?}, asked to stop at {asked:?}")
                });
            }
            Action::Start { slot, run } => {
                let container = world.engine.get(slot);
                let runs = container
                    .is_some_and(|container| container.running && container.run < Some(*run));
                self.claim(!runs, || format!("{slot} is started while it runs"));
                self.stops.remove(slot);
                self.stopped_by_operator.remove(slot);
            }
            Action::Remove { discards_world, .. } => {
                self.claim(!discards_world, || "a world is discarded".to_owned());
            }
            Action::Create { slot, port, .. } => {
                let others = fleet
                    .slots()
                    .filter(|other| other.port == *port && other.id != *slot);
                self.claim(others.count() == 0, || {
                    format!("port {port} is given away twice")
                });
            }
            Action::Ask { slot, ask, .. } => drop(self.asked.insert(*slot, *ask)),
            Action::Probe { .. } | Action::Report { .. } => {}
        }
    }

    /// Checks a stop that the rules have decided by themselves.
    fn check_stop(&mut self, slot: SlotId, fleet: &Fleet, now: Moment) {
        let idle = fleet.limits().idle;
        let fresh = self
            .visits
            .values()
            .find(|visit| visit.slot == slot && now.since(visit.last_beat) < idle);
        let fresh = fresh.map(|visit| visit.player.clone());
        self.claim(fresh.is_none(), || {
            format!("{slot} is stopped under {fresh:?}")
        });
        let run = fleet.slot(slot).map(|slot| slot.run);
        let answer = self
            .answers
            .get(&slot)
            .filter(|answer| Some(answer.0) == run);
        // A server that does not answer for long enough is stopped, whatever it said before.
        let last_ask = self.asked.get(&slot).copied();
        let answer = answer.filter(|answer| Some(answer.1) == last_ask);
        let people = answer.map_or(0, |answer| answer.2);
        self.claim(people == 0, || {
            format!("{slot} is stopped with {people} people on")
        });
        let ready = self.ready.get(&slot).filter(|ready| Some(ready.0) == run);
        let since = ready.map(|ready| now.since(ready.1));
        self.claim(since.is_none_or(|since| since >= idle), || {
            format!("{slot} is stopped {since:?} after it became ready")
        });
    }

    fn check_slots(&mut self, fleet: &Fleet, world: &World) {
        let now = world.now;
        let (live, max) = (count_live(fleet), fleet.limits().max_servers);
        self.claim(live <= max, || format!("{live} of {max} live slots"));
        let counted = fleet.live_count();
        self.claim(counted == live, || {
            format!("counted {counted} live slots, there are {live}")
        });
        let (mut ports, mut owners, mut worlds) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut current = BTreeMap::new();
        for slot in fleet.slots() {
            current.insert(slot.id, slot.port);
            let is_new_port = ports.insert(slot.port);
            self.claim(is_new_port, || format!("two slots have port {}", slot.port));
            let is_new_world = worlds.insert(slot.world.clone());
            self.claim(is_new_world, || {
                format!("two slots have the world {}", slot.world)
            });
            // What was adopted belongs to nobody.
            let shares = fleet.limits().max_players > 1 || slot.owner.as_str().is_empty();
            let is_new_owner = owners.insert(slot.owner.clone());
            self.claim(is_new_owner || shares, || {
                format!("two slots belong to {}", slot.owner)
            });
            for session in slot.sessions.keys() {
                let found = fleet.slot_of(*session).map(|slot| slot.id);
                self.claim(found == Some(slot.id), || {
                    format!("a session of {} is at {found:?}", slot.id)
                });
            }
        }
        self.check_ports(&current, fleet.limits(), now);
        let running = world
            .engine
            .iter()
            .filter(|(_, container)| container.running);
        let mut used = BTreeSet::new();
        for (_, container) in running {
            let is_new = used.insert(container.world.clone());
            self.claim(is_new, || format!("two servers use {}", container.world));
        }
    }

    /// A port that a slot has given back rests.
    fn check_ports(&mut self, current: &BTreeMap<SlotId, u16>, limits: &Limits, now: Moment) {
        let old = std::mem::take(&mut self.ports);
        for (slot, port) in current {
            let is_new = old.get(slot) != Some(port);
            if let Some(released) = self.released.get(port).copied()
                && is_new
            {
                let rested = now.since(released);
                self.claim(rested >= limits.port_rest, || {
                    format!("port {port} rested for {rested:?}")
                });
            }
        }
        for (slot, port) in &old {
            if !current.contains_key(slot) {
                self.released.insert(*port, now);
            }
        }
        self.ports.clone_from(current);
    }

    /// After a restart, ports that rested are free again, and questions are numbered from the beginning.
    pub fn restarted(&mut self, fleet: &Fleet) {
        self.restored.extend(fleet.slots().map(|slot| slot.id));
        self.released.clear();
        self.answers.clear();
        self.asked.clear();
        self.ready.clear();
        self.ports.clear();
    }

    pub fn sessions(&self) -> Vec<SessionId> {
        self.visits.keys().copied().collect()
    }

    /// Checks that every player who stays has a server that runs, or knows that there is none.
    pub fn check_that_players_play(&mut self, fleet: &Fleet) {
        for (session, visit) in &self.visits {
            if let Some(slot) = fleet.slot_of(*session)
                && slot.state != State::Running
            {
                self.violations.push(format!(
                    "{} waits in vain for {} ({:?})",
                    visit.player, slot.id, slot.state
                ));
            }
        }
    }

    /// Checks that nothing is left.
    pub fn check_that_nothing_is_left(&mut self, fleet: &Fleet, world: &World) {
        let left: Vec<_> = fleet.slots().map(|slot| (slot.id, slot.state)).collect();
        self.claim(left.is_empty(), || format!("slots are left: {left:?}"));
        let containers: Vec<_> = world.engine.keys().collect();
        self.claim(containers.is_empty(), || {
            format!("containers are left: {containers:?}")
        });
        let rows = world.disk.slots.len();
        self.claim(rows == 0, || format!("{rows} rows are left"));
    }
}

fn count_live(fleet: &Fleet) -> usize {
    let is_live = |state| {
        matches!(
            state,
            State::Starting | State::Running | State::Idle | State::Stopping
        )
    };
    fleet
        .slots()
        .filter(|slot| is_live(slot.state) || (slot.wanted && slot.state != State::Stopped))
        .count()
}
