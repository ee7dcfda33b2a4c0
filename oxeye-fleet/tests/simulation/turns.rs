//! Calm in which every player in turn asks for a server until they get one.

use std::time::Duration;

use oxeye_fleet::ids::{PlayerId, WorldName};
use oxeye_fleet::rules::{Event, HomeRow, State};

use crate::schedule::{PLAYERS, Schedule};

const TICK: Duration = Duration::from_millis(1_500);

/// How long a player asks, and how often.
const PATIENCE: Duration = Duration::from_secs(400);
const PAUSE: Duration = Duration::from_secs(6);

impl Schedule {
    /// Some of the worlds that were there before are bound to a worker that is no longer in the settings.
    pub fn bind_old_worlds(&mut self) {
        for (world, _) in self.world.old_worlds.clone() {
            if self.world.chance(20) {
                let home = HomeRow {
                    world: world.clone(),
                    worker: "local".parse().expect("a good name"),
                    is_made: true,
                };
                self.world.disk.homes.insert(world, home);
            }
        }
        if !self.world.disk.homes.is_empty() {
            self.crash();
        }
    }

    /// Nobody asks in vain for ever while there is a worker that can take their world.
    pub fn every_player_gets_in(&mut self) {
        let has_choice = self.limits.workers.len() > 1;
        for number in (0..PLAYERS).filter(|_| has_choice) {
            let player: PlayerId = format!("player{number}").parse().expect("a good name");
            let may = self.may_get_in(&player);
            let is_in = self.asks_for_a_server(&player);
            self.watcher
                .violations
                .claim(is_in || !may, || format!("{player} never gets a server"));
        }
    }

    fn asks_for_a_server(&mut self, player: &PlayerId) -> bool {
        let end = self.world.now + PATIENCE;
        while self.world.now < end {
            let session = self.world.session();
            self.step(Event::Join {
                player: player.clone(),
                session,
            });
            while let Some(slot) = self.fleet.slot_of(session) {
                if slot.state == State::Running {
                    self.step(Event::Leave(session));
                    return true;
                }
                self.advance(TICK);
            }
            let again = self.world.now + PAUSE;
            while self.world.now < again {
                self.advance(TICK);
            }
        }
        false
    }

    /// Whether a worker can take a player's world that it is not bound to another one.
    fn may_get_in(&self, player: &PlayerId) -> bool {
        let world = WorldName::of(player);
        let workers = || self.limits.workers.iter();
        let may_be_made = || workers().any(|worker| self.world.has_room_for(&world, worker));
        let has_it = |worker| self.world.worlds.contains(&(world.clone(), worker));
        // A liar may have said that it has the world.
        let is_true = self.world.liar.is_none();
        is_true
            && match self.world.disk.homes.get(&world) {
                Some(home) if !self.limits.workers.contains(&home.worker) => workers()
                    .filter(|worker| self.world.silent.as_ref() != Some(worker))
                    .any(|worker| has_it(worker.clone())),
                Some(home) if home.is_made => has_it(home.worker.clone()),
                _ => may_be_made(),
            }
    }
}
