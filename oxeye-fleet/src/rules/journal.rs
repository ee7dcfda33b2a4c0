//! What a step has changed. What to write follows from it, so no rule can forget that; so does how to
//! undo the step if the write fails.

use std::collections::BTreeMap;

use super::homes::{Home, Making};
use super::{
    Fleet, HomeRow, Reply, Session, SessionRow, Shared, Slot, SlotRow, State, Step, Write,
};
use crate::ids::{SessionId, SlotId, WorldName};

/// The slots that a step has touched, as they were before, and everything that belongs to no slot.
#[derive(Debug, Clone, Default)]
pub(super) struct Journal {
    slots: BTreeMap<SlotId, Option<Slot>>,
    shared: Option<Box<Shared>>,
    /// The worlds that were given another home, and the one that each had before.
    homes: BTreeMap<WorldName, Option<Home>>,
}

impl Journal {
    pub(super) fn note_home(&mut self, world: &WorldName, before: Option<Home>) {
        self.homes.entry(world.clone()).or_insert(before);
    }
}

impl Fleet {
    pub(super) fn begin(&mut self) {
        self.journal.slots.clear();
        self.journal.homes.clear();
        self.journal.shared = Some(Box::new(self.shared.clone()));
        self.actions.clear();
    }

    pub(super) fn finish(&mut self, reply: Reply) -> Step {
        let mut writes = Vec::new();
        for (id, before) in &self.journal.slots {
            compare(*id, before.as_ref(), self.slots.get(id), &mut writes);
        }
        // The rows of slots come first, because the rows of sessions refer to them.
        writes.sort_by_key(|write| !write.is_of_slot());
        let mut others = self.changed_homes();
        others.extend(self.changed_workers());
        let has_others = !others.is_empty();
        writes.extend(others);
        let mut changed = self.journal.slots.iter();
        Step {
            reply,
            is_durable: has_others
                || changed.any(|(id, before)| must_last(before.as_ref(), self.slots.get(id))),
            writes,
            actions: std::mem::take(&mut self.actions),
        }
    }

    /// Returns what has to be written because worlds have other homes.
    fn changed_homes(&self) -> Vec<Write> {
        let changed = self.journal.homes.iter().filter_map(|(world, before)| {
            let row = |home: &Home| HomeRow {
                world: world.clone(),
                worker: home.worker.clone(),
                is_made: home.making == Making::Made,
            };
            let before = before.as_ref().map(row);
            match self.homes.get(world).map(row) {
                after if after == before => None,
                Some(after) => Some(Write::Home(after)),
                None => Some(Write::HomeGone(world.clone())),
            }
        });
        changed.collect()
    }

    /// Returns what has to be written because of the changes of workers.
    fn changed_workers(&self) -> Vec<Write> {
        let Some(before) = self.journal.shared.as_deref() else {
            return Vec::new();
        };
        let workers = self.shared.workers.iter();
        let rows = workers.map(|(name, _)| self.shared.workers.row(name));
        let changed = rows.filter(|row| before.workers.row(&row.name) != *row);
        changed.map(Write::Worker).collect()
    }

    /// Undoes the last step, whose writes failed, as if it had never happened. Takes time in proportion
    /// to the number of sessions.
    pub fn undo(&mut self) {
        for (id, before) in std::mem::take(&mut self.journal.slots) {
            match before {
                Some(slot) => drop(self.slots.insert(id, slot)),
                None => drop(self.slots.remove(&id)),
            }
        }
        for (world, before) in std::mem::take(&mut self.journal.homes) {
            self.homes.set(&world, before);
        }
        if let Some(shared) = self.journal.shared.take() {
            self.shared = *shared;
        }
        self.index();
    }

    /// Returns a slot to change it.
    pub(super) fn touch(&mut self, id: SlotId) -> Option<&mut Slot> {
        let slot = self.slots.get_mut(&id)?;
        self.journal
            .slots
            .entry(id)
            .or_insert_with(|| Some(slot.clone()));
        Some(slot)
    }

