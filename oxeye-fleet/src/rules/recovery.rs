//! Continuing after a restart, with what was kept and what the engine has.

use std::collections::BTreeMap;

use super::homes::Homes;
use super::work::{Container, Work};
use super::worker::Workers;
use super::{Fleet, Kept, Limits, Listed, Reply, Session, Slot, SlotRow, State, Step};
use crate::ids::{SlotId, WorkerName};
use crate::time::{Moment, Now};

impl Fleet {
    /// Continues after a restart, with what was kept and what the engines of the workers have. Workers that
    /// are not among `listed` cannot be reached yet. Sessions count as having sent a heartbeat just now. Also
    /// returns what to write and do first.
    #[must_use]
    pub fn recover(
        limits: Limits,
        kept: Kept,
        listed: BTreeMap<WorkerName, Vec<Listed>>,
        now: Now,
    ) -> (Self, Step) {
        let mut fleet = Self::new(limits, now);
        let Kept {
            slots,
            sessions,
            homes,
            workers,
        } = kept;
        fleet.homes = Homes::restored(homes, now.moment);
        // A worker that is no longer in the settings counts as one that cannot be reached.
        fleet.shared.workers = Workers::of(
            fleet
                .limits
                .workers
                .iter()
                .chain(slots.iter().map(|row| &row.worker)),
        );
        for row in workers {
            fleet.shared.workers.restore(&row);
        }
        for row in slots {
            // A player may have got a server that a worker had under a number from the future.
            if row.id.0 <= now.wall.0 {
                fleet.shared.last_id = fleet.shared.last_id.max(row.id.0);
            }
            fleet.slots.insert(row.id, restored(row, now));
        }
        for row in sessions {
            let visit = Session {
                player: row.player,
                joined_at: row.joined_at,
                last_beat: now.moment,
            };
            if let Some(slot) = fleet.slots.get_mut(&row.slot) {
                slot.sessions.insert(row.id, visit);
            }
        }
        fleet.index();
        fleet.begin();
        let workers: Vec<_> = fleet
            .shared
            .workers
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        for worker in workers {
            // As if it had been away until now.
            fleet.shared.workers.change(&worker).lose(now.moment);
        }
        for (worker, listed) in listed {
            fleet.listed(&worker, now.moment, listed, now);
        }
        let step = fleet.finish(Reply::None);
        (fleet, step)
    }

    /// Continues with a slot that was kept, once its worker has said what it has.
    pub(super) fn continue_slot(&mut self, id: SlotId, listed: Option<&Listed>, now: Moment) {
        let (start, idle, delete_after) = (
            self.limits.start,
            self.limits.idle,
            self.limits.delete_after,
        );
        let Some(slot) = self.touch(id) else { return };
        let container = container_of(listed);
        slot.work.learn(container, now);
        slot.work.is_restored = false;
        slot.work.is_outdated = listed.is_some_and(|listed| listed.port != slot.port);
        let runs = container == Container::Running;
        let has_ended = !runs && ran_last(slot, listed) && slot.work.ended.is_none();
        if has_ended {
            slot.work.ended = Some(slot.run);
        }
        match slot.state {
            State::Starting if has_ended => {
                self.exit(id, listed.and_then(|listed| listed.exit_code), now);
            }
            State::Starting => {
                slot.deadline = Some(now + start);
                if runs {
                    self.probe(id);
                }
            }
            State::Running | State::Idle if runs => {
                if slot.sessions.is_empty() {
                    slot.state = State::Idle;
                    slot.deadline = Some(now + idle);
                }
            }
            State::Running | State::Idle if container == Container::Absent => {
                let is_played = !slot.sessions.is_empty();
                self.exit(id, None, now);
                if let Some(slot) = self.touch(id) {
                    slot.work.learn(Container::Absent, now);
                }
                if !is_played {
                    self.delete(id, now);
                }
            }
            State::Running | State::Idle => self.stopped(id, now),
            State::Stopped if container == Container::Exited || container == Container::Made => {
                slot.deadline = Some(now + delete_after);
            }
            State::Stopped => self.delete(id, now),
            State::Stopping | State::Failed | State::Deleting => {}
        }
        self.drive(id, now);
    }
}

/// Whether the run that the engine knows is the one that was in progress.
fn ran_last(slot: &Slot, listed: Option<&Listed>) -> bool {
    listed.and_then(|listed| listed.run) == Some(slot.run)
}

pub(super) fn container_of(listed: Option<&Listed>) -> Container {
    match listed {
        None => Container::Absent,
        Some(listed) if listed.running => Container::Running,
        Some(listed) if listed.run.is_some() => Container::Exited,
        Some(_) => Container::Made,
    }
}

fn restored(row: SlotRow, now: Now) -> Slot {
    Slot {
        id: row.id,
        owner: row.owner,
        world: row.world,
        worker: row.worker,
        port: row.port,
        state: row.state,
        run: row.run,
        deadline: None,
        sessions: BTreeMap::new(),
        wanted: row.wanted,
        created_at: row.created_at,
        last_activity: now.wall,
        work: Work {
            ended: row.ended.then_some(row.run),
            restarts: vec![now.moment; row.restarts.into()],
            is_restored: true,
            ..Work::default()
        },
    }
}
