//! A worker that is lost: it has been unreachable for so long that its players need not wait any longer.

use super::{Fleet, Severity};
use crate::ids::{PlayerId, SlotId, WorkerName};
use crate::time::Moment;

impl Fleet {
    /// Returns whether a worker has been unreachable for so long that its players may get servers elsewhere.
    #[must_use]
    pub fn is_lost(&self, worker: &WorkerName) -> bool {
        let worker = self.shared.workers.get(worker);
        worker.is_some_and(|worker| {
            worker.away_since.is_some() && worker.away_for >= self.limits.worker_lost_after
        })
    }

    /// Gives up the slot of a player whose worker is lost, if they can get a server elsewhere: their world is
    /// not bound to that worker, and nobody else plays there.
    pub(super) fn leave_lost_worker(&mut self, player: &PlayerId, now: Moment) {
        let Some(slot) = self.place_of(player).and_then(|id| self.slots.get(&id)) else {
            return;
        };
        let is_theirs = slot.owner == *player || self.seats.get(player) == Some(&slot.id);
        let has_others = slot.sessions.values().any(|visit| visit.player != *player);
        if !is_theirs || has_others || self.is_bound(slot, now) || !self.is_lost(&slot.worker) {
            return;
        }
        let home = self.home_of(&slot.world);
        let elsewhere = home.filter(|home| **home != slot.worker);
        if let Ok((worker, _)) = self.choose(&slot.world, elsewhere, now)
            && worker != slot.worker
        {
            self.abandon(slot.id, now);
        }
    }

    /// Gives up a slot whose worker is lost. What is left of it is stopped and removed as unknown when the
    /// worker comes back, and never adopted as this slot.
    pub(super) fn abandon(&mut self, id: SlotId, now: Moment) {
        self.end_all_sessions(id);
        self.report(id, "is given up: its worker is lost", Severity::Warning);
        if let Some(slot) = self.remove(id) {
            self.release_world(&slot, now);
            self.release_old_doubts(now);
            self.rest_port_of(&slot, now);
        }
    }
}