    pub(super) fn insert(&mut self, slot: Slot) {
        self.journal.slots.entry(slot.id).or_insert(None);
        if !slot.is_stray() {
            self.owners.insert(slot.owner.clone(), slot.id);
        }
        self.slots.insert(slot.id, slot);
    }

    /// Removes a slot without sessions.
    pub(super) fn remove(&mut self, id: SlotId) -> Option<Slot> {
        let slot = self.slots.remove(&id)?;
        self.journal
            .slots
            .entry(id)
            .or_insert_with(|| Some(slot.clone()));
        if self.owners.get(&slot.owner) == Some(&id) {
            self.owners.remove(&slot.owner);
        }
        Some(slot)
    }

    /// Rebuilds the indexes from the slots.
    pub(super) fn index(&mut self) {
        self.by_session.clear();
        self.seats.clear();
        self.owners.clear();
        for slot in self.slots.values() {
            if !slot.is_stray() {
                self.owners.insert(slot.owner.clone(), slot.id);
            }
            for (id, session) in &slot.sessions {
                self.by_session.insert(*id, slot.id);
                self.seats.insert(session.player.clone(), slot.id);
            }
        }
    }
}

/// Whether a change of a slot must be on disk before anything follows from it. Readiness need not be,
/// because the server is probed again; nor that a crash was long ago. Slots that belong to nobody need not be, because they are found
/// again.
fn must_last(before: Option<&Slot>, after: Option<&Slot>) -> bool {
    let kept = |slot: Option<&Slot>| slot.filter(|slot| !slot.is_stray()).map(row);
    match (kept(before), kept(after)) {
        (Some(before), Some(after)) => {
            let became_ready = before.state == State::Starting && after.state == State::Running;
            let compared = SlotRow {
                state: if became_ready {
                    after.state
                } else {
                    before.state
                },
                restarts: before.restarts.min(after.restarts),
                ..before
            };
            compared != after
        }
        (before, after) => before != after,
    }
}

/// Adds what has to be written because of the changes of one slot.
fn compare(id: SlotId, before: Option<&Slot>, after: Option<&Slot>, writes: &mut Vec<Write>) {
    let before = before.filter(|slot| !slot.is_stray());
    let Some(after) = after.filter(|slot| !slot.is_stray()) else {
        if before.is_some() {
            writes.push(Write::SlotGone(id));
        }
        return;
    };
    let row = row(after);
    if before.map(self::row).as_ref() != Some(&row) {
        writes.push(Write::Slot(row));
    }
    let none = BTreeMap::new();
    let old = before.map_or(&none, |slot| &slot.sessions);
    for (session, visit) in only_in(&after.sessions, old) {
        writes.push(Write::Session(SessionRow {
            id: *session,
            slot: id,
            player: visit.player.clone(),
            joined_at: visit.joined_at,
        }));
    }
    let ended = only_in(old, &after.sessions);
    writes.extend(ended.map(|(session, _)| Write::SessionGone(*session)));
}

/// Returns the sessions that are in the first map and not in the second. Takes time in proportion to
/// both.
fn only_in<'a>(
    these: &'a BTreeMap<SessionId, Session>,
    those: &'a BTreeMap<SessionId, Session>,
) -> impl Iterator<Item = (&'a SessionId, &'a Session)> {
    let mut others = those.keys().peekable();
    these.iter().filter(move |(session, _)| {
        while others.next_if(|other| other < session).is_some() {}
        others.next_if_eq(session).is_none()
    })
}

/// Returns what is kept of a slot. Running and idle are the same there, because no time elapses while
/// we are away.
fn row(slot: &Slot) -> SlotRow {
    SlotRow {
        id: slot.id,
        owner: slot.owner.clone(),
        world: slot.world.clone(),
        worker: slot.worker.clone(),
        port: slot.port,
        state: match slot.state {
            State::Idle => State::Running,
            state => state,
        },
        run: slot.run,
        ended: slot.work.ended == Some(slot.run),
        restarts: u8::try_from(slot.work.restarts.len()).unwrap_or(u8::MAX),
        wanted: slot.wanted,
        created_at: slot.created_at,
    }
}
