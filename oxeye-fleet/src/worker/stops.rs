//! When servers were asked to stop. How long they may take to save their worlds is the worker's decision: a
//! fleet that was taken over could otherwise kill all of them at once.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::ids::SlotId;
use crate::rules::{Listed, Run};

/// The runs that were asked to stop: of each slot the newest.
#[derive(Debug, Default)]
pub(super) struct Stops {
    asked_at: Mutex<HashMap<SlotId, (Option<Run>, Instant)>>,
}

impl Stops {
    /// Remembers that a running server was asked to stop. The first time counts.
    pub(super) fn asked(&self, server: &Listed, now: Instant) {
        let mut asked_at = self.asked_at.lock();
        match asked_at.get(&server.slot) {
            Some((run, _)) if *run == server.run => {}
            _ => {
                asked_at.insert(server.slot, (server.run, now));
            }
        }
    }

    /// Forgets servers that were asked before the engine said what it has, and are not there.
    pub(super) fn keep_those_of(&self, listed: &[Listed], listed_at: Instant) {
        let mut asked_at = self.asked_at.lock();
        asked_at.retain(|slot, (_, at)| {
            *at >= listed_at || listed.iter().any(|known| known.slot == *slot)
        });
    }

    /// Forgets what was asked of the earlier runs of a server, because it is about to be started: the next one may
    /// have the number of one of them.
    pub(super) fn forget(&self, slot: SlotId) {
        self.asked_at.lock().remove(&slot);
    }

    /// Returns how long ago a server was asked to stop; `None` if this run of it was not.
    pub(super) fn since(&self, server: &Listed, now: Instant) -> Option<Duration> {
        let asked_at = self.asked_at.lock();
        let (run, at) = asked_at.get(&server.slot)?;
        (*run == server.run).then(|| now.saturating_duration_since(*at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::WorldName;

    fn server(slot: u64, run: u32) -> Listed {
        Listed {
            slot: SlotId(slot),
            port: 8081,
            world: WorldName::of(&"Ada".parse().unwrap()),
            run: Some(Run(run)),
            running: true,
            exit_code: None,
        }
    }

    #[test]
    fn a_run_has_its_time_from_the_first_request() {
        let stops = Stops::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let all = [server(1, 1), server(2, 1)];
        assert_eq!(stops.since(&all[0], at(0)), None);

        stops.asked(&all[0], at(0));
        stops.asked(&all[0], at(30));

        assert_eq!(stops.since(&all[0], at(60)), Some(Duration::from_secs(60)));
        assert_eq!(stops.since(&all[1], at(60)), None);
        assert_eq!(stops.since(&server(1, 2), at(60)), None, "the next run");
    }

    #[test]
    fn what_is_gone_is_forgotten() {
        let stops = Stops::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        for (slot, seconds) in [(1, 0), (2, 0), (3, 5)] {
            stops.asked(&server(slot, 1), at(seconds));
        }

        // The third was asked after the engine had said what it has.
        stops.keep_those_of(&[server(2, 1)], at(4));

        let known = |slot| stops.since(&server(slot, 1), at(9)).is_some();
        assert_eq!([1, 2, 3].map(known), [false, true, true]);
    }
}
