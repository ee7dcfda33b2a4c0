//! What a worker refuses, whoever asks. Its limits are its own: a fleet that has been taken over cannot
//! raise them.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::time::Duration;

use tokio::time::Instant;

use crate::engine::Launch;
use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Listed};
use crate::settings::Settings;
use crate::time::{MOST_CLOCKS_DIFFER, UnixMillis};

/// The span in which creations are counted.
const MINUTE: Duration = Duration::from_secs(60);

/// The limits of a worker.
#[derive(Debug, Clone)]
pub(crate) struct WorkerLimits {
    /// The most servers that run at the same time.
    pub(crate) max_servers: usize,
    /// The ports that servers may have. There are never more containers than ports.
    pub(crate) ports: RangeInclusive<u16>,
    /// The most containers that are created in a minute.
    pub(crate) creations_per_minute: usize,
    /// How long a server at least has to save its world, before it is killed.
    pub(crate) stop_grace: Duration,
    /// The most worlds that are kept.
    pub(crate) max_worlds: usize,
    /// Whether worlds may be deleted.
    pub(crate) discards_worlds: bool,
}

impl WorkerLimits {
    /// Returns the limits that stand in the worker's settings.
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            max_servers: settings.limits.max_servers,
            ports: settings.limits.ports.clone(),
            creations_per_minute: settings.offered.creations_per_minute,
            stop_grace: settings.limits.stop_grace,
            max_worlds: settings.offered.max_worlds,
            discards_worlds: settings.limits.discards_worlds,
        }
    }

    /// Checks the number of a new slot. A fleet numbers its slots by its clock, and never reuses a number.
    pub(crate) fn check_slot(
        &self,
        slot: SlotId,
        listed: &[Listed],
        now: UnixMillis,
    ) -> Result<(), CallFailure> {
        let is_ahead = slot.0 > now.0.saturating_add(MOST_CLOCKS_DIFFER);
        match is_ahead && !listed.iter().any(|other| other.slot == slot) {
            true => refused(format!(
                "the number of {slot} is more than a day ahead of the worker's clock; set the clocks of both machines"
            )),
            false => Ok(()),
        }
    }

    /// Checks the port of a new container.
    pub(crate) fn check_port(&self, launch: &Launch, listed: &[Listed]) -> Result<(), CallFailure> {
        let port = launch.port;
        if !self.ports.contains(&port) {
            let (first, last) = (self.ports.start(), self.ports.end());
            return refused(format!(
                "the worker's ports are {first}-{last}, not {port}; SERVER_PORT_START and MAX_SERVERS should be the same for the fleet and the worker"
            ));
        }
        let mut others = listed.iter().filter(|other| other.slot != launch.slot);
        match others.any(|other| other.port == port) {
            true => Err(CallFailure::PortTaken),
            false => Ok(()),
        }
    }

    /// Checks whether one more server may run, on its world.
    pub(crate) fn check_start(
        &self,
        slot: SlotId,
        world: &WorldName,
        listed: &[Listed],
    ) -> Result<(), CallFailure> {
        let mut running = 0;
        for other in listed {
            if !other.running || other.slot == slot {
                continue;
            }
            // Games damage a world that two servers write.
            if other.world == *world {
                let sentence = format!("the world {world} is in use by {}", other.slot);
                return Err(CallFailure::WorldUnusable(sentence));
            }
            running += 1;
        }
        match running < self.max_servers {
            true => Ok(()),
            false => Err(CallFailure::Full(format!(
                "the worker has no room for another server (MAX_SERVERS is {})",
                self.max_servers
            ))),
        }
    }

    /// Checks whether a world may be deleted.
    pub(crate) fn check_removal(&self, discards_world: bool) -> Result<(), CallFailure> {
        match discards_world && !self.discards_worlds {
            true => refused("the worker keeps worlds (FLEET_WORLDS)".to_owned()),
            false => Ok(()),
        }
    }
}

/// The creations of the last minute.
#[derive(Debug)]
pub(crate) struct Creations {
    recent: VecDeque<Instant>,
    per_minute: usize,
}

impl Creations {
    /// Allows this many creations in any minute.
    pub(crate) fn of(per_minute: usize) -> Self {
        Self {
            recent: VecDeque::new(),
            per_minute,
        }
    }

