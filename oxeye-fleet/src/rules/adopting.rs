//! Containers that carry our mark and belong to no slot. A worker may say anything, so one cannot make more of
//! it than we can handle, and no number that it names changes those of our slots.

use std::collections::BTreeMap;

use super::recovery::container_of;
use super::work::Work;
use super::{Action, Fleet, Listed, Severity, Slot, State};
use crate::ids::{PlayerId, SlotId, WorkerName, WorldName};
use crate::time::{Now, UnixMillis};

/// How many containers that belong to no slot are removed from a worker at the same time, as a multiple of
/// the limit on servers. The others follow.
const MOST_STRAYS: usize = 4;

/// The most of them that are reported one by one, for each list: a worker may make up as many as it likes.
const MOST_SHOWN: usize = 5;

impl Fleet {
    /// Stops and removes what a worker has and no slot knows.
    pub(super) fn adopt_unknown(
        &mut self,
        worker: &WorkerName,
        listed: BTreeMap<SlotId, Listed>,
        now: Now,
    ) {
        let strays = self.slots.values().filter(|slot| slot.is_stray());
        let strays = strays.filter(|slot| slot.worker == *worker);
        let most = self.limits.max_servers.saturating_mul(MOST_STRAYS);
        let mut room = most.saturating_sub(strays.count());
        let (mut found, mut ignored) = (0, 0);
        for (id, container) in listed {
            if self.slots.contains_key(&id) || self.shared.gone.contains_key(&id) {
                continue;
            }
            if room == 0 {
                ignored += 1;
                continue;
            }
            room -= 1;
            found += 1;
            if found <= MOST_SHOWN {
                self.report(id, "is unknown here and is stopped", Severity::Warning);
            }
            self.adopt(worker.clone(), container, now);
        }
        if found > MOST_SHOWN {
            let others = found - MOST_SHOWN;
            let sentence = format!("has {others} more unknown servers, which are stopped too");
            self.warn(worker, sentence);
        }
        self.note_ignored(worker, ignored);
    }

    /// Tells operators once that a worker has servers of ours that are not touched yet.
    fn note_ignored(&mut self, worker: &WorkerName, ignored: usize) {
        let known = self.shared.workers.get(worker);
        if known.is_none_or(|known| known.has_ignored == (ignored > 0)) {
            return;
        }
        self.shared.workers.change(worker).has_ignored = ignored > 0;
        if ignored > 0 {
            self.actions.push(Action::Warn {
                worker: worker.clone(),
                sentence: format!(
                    "has more unknown servers than are removed at the same time ({ignored} more); the others follow"
                ),
            });
        }
    }

    /// Stops and removes a container that carries our mark but belongs to no slot.
    fn adopt(&mut self, worker: WorkerName, listed: Listed, now: Now) {
        let id = listed.slot;
        self.insert(adopted(worker, listed, now));
        self.drive(id, now.moment);
    }

    /// Returns the slot of a container that belongs to nobody but uses the player's world, where it lies, unless
    /// guests play in that world.
    pub(super) fn stray_of(&self, player: &PlayerId) -> Option<SlotId> {
        let mut strays = self
            .slots
            .values()
            .filter(|slot| slot.is_stray())
            .peekable();
        strays.peek()?;
        let world = WorldName::of(player);
        let mut slots = self.slots.values();
        if slots.any(|slot| !slot.is_stray() && slot.world == world) {
            return None;
        }
        let found = strays.find(|slot| slot.world == world && self.is_at_home(slot));
        found.map(|slot| slot.id)
    }

    /// Returns whether a slot's world lies on its worker, as far as we know.
    pub(super) fn is_at_home(&self, slot: &Slot) -> bool {
        let home = self.home_of(&slot.world);
        home.is_none_or(|home| *home == slot.worker)
    }
}

/// Returns a slot for a container that belongs to none: it is stopped and removed.
fn adopted(worker: WorkerName, listed: Listed, now: Now) -> Slot {
    // Nothing was made in the future, whatever its number says.
    let made_at = now.wall.min(UnixMillis(listed.slot.0));
    let container = container_of(Some(&listed));
    let ended = listed.run.filter(|_| !listed.running);
    Slot {
        id: listed.slot,
        owner: PlayerId::nobody(),
        world: listed.world,
        worker,
        port: listed.port,
        state: State::Deleting,
        run: listed.run.unwrap_or_default(),
        deadline: None,
        sessions: BTreeMap::new(),
        wanted: false,
        created_at: made_at,
        last_activity: made_at,
        work: Work {
            container,
            learned_at: now.moment,
            ended,
            ..Work::default()
        },
    }
}
