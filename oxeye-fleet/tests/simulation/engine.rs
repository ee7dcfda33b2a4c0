//! The engine: carries out calls, and sends the results.

use std::time::Duration;

use oxeye_fleet::ids::{SlotId, WorkerName, WorldName};
use oxeye_fleet::rules::{Action, CallFailure, CallNumber, Event, Occupancy, Order, Run};

use crate::world::{Container, Parcel, World};

/// What a worker says that runs as many servers as it may.
pub const FULL: &str = "the worker is full";

/// What a worker says that keeps as many worlds as it may.
pub const NO_NEW_WORLDS: &str = "the worker keeps no more worlds";

impl World {
    /// Carries out an action, and sends what came of it.
    pub fn carry_out(&mut self, action: Action) {
        match action {
            Action::Call {
                worker,
                slot,
                number,
                order,
            } => self.call(worker, slot, number, order),
            Action::Probe { slot, run, .. } => {
                self.probed.insert(slot, (run, self.now));
            }
            Action::Ask { slot, run, ask, .. } => self.answer(slot, run, ask),
            Action::Warn { .. } | Action::Report { .. } => {}
        }
    }

    fn call(&mut self, worker: WorkerName, slot: SlotId, number: CallNumber, order: Order) {
        let called = |result| Event::Called {
            slot,
            number,
            result,
        };
        if self.troubles.away.contains(&worker) {
            self.send(called(Err(CallFailure::Unreachable)));
            let lost = Event::EngineLost(worker);
            self.parcels.push((self.now, Parcel::ToRules(lost)));
            return;
        }
        let at = self.engine.get(&slot).map(|container| &container.worker);
        let is_there = at.is_none_or(|at| *at == worker);
        if !is_there && self.liar.as_ref() == Some(&worker) {
            self.send(called(Ok(())));
            return;
        }
        self.violations.claim(is_there, || {
            format!("{worker} is called for {slot}, which is elsewhere")
        });
        let result = match self.effect(worker, slot, order) {
            Ok(()) if self.chance(self.troubles.lost) => Err(CallFailure::Unknown),
            result => result,
        };
        self.send(called(result));
    }

    fn answer(&mut self, slot: SlotId, run: Run, ask: u32) {
        let container = self.engine.get(&slot).filter(|container| container.running);
        let occupancy = match container.map(|container| container.people) {
            Some(people) if !self.chance(10) => Occupancy::Players(people),
            _ => Occupancy::Silent,
        };
        self.send(Event::Occupied {
            slot,
            run,
            ask,
            occupancy,
        });
    }

    fn effect(
        &mut self,
        worker: WorkerName,
        slot: SlotId,
        order: Order,
    ) -> Result<(), CallFailure> {
        match order {
            Order::Create { .. } | Order::Start { .. } if self.chance(self.troubles.full) => {
                Err(CallFailure::Full(FULL.to_owned()))
            }
            Order::Create { port, world, .. } => self.create(worker, slot, port, world),
            Order::Start { .. } if !self.has_room(&worker, slot) => {
                Err(CallFailure::Full(FULL.to_owned()))
            }
            Order::Start { run } => self.start(slot, run),
            Order::Stop { grace } => {
                self.stop(slot, grace);
                Ok(())
            }
            Order::Kill => {
                let now = self.now;
                if let Some(container) = self.running(slot) {
                    container.exits_at = Some((now, None));
                }
                Ok(())
            }
            Order::Remove { discards_world } => self.remove(slot, discards_world),
        }
    }

    /// Whether a worker may run this server, too.
    fn has_room(&self, worker: &WorkerName, slot: SlotId) -> bool {
        let others = self.engine.iter().filter(|(other, container)| {
            container.running && container.worker == *worker && **other != slot
        });
        let most = self.rooms.get(worker).copied();
        others.count() < most.unwrap_or(usize::MAX)
    }

    fn stop(&mut self, slot: SlotId, grace: Duration) {
        let ignores = self.chance(15);
        let after = if ignores {
            grace
        } else {
            self.millis(0..3_000)
        };
        let never = ignores && self.chance(50);
        let at = self.now + after;
        if let Some(container) = self.running(slot)
            && !never
        {
            let code = if ignores { None } else { Some(0) };
            container.exits_at = Some((at, code));
        }
    }

    fn running(&mut self, slot: SlotId) -> Option<&mut Container> {
        self.engine
            .get_mut(&slot)
            .filter(|container| container.running)
    }

    fn create(
        &mut self,
        worker: WorkerName,
        slot: SlotId,
        port: u16,
        world: WorldName,
    ) -> Result<(), CallFailure> {
        if self.chance(self.troubles.refused) {
            return Err(CallFailure::Refused("no such image".to_owned()));
        }
        if !self.has_room_for(&world, &worker) {
            return Err(CallFailure::NoNewWorlds(NO_NEW_WORLDS.to_owned()));
        }
        // Whether an old world is left behind rightly is seen when its player is bound to a worker.
        let others = self.lived_in.difference(&self.old_worlds);
        let elsewhere = others
            .filter(|(other, at)| *other == world && *at != worker)
            .count();
        let is_at_home = elsewhere == 0 || self.discards_worlds;
        self.violations.claim(is_at_home, || {
            format!("{world} is empty on {worker}, and lies elsewhere")
        });
        self.worlds.insert((world.clone(), worker.clone()));
        let container = self.engine.entry(slot).or_insert(Container {
            worker,
            port,
            world,
            run: None,
            running: false,
            exit_code: None,
            exited_at: None,
            ready_at: None,
            exits_at: None,
            people: 0,
        });
        if !container.running {
            container.port = port;
        }
        Ok(())
    }

    fn start(&mut self, slot: SlotId, run: Run) -> Result<(), CallFailure> {
        if self.chance(self.troubles.refused) {
            return Err(CallFailure::Refused("no such image".to_owned()));
        }
        if self.chance(self.troubles.port_taken) {
            return Err(CallFailure::PortTaken);
        }
        let is_slow = self.chance(5);
        let boot = self.millis(if is_slow { 0..90_000 } else { 200..5_000 });
        let crashes = self.chance(self.troubles.crashing);
        let crash = self.millis(0..20_000);
        let code = if self.chance(20) { Some(0) } else { Some(1) };
        let now = self.now;
        let Some(container) = self.engine.get_mut(&slot) else {
            return Err(CallFailure::Refused("no such container".to_owned()));
        };
        if container.running {
            return Ok(());
        }
        container.running = true;
        container.run = Some(run);
        container.exit_code = None;
        container.ready_at = Some(now + boot);
        container.exits_at = crashes.then_some((now + crash, code));
        let place = (container.world.clone(), container.worker.clone());
        self.lived_in.insert(place);
        Ok(())
    }

    fn remove(&mut self, slot: SlotId, discards_world: bool) -> Result<(), CallFailure> {
        match self.engine.get(&slot) {
            Some(container) if container.running => {
                Err(CallFailure::Refused("it is still running".to_owned()))
            }
            Some(container) => {
                if discards_world {
                    let place = (container.world.clone(), container.worker.clone());
                    self.worlds.remove(&place);
                    self.lived_in.remove(&place);
                }
                self.engine.remove(&slot);
                Ok(())
            }
            None => Ok(()),
        }
    }
}
