//! What the program around the rules does with their decisions: it writes them, carries them out, and is
//! killed and starts again.

use oxeye_fleet::ids::WorkerName;
use oxeye_fleet::rules::{Action, Event, Fleet, Order, Reply, Step};
use rand::Rng;

use crate::schedule::Schedule;
use crate::world::Parcel;

impl Schedule {
    #[expect(clippy::needless_pass_by_value, reason = "as the rules take it")]
    pub fn step(&mut self, event: Event) {
        let before: Option<Vec<_>> = self
            .world
            .disk
            .is_full
            .then(|| self.fleet.slots().cloned().collect());
        let step = self.decide(&event);
        self.steps += 1;
        if step.is_durable && self.world.disk.is_full {
            self.fleet.undo();
            let after: Vec<_> = self.fleet.slots().cloned().collect();
            let is_undone = before.as_ref() == Some(&after);
            self.watcher
                .violations
                .claim(is_undone, || "undoing a step has left something".to_owned());
            let step = self.fleet.step(Event::Interrupted, self.world.present());
            self.take(&Event::Interrupted, step);
            return;
        }
        self.take(&event, step);
    }

    /// Decides what follows from an event, as the controller does: before a player is told a port that their
    /// server will get, somebody looks whether another program has it.
    fn decide(&mut self, event: &Event) -> Step {
        let now = self.world.present();
        let step = self.fleet.step(event.clone(), now);
        let Reply::Joined {
            slot: joined,
            port,
            ref worker,
        } = step.reply
        else {
            return step;
        };
        let starts = |action: &Action| match action {
            Action::Call { slot, order, .. } => {
                let is_stop = matches!(order, Order::Stop { .. } | Order::Kill);
                *slot == joined && !is_stop
            }
            _ => false,
        };
        let port_taken = self.world.troubles.port_taken;
        if !step.actions.iter().any(starts) || !self.world.chance(port_taken) {
            return step;
        }
        self.fleet.undo();
        self.fleet.avoid_port(worker, port, now);
        let step = self.fleet.step(event.clone(), now);
        let is_made_there = |action: &Action| match action {
            Action::Call {
                order: Order::Create { port: at, .. },
                ..
            } => *at == port,
            _ => false,
        };
        let is_made = step.actions.iter().any(is_made_there);
        self.watcher.violations.claim(!is_made, || {
            format!("made on port {port}, which another program has")
        });
        step
    }

    fn take(&mut self, event: &Event, step: Step) {
        if step.is_durable || !self.world.chance(5) {
            self.world.disk.write(&step.writes);
        }
        self.watcher.see(event, &step, &self.fleet, &self.world);
        if self.world.troubles.lost > 0 && self.world.random.random_range(0..2_000) == 0 {
            // Killed after the write and before the call of the engine.
            self.crash();
            return;
        }
        for action in step.actions {
            self.world.act(action);
        }
    }

    pub fn crash(&mut self) {
        let kept = self.world.disk.kept();
        // What was on its way to us is lost. What was on its way to the engine arrives before we ask it.
        let arriving = std::mem::take(&mut self.world.arriving).into_iter();
        let later = std::mem::take(&mut self.world.parcels).into_iter();
        for parcel in arriving.chain(later.map(|(_, parcel)| parcel)) {
            if let Parcel::ToEngine(action) = parcel {
                self.world.carry_out(action);
            }
        }
        self.world.parcels.clear();
        self.world.probed.clear();
        self.world.run_engine();
        self.world.parcels.clear();
        let workers = self.limits.workers.iter();
        let away = &self.world.troubles.away;
        // With one worker, we wait until it can be reached.
        let is_asked = |worker: &&WorkerName| workers.len() == 1 || !away.contains(worker);
        let listed = workers.clone().filter(is_asked);
        let listed = listed.map(|worker| (worker.clone(), self.world.list(worker)));
        let listed = listed.collect();
        let (fleet, step) = Fleet::recover(self.limits.clone(), kept, listed, self.world.present());
        self.fleet = fleet;
        self.world.disk.write(&step.writes);
        self.watcher.restarted(&step, &self.fleet, &self.world);
        for action in step.actions {
            self.world.act(action);
        }
        self.offer();
    }
}
