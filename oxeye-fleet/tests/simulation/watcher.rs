//! The invariants, checked after every step against records of its own. It counts from what the schedule
//! did; nothing here reads the state of the rules, except for what they show to people.

#[path = "watcher/room.rs"]
mod room;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use oxeye_fleet::ids::{PlayerId, SessionId, SlotId, WorkerName, WorldName};
use oxeye_fleet::rules::{
    Action, Call, CallNumber, Event, Fleet, Order, Reply, Run, Slot, State, Step, Write,
};
use oxeye_fleet::time::Moment;

use crate::counted::Counted;
use crate::hosts::Hosts;
use crate::lives::{Lives, Seen};
use crate::places::{Places, count_live};
use crate::questions::Questions;
use crate::refusals::Refusals;
use crate::violations::Violations;
use crate::world::World;

/// How much longer than its grace a server may take to exit, before it is killed.
const KILL_AFTER_GRACE: Duration = Duration::from_secs(10);

/// A session, as its player sees it.
#[derive(Debug, Clone)]
struct Visit {
    slot: SlotId,
    player: PlayerId,
}

#[derive(Default)]
pub struct Watcher {
    visits: BTreeMap<SessionId, Visit>,
    /// The last join or heartbeat of each session that the rules answered.
    beats: BTreeMap<SessionId, Moment>,
    /// When a server was asked to stop, in this run, in time that counts.
    stops: BTreeMap<SlotId, Duration>,
    ready: BTreeMap<SlotId, (Run, Moment)>,
    /// The calls of the engine since our last start.
    calls: BTreeMap<CallNumber, Call>,
    /// Slots that have lived through a restart of ours.
    restored: BTreeSet<SlotId>,
    counted: Counted,
    questions: Questions,
    lives: Lives,
    places: Places,
    hosts: Hosts,
    refusals: Refusals,
    pub violations: Violations,
}

impl Watcher {
    /// Checks what the rules were told, what they answered and what they have decided.
    pub fn see(&mut self, event: &Event, step: &Step, fleet: &Fleet, world: &World) {
        let now = world.now;
        self.counted.see(event, now);
        let moved = self.counted.know(fleet);
        self.violations
            .claim(moved.is_none(), || format!("{moved:?} has moved"));
        self.questions.see(event, &self.counted);
        self.see_event(event, &step.reply, fleet, world);
        for write in &step.writes {
            match write {
                Write::Home(home) => {
                    let wrong = self.hosts.check_home(home, fleet, world, &self.counted);
                    self.violations.0.extend(wrong);
                }
                Write::HomeGone(world) => self.hosts.unbind(world),
                _ => {}
            }
        }
        for slot in fleet.slots() {
            let is_stopped = slot.state == State::Stopping && self.lives.was_idle(slot.id);
            if is_stopped && *event != Event::Stop(slot.id) {
                self.check_stop(slot, fleet.limits().idle, now);
            }
        }
        let refused = self.refusals.see(event, &self.calls, &step.reply, now);
        let wrong = self.lives.see(Seen {
            event,
            actions: &step.actions,
            fleet,
            world,
            counted: &self.counted,
            hosts: &self.hosts,
            beats: &self.beats,
        });
        self.violations.0.extend(wrong.into_iter().chain(refused));
        self.check(step, fleet, world);
    }

    fn see_event(&mut self, event: &Event, reply: &Reply, fleet: &Fleet, world: &World) {
        let now = world.now;
        match (event, reply) {
            (Event::Join { player, session }, Reply::Joined { slot, port, .. }) => {
                let shown = fleet.slot(*slot).map(|slot| slot.port);
                self.violations.claim(shown == Some(*port), || {
                    format!("a join was sent to port {port}, not {shown:?}")
                });
                self.check_room(*slot, fleet);
                self.check_that_no_guest_waits(player, *slot, fleet);
                if !self.lives.has(*slot) {
                    let wrong = self.hosts.check_new(*slot, fleet, &self.counted);
                    self.violations.0.extend(wrong);
                    self.check_that_others_are_full(*slot, fleet);
                }
                let (slot, player) = (*slot, player.clone());
                self.visits.insert(*session, Visit { slot, player });
                self.beats.insert(*session, now);
            }
            (Event::Join { player, .. }, Reply::Unavailable { .. } | Reply::Refused { .. }) => {
                self.check_refused(player, fleet, world);
            }
            (Event::Join { player, .. }, Reply::Full { retry_after }) => {
                let secs = retry_after.as_secs_f64();
                let is_soon = (1.0..=10.0).contains(&secs);
                self.violations
                    .claim(is_soon, || format!("try again after {secs} s"));
                if count_live(fleet) < fleet.limits().max_servers {
                    self.check_refused(player, fleet, world);
                }
            }
            (Event::Heartbeat(session), Reply::Known) => {
                if let Some(beat) = self.beats.get_mut(session) {
                    *beat = now;
                }
            }
            (Event::Heartbeat(session) | Event::Leave(session), _) => {
                self.visits.remove(session);
                self.beats.remove(session);
            }
            (
                Event::DrainWorker {
                    worker,
                    is_draining,
                },
                _,
            ) => self.hosts.drain(worker, *is_draining),
            (Event::Offered { worker, offer }, _) => self.hosts.offer(worker, offer),
            (Event::WorldsListed { worker, .. }, _) => self.hosts.name_worlds(worker),
            (Event::Ready { slot, run }, _) => {
                let ready = self.ready.entry(*slot).or_insert((*run, now));
                if ready.0 != *run {
                    *ready = (*run, now);
                }
            }
            _ => {}
        }
    }

