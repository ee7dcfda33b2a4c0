//! When servers were asked to stop. How long they may take to save their worlds is the worker's decision: a
//! fleet that was taken over could otherwise kill all of them at once.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::ids::SlotId;

/// The most slots that are remembered: there are no more ports. A kill of any other only stops it.
const MOST: usize = 65_536;

/// The slots that were asked to stop since they were started.
#[derive(Debug, Default)]
pub(super) struct Stops {
    asked_at: Mutex<HashMap<SlotId, Instant>>,
}

impl Stops {
    /// Remembers that a server is asked to stop. The first time counts.
    pub(super) fn asked(&self, slot: SlotId, now: Instant) {
        let mut asked_at = self.asked_at.lock();
        if asked_at.len() < MOST {
            asked_at.entry(slot).or_insert(now);
        }
    }

    /// Forgets a server, because it is started or removed.
    pub(super) fn forget(&self, slot: SlotId) {
        self.asked_at.lock().remove(&slot);
    }

    /// Returns how much of this time a server still has before it may be killed: all of it if it was not asked
    /// to stop.
    pub(super) fn left(&self, slot: SlotId, grace: Duration, now: Instant) -> Duration {
        let asked_at = self.asked_at.lock().get(&slot).copied();
        let had = asked_at.map(|at| now.saturating_duration_since(at));
        grace.saturating_sub(had.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_its_time_from_the_first_request_of_its_run() {
        let (stops, slot) = (Stops::default(), SlotId(1));
        let (start, grace) = (Instant::now(), Duration::from_secs(60));
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(stops.left(slot, grace, at(1_000)), grace);

        stops.asked(slot, at(0));
        stops.asked(slot, at(30));
        assert_eq!(stops.left(slot, grace, at(59)), Duration::from_secs(1));
        assert_eq!(stops.left(slot, grace, at(60)), Duration::ZERO);
        assert_eq!(stops.left(SlotId(2), grace, at(60)), grace);

        stops.forget(slot);
        assert_eq!(stops.left(slot, grace, at(60)), grace);
        assert_eq!(stops.left(slot, Duration::ZERO, at(60)), Duration::ZERO);
    }
}