    /// Counts a creation, if there is room for it.
    pub(crate) fn count(&mut self, now: Instant) -> Result<(), CallFailure> {
        while self.recent.front().is_some_and(|at| *at + MINUTE <= now) {
            self.recent.pop_front();
        }
        if self.recent.len() >= self.per_minute {
            return Err(CallFailure::Full(format!(
                "the worker creates no more servers this minute (FLEET_WORKER_CREATIONS_PER_MINUTE is {})",
                self.per_minute
            )));
        }
        self.recent.push_back(now);
        Ok(())
    }
}

fn refused(sentence: String) -> Result<(), CallFailure> {
    Err(CallFailure::Refused(sentence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PlayerId;
    use crate::rules::Run;

    fn limits() -> WorkerLimits {
        WorkerLimits {
            max_servers: 2,
            ports: 8081..=8088,
            creations_per_minute: 2,
            stop_grace: Duration::ZERO,
            max_worlds: 2,
            discards_worlds: false,
        }
    }

    fn launch(port: u16) -> Launch {
        let player: PlayerId = "Ada".parse().unwrap();
        Launch {
            slot: SlotId(9),
            port,
            world: WorldName::of(&player),
            player,
        }
    }

    fn world(slot: u64) -> WorldName {
        let player: PlayerId = format!("player{slot}").parse().unwrap();
        WorldName::of(&player)
    }

    fn listed(slot: u64, port: u16, running: bool) -> Listed {
        Listed {
            slot: SlotId(slot),
            port,
            world: world(slot),
            run: running.then_some(Run(1)),
            running,
            exit_code: None,
        }
    }

    #[track_caller]
    fn check_refused(result: Result<(), CallFailure>, words: &str) {
        let Err(CallFailure::Refused(sentence)) = result else {
            panic!("{result:?} is not a refusal");
        };
        assert!(sentence.contains(words), "{sentence}");
    }

    #[track_caller]
    fn check_full(result: Result<(), CallFailure>, words: &str) {
        let Err(CallFailure::Full(sentence)) = result else {
            panic!("{result:?} is not a lack of room");
        };
        assert!(sentence.contains(words), "{sentence}");
    }

    #[test]
    fn a_port_is_in_the_range_and_belongs_to_nobody_else() {
        let others = [listed(1, 8082, false)];

        limits().check_port(&launch(8081), &others).unwrap();
        limits().check_port(&launch(8088), &others).unwrap();
        let taken = limits().check_port(&launch(8082), &others);
        assert_eq!(taken, Err(CallFailure::PortTaken));
        check_refused(limits().check_port(&launch(8080), &others), "8081-8088");
        check_refused(limits().check_port(&launch(22), &others), "not 22");
    }

    #[test]
    fn only_servers_that_run_count() {
        let others = [listed(1, 8081, true), listed(2, 8082, false)];
        limits().check_start(SlotId(3), &world(3), &others).unwrap();

        let full = [listed(1, 8081, true), listed(2, 8082, true)];
        check_full(
            limits().check_start(SlotId(3), &world(3), &full),
            "(MAX_SERVERS is 2)",
        );
        limits().check_start(SlotId(2), &world(2), &full).unwrap();
    }

    #[test]
    fn a_world_belongs_to_one_server_that_runs() {
        let check = |is_running| {
            let others = [listed(1, 8081, is_running), listed(2, 8082, false)];
            limits().check_start(SlotId(2), &world(1), &others)
        };

        let sentence = format!("the world {} is in use by auto-1", world(1));
        assert_eq!(check(true), Err(CallFailure::WorldUnusable(sentence)));
        check(false).unwrap();
    }

    #[test]
    fn a_worker_that_keeps_worlds_deletes_none() {
        limits().check_removal(false).unwrap();
        check_refused(limits().check_removal(true), "keeps worlds");
    }

    #[test]
    fn creations_are_counted_over_a_minute() {
        let start = Instant::now();
        let mut creations = Creations::of(2);
        creations.count(start).unwrap();
        creations.count(start + MINUTE / 2).unwrap();

        check_full(creations.count(start + MINUTE * 3 / 4), "PER_MINUTE is 2");
        creations.count(start + MINUTE).unwrap();
        check_full(creations.count(start + MINUTE), "PER_MINUTE is 2");
    }
}
