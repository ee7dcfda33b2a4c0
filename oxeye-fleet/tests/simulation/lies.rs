//! A worker that says what is not true: about servers of the other worker, and about servers that there
//! are not.

use oxeye_fleet::ids::{SlotId, WorkerName, WorldName};
use oxeye_fleet::rules::{Event, Listed, Run};
use rand::Rng;

use crate::schedule::Schedule;

/// The longest time that the number of a made-up server lies ahead, in milliseconds.
const AHEAD: u64 = 2 * 24 * 60 * 60 * 1_000;

const MOST_AT_ONCE: usize = 30;

impl Schedule {
    /// A worker says that servers of others have exited, and lists them and some that it makes up.
    pub fn lie(&mut self, liar: WorkerName) {
        if self.world.troubles.away.contains(&liar) {
            return;
        }
        let mut containers = self.world.list(&liar);
        for mut theirs in self.of_others(&liar) {
            if self.world.chance(50) {
                let code = self.world.chance(50).then_some(0);
                self.step(Event::Exited {
                    worker: liar.clone(),
                    slot: theirs.slot,
                    run: theirs.run.unwrap_or_default(),
                    code,
                });
            }
            theirs.running = self.world.chance(50);
            containers.push(theirs);
        }
        for _ in 0..self.world.random.random_range(0..MOST_AT_ONCE) {
            let made_up = self.made_up();
            containers.push(made_up);
        }
        self.step(Event::Listed {
            worker: liar,
            asked_at: self.world.now,
            containers,
        });
    }

    /// Returns the servers of the other worker that the rules know.
    fn of_others(&self, liar: &WorkerName) -> Vec<Listed> {
        let others = self.limits.workers.iter().filter(|worker| *worker != liar);
        let listed = others.flat_map(|worker| self.world.list(worker));
        listed
            .filter(|listed| self.fleet.slot(listed.slot).is_some())
            .collect()
    }

    fn made_up(&mut self) -> Listed {
        let player = self.world.player(crate::schedule::PLAYERS);
        let present = self.world.present().wall.0;
        let random = &mut self.world.random;
        let slot = match random.random_range(0..4) {
            0 => random.random(),
            _ => present.saturating_sub(AHEAD) + random.random_range(0..2 * AHEAD),
        };
        Listed {
            slot: SlotId(slot),
            port: random.random(),
            world: WorldName::of(&player),
            run: Some(Run(random.random())),
            running: random.random(),
            exit_code: None,
        }
    }
}