    /// Checks what the rules have decided.
    fn check(&mut self, step: &Step, fleet: &Fleet, world: &World) {
        for action in &step.actions {
            self.check_action(action, fleet, world);
        }
        self.questions.note(&step.actions, fleet, &self.counted);
        self.places.check(fleet, world, &mut self.violations);
        self.hosts.check(fleet, &mut self.violations);
    }

    fn check_action(&mut self, action: &Action, fleet: &Fleet, world: &World) {
        let Action::Call {
            slot,
            number,
            order,
            ..
        } = action
        else {
            return;
        };
        let is_new = self.calls.insert(*number, order.call()).is_none();
        self.violations
            .claim(is_new, || format!("two calls have the number {number:?}"));
        let passed = self.counted.passed(*slot);
        match order {
            Order::Stop { .. } => {
                self.stops.entry(*slot).or_insert(passed);
            }
            Order::Kill => {
                let asked = self.stops.get(slot);
                let waited = asked.map(|asked| self.counted.since(*slot, *asked, world.now));
                let grace = fleet.limits().stop_grace + KILL_AFTER_GRACE;
                self.violations.claim(waited >= Some(grace), || {
                    format!("{slot} is killed {waited:?} after it was asked to stop")
                });
            }
            Order::Start { run } => {
                let container = world.engine.get(slot);
                let runs = container
                    .is_some_and(|container| container.running && container.run < Some(*run));
                self.violations
                    .claim(!runs, || format!("{slot} is started while it runs"));
                self.stops.remove(slot);
            }
            Order::Remove { discards_world } => {
                let may = fleet.limits().discards_worlds;
                self.violations
                    .claim(!discards_world || may, || "a world is discarded".to_owned());
            }
            Order::Create { port, .. } => {
                // What belongs to nobody was perhaps made for its port when the worker was lost.
                let is_ours = |other: &&Slot| !other.owner.as_str().is_empty();
                let others = fleet.slots().filter(|other| other.id != *slot);
                let mut others = others.filter(is_ours);
                let is_twice = others.any(|other| other.port == *port);
                self.violations
                    .claim(!is_twice, || format!("port {port} is given away twice"));
            }
        }
    }

    /// Checks that the rules may stop an idle server.
    fn check_stop(&mut self, slot: &Slot, idle: Duration, now: Moment) {
        let id = slot.id;
        let is_fresh = |session| {
            let beat = self.beats.get(session);
            beat.is_some_and(|beat| now.since(*beat) < idle)
        };
        let mut theirs = self.visits.iter().filter(|(_, visit)| visit.slot == id);
        let fresh = theirs.find(|(session, _)| is_fresh(session));
        let fresh = fresh.map(|(_, visit)| visit.player.clone());
        self.violations.claim(fresh.is_none(), || {
            format!("{id} is stopped under {fresh:?}")
        });
        let objection = self.questions.objection(id, &self.counted, now);
        self.violations.0.extend(objection);
        let ready = self.ready.get(&id).filter(|ready| ready.0 == slot.run);
        let since = ready.map(|ready| now.since(ready.1));
        self.violations
            .claim(since.is_none_or(|since| since >= idle), || {
                format!("{id} is stopped {since:?} after it became ready")
            });
    }

    /// We were killed and have started again.
    pub fn restarted(&mut self, step: &Step, fleet: &Fleet, world: &World) {
        self.restored.extend(fleet.slots().map(|slot| slot.id));
        self.ready.clear();
        self.calls.clear();
        self.counted.know(fleet);
        self.counted.restarted(fleet, world.now);
        self.questions.restarted();
        self.places.restarted();
        self.refusals.restarted();
        self.hosts.restarted(world);
        let wrong = self
            .lives
            .restarted(&step.actions, fleet, world, &self.counted);
        self.violations.0.extend(wrong);
        self.check(step, fleet, world);
    }

    /// Returns whether a worker has ever said which worlds it has.
    pub fn knows_worlds_of(&self, worker: &WorkerName) -> bool {
        self.hosts.knows_worlds_of(worker)
    }

    pub fn sessions(&self) -> Vec<SessionId> {
        self.visits.keys().copied().collect()
    }

    /// Checks that every player who stays has a server that runs, or knows that there is none.
    pub fn check_that_players_play(&mut self, fleet: &Fleet) {
        for (session, visit) in &self.visits {
            let slot = fleet.slot_of(*session);
            let plays = slot.is_none_or(|slot| slot.state == State::Running);
            self.violations.claim(plays, || {
                let state = slot.map(|slot| slot.state);
                format!(
                    "{} waits in vain for {} ({state:?})",
                    visit.player, visit.slot
                )
            });
        }
    }

    /// Checks that nothing is left.
    pub fn check_that_nothing_is_left(&mut self, fleet: &Fleet, world: &World) {
        let left: Vec<_> = fleet.slots().map(|slot| (slot.id, slot.state)).collect();
        self.violations
            .claim(left.is_empty(), || format!("slots are left: {left:?}"));
        let containers: Vec<_> = world.engine.keys().collect();
        self.violations.claim(containers.is_empty(), || {
            format!("containers are left: {containers:?}")
        });
        // A liar keeps worlds for servers that it has made up.
        let has_to_go = |place: &&(WorldName, WorkerName)| {
            !world.old_worlds.contains(place) && world.liar.as_ref() != Some(&place.1)
        };
        let worlds = world.worlds.iter().filter(|_| world.discards_worlds);
        let left: Vec<_> = worlds.filter(has_to_go).collect();
        self.violations
            .claim(left.is_empty(), || format!("worlds are left: {left:?}"));
        let rows = world.disk.slots.len();
        self.violations
            .claim(rows == 0, || format!("{rows} rows are left"));
    }
}
