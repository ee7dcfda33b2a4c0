//! Which slots there are, and what each has for itself alone: its port, its world, its owner.

use std::collections::{BTreeMap, BTreeSet};

use oxeye_fleet::ids::{SlotId, WorkerName};
use oxeye_fleet::rules::{Fleet, Slot, State};
use oxeye_fleet::time::Moment;

use crate::violations::Violations;
use crate::world::World;

/// By how much the number of a new slot may be ahead of the clock, in milliseconds.
const AHEAD: u64 = 1_000;

/// Where a port is in use: on all workers, or on one, if only that worker has said that a server has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    port: u16,
    only_on: Option<WorkerName>,
}

#[derive(Debug, Default)]
pub struct Places {
    ports: BTreeMap<SlotId, Place>,
    released: BTreeMap<Place, Moment>,
    /// Slots that were found with a worker, which had their ports before.
    strays: BTreeSet<SlotId>,
}

impl Places {
    /// Checks all slots.
    pub fn check(&mut self, fleet: &Fleet, world: &World, violations: &mut Violations) {
        check_numbers(fleet, violations);
        let (mut ports, mut ports_of_workers) = (BTreeSet::new(), BTreeSet::new());
        let (mut owners, mut worlds) = (BTreeSet::new(), BTreeSet::new());
        let mut current = BTreeMap::new();
        for slot in fleet.slots() {
            let is_ours = !slot.owner.as_str().is_empty();
            let place = Place {
                port: slot.port,
                only_on: (!is_ours).then(|| slot.worker.clone()),
            };
            current.insert(slot.id, place);
            if !is_ours {
                self.strays.insert(slot.id);
            }
            let is_new_port = !is_ours || ports.insert(slot.port);
            violations.claim(is_new_port, || format!("two slots have port {}", slot.port));
            let is_lie = !is_ours && world.liar.as_ref() == Some(&slot.worker);
            if is_lie {
                continue;
            }
            let is_allowed = !is_ours || fleet.limits().ports.contains(&slot.port);
            violations.claim(is_allowed, || format!("{} has port {}", slot.id, slot.port));
            let is_new_port = ports_of_workers.insert((&slot.worker, slot.port));
            violations.claim(is_new_port, || {
                format!("two slots have port {} of {}", slot.port, slot.worker)
            });
            // A world that is deleted with its server may be left on a worker that was lost, and so may one that
            // was made without our knowledge.
            let home = world.disk.homes.get(&slot.world);
            let is_elsewhere = home.is_some_and(|home| home.worker != slot.worker);
            let is_local = fleet.limits().discards_worlds || (!is_ours && is_elsewhere);
            let at = is_local.then(|| slot.worker.clone());
            let is_new_world = worlds.insert((slot.world.clone(), at));
            violations.claim(is_new_world, || {
                format!("two slots have the world {}", slot.world)
            });
            // What was adopted belongs to nobody.
            let shares = fleet.limits().max_players > 1 || slot.owner.as_str().is_empty();
            let is_new_owner = owners.insert(slot.owner.clone());
            violations.claim(is_new_owner || shares, || {
                format!("two slots belong to {}", slot.owner)
            });
            for session in slot.sessions.keys() {
                let found = fleet.slot_of(*session).map(|slot| slot.id);
                violations.claim(found == Some(slot.id), || {
                    format!("a session of {} is at {found:?}", slot.id)
                });
            }
        }
        check_strays(fleet, violations);
        self.check_ids(fleet, world, violations);
        self.check_ports(current, fleet, world.now, violations);
        check_worlds(world, violations);
    }

    /// A port that a slot has given back rests; one that only a worker has named rests on that worker.
    fn check_ports(
        &mut self,
        current: BTreeMap<SlotId, Place>,
        fleet: &Fleet,
        now: Moment,
        violations: &mut Violations,
    ) {
        let old = std::mem::take(&mut self.ports);
        for slot in fleet.slots() {
            let port = slot.port;
            let is_new = old.get(&slot.id).map(|place| place.port) != Some(port);
            if !is_new || self.strays.contains(&slot.id) {
                continue;
            }
            let places = [None, Some(slot.worker.clone())].map(|only_on| Place { port, only_on });
            for released in places.iter().filter_map(|place| self.released.get(place)) {
                let rested = now.since(*released);
                violations.claim(rested >= fleet.limits().port_rest, || {
                    format!("port {port} rested for {rested:?}")
                });
            }
        }
        for (slot, place) in &old {
            if !current.contains_key(slot) {
                self.released.insert(place.clone(), now);
            }
        }
        self.ports = current;
    }

    /// After a restart, ports that rested are free again.
    pub fn restarted(&mut self) {
        let strays = std::mem::take(&mut self.strays);
        *self = Self {
            strays,
            ..Self::default()
        };
    }

    /// The numbers of new slots stay near the time, whatever numbers a worker has named.
    fn check_ids(&self, fleet: &Fleet, world: &World, violations: &mut Violations) {
        let latest = world.present().wall.0 + AHEAD;
        for slot in fleet.slots().filter(|slot| !self.strays.contains(&slot.id)) {
            let id = slot.id;
            violations.claim(id.0 <= latest, || format!("{id} is far ahead"));
        }
    }
}

fn check_numbers(fleet: &Fleet, violations: &mut Violations) {
    let (live, max) = (count_live(fleet), fleet.limits().max_servers);
    violations.claim(live <= max, || format!("{live} of {max} live slots"));
    let counted = fleet.live_count();
    violations.claim(counted == live, || {
        format!("counted {counted} live slots, there are {live}")
    });
}

/// Whatever a worker says that it has, we handle only so much of it at the same time.
fn check_strays(fleet: &Fleet, violations: &mut Violations) {
    let most = fleet.limits().max_servers * 4;
    for worker in &fleet.limits().workers {
        let theirs = fleet.slots().filter(|slot| slot.worker == *worker);
        let strays = theirs.filter(|slot| slot.owner.as_str().is_empty());
        let count = strays.count();
        violations.claim(count <= most, || format!("{worker} has {count} strays"));
    }
}

fn check_worlds(world: &World, violations: &mut Violations) {
    let containers = world.engine.values();
    let mut used = BTreeSet::new();
    for container in containers.filter(|container| container.running) {
        let at = world.discards_worlds.then(|| container.worker.clone());
        let is_new = used.insert((container.world.clone(), at));
        violations.claim(is_new, || format!("two servers use {}", container.world));
    }
}

/// Counts the slots that use memory, or will soon.
pub fn count_live(fleet: &Fleet) -> usize {
    fleet.slots().filter(|slot| is_live(slot)).count()
}

/// Whether a slot uses memory, or will soon.
pub fn is_live(slot: &Slot) -> bool {
    let is_up = matches!(
        slot.state,
        State::Starting | State::Running | State::Idle | State::Stopping
    );
    is_up || (slot.wanted && slot.state != State::Stopped)
}
