//! Joins, heartbeats and leaves.

use std::collections::{BTreeMap, BTreeSet};

use super::homes::Making;
use super::refusing::{RETRY, unavailable};
use super::work::{Question, Work};
use super::{Fleet, Reply, Run, Session, Slot, State};
use crate::ids::{PlayerId, SessionId, SlotId, WorldName};
use crate::time::{Moment, Now};

/// The most sessions of one player. A client that joins again and again costs no more than this.
const MOST_SESSIONS: usize = 100;

impl Fleet {
    pub(super) fn join(&mut self, player: PlayerId, session: SessionId, now: Now) -> Reply {
        self.leave_lost_worker(&player, now.moment);
        let placed = match self.place_of(&player) {
            Some(slot) => self.reopen(slot, now.moment).map(|()| slot),
            None => self.allocate(&player, now),
        };
        let slot = match placed {
            Ok(slot) => slot,
            Err(refusal) => return refusal,
        };
        self.seat(slot, player, session, now);
        self.drive(slot, now.moment);
        match self.slot_of(session) {
            Some(placed) => Reply::Joined {
                slot,
                worker: placed.worker.clone(),
                port: placed.port,
            },
            // It had to move to another port, and was given up because there was none.
            None => Reply::NoPort { retry_after: RETRY },
        }
    }

    /// Returns the slot that a player comes back to, or the fullest one that has room.
    pub(super) fn place_of(&self, player: &PlayerId) -> Option<SlotId> {
        if let Some(slot) = self.seats.get(player) {
            return Some(*slot);
        }
        if let Some(slot) = self.own_place(player) {
            return Some(slot);
        }
        if let Some(slot) = self.stray_of(player) {
            return Some(slot);
        }
        if self.limits.max_players == 1 {
            return None;
        }
        let takes_guests = |slot: &&Slot| self.takes_guests(slot) && self.has_room(slot);
        let with_room = self.slots.values().filter(takes_guests);
        let fullest =
            with_room.max_by_key(|slot| (slot.player_count(), std::cmp::Reverse(slot.id)));
        fullest.map(|slot| slot.id)
    }

    /// Returns the player's own slot, if it has room. Where players share servers, one may have several: another was
    /// allocated when guests had taken all places. One that runs comes first, because the others may not be allowed to
    /// start again, and then the newest.
    fn own_place(&self, player: &PlayerId) -> Option<SlotId> {
        let with_room = |slot: &&Slot| self.has_room(slot);
        if self.limits.max_players == 1 {
            let own = self.slots.get(self.owners.get(player)?);
            return own.filter(with_room).map(|slot| slot.id);
        }
        let own = self.slots.values().filter(|slot| slot.owner == *player);
        let best = own
            .filter(with_room)
            .max_by_key(|slot| (self.takes_guests(slot), slot.id));
        best.map(|slot| slot.id)
    }

    /// Whether a server takes players who have no reason to wait for it: one on a worker that cannot be reached may be
    /// gone.
    fn takes_guests(&self, slot: &Slot) -> bool {
        slot.state.takes_guests() && !self.is_away(&slot.worker)
    }

    fn has_room(&self, slot: &Slot) -> bool {
        slot.player_count() < self.limits.max_players
    }

    /// Makes an existing slot ready for a player.
    fn reopen(&mut self, id: SlotId, now: Moment) -> Result<(), Reply> {
        let Some(slot) = self.slots.get(&id) else {
            return Ok(());
        };
        match (slot.state, slot.wanted) {
            (State::Idle, _) => self.run_on(id),
            (State::Stopping, false) => {
                self.may_start(&slot.worker, &slot.world, now)?;
                self.want(id);
            }
            (State::Stopped, _) => {
                self.may_start_again(slot, now)?;
                self.start_again(id, now);
            }
            (State::Failed | State::Deleting, false) => {
                let may_start = self.may_start_again(slot, now);
                // What was never made may be made elsewhere, in a moment.
                may_start.map_err(|reason| match reason {
                    Reply::Refused { .. } if self.is_new(&slot.world) => {
                        unavailable("No server can be started at the moment")
                    }
                    reason => reason,
                })?;
                self.have_own_port(id, now)?;
                self.want(id);
            }
            _ => {}
        }
        Ok(())
    }

    /// Refuses unless a slot that does not count against the limits may count again.
    fn may_start_again(&self, slot: &Slot, now: Moment) -> Result<(), Reply> {
        self.may_start(&slot.worker, &slot.world, now)?;
        self.has_capacity(now)?;
        self.has_room_on(&slot.worker, slot.id, &slot.world, now)
    }

    /// Gives a slot another port if a newer one has got its port meanwhile, if servers on its worker may not have
    /// it, or if the fleet itself has it. Only a container that belonged to nobody can be in that situation; it is made
    /// again for its player.
    fn have_own_port(&mut self, id: SlotId, now: Moment) -> Result<(), Reply> {
        let Some(slot) = self.slots.get(&id) else {
            return Ok(());
        };
        let mut others = self.slots.values().filter(|other| other.id != id);
        let is_ours = self.limits.own_ports.contains(&slot.port);
        let is_allowed = self.ports_on(&slot.worker).contains(&slot.port) && !is_ours;
        if is_allowed && !others.any(|other| other.port == slot.port) {
            return Ok(());
        }
        let free = self.free_port(&slot.worker, now);
        let port = free.ok_or(Reply::NoPort { retry_after: RETRY })?;
        if let Some(slot) = self.touch(id) {
            slot.port = port;
            slot.work.is_outdated = true;
        }
        Ok(())
    }

    fn want(&mut self, id: SlotId) {
        if let Some(slot) = self.touch(id) {
            slot.wanted = true;
        }
    }

    /// A server that was idle has a player again.
    fn run_on(&mut self, id: SlotId) {
        if let Some(slot) = self.touch(id) {
            slot.state = State::Running;
            slot.deadline = None;
            slot.work.question = Question {
                number: slot.work.question.number,
                ..Question::default()
            };
        }
    }

    fn allocate(&mut self, player: &PlayerId, now: Now) -> Result<SlotId, Reply> {
        let world = self.free_world(player);
        let (worker, port) = self.choose(&world, self.home_of(&world), now.moment)?;
        let id = self.next_id(now);
        self.intend_world(&world, &worker);
        let slot = Slot {
            id,
            owner: player.clone(),
            world,
            worker,
            port,
            state: State::Starting,
            run: Run::default(),
            deadline: Some(now.moment + self.limits.start),
            sessions: BTreeMap::new(),
            wanted: false,
            created_at: now.wall,
            last_activity: now.wall,
            work: Work::default(),
        };
        self.insert(slot);
        Ok(id)
    }

    /// Returns a number that no slot has, or had lately: at least the clock, and above all that we have given.
    fn next_id(&mut self, now: Now) -> SlotId {
        let mut id = SlotId(now.wall.0.max(self.shared.last_id.saturating_add(1)));
        // What belongs to nobody may have any number.
        while self.slots.contains_key(&id) || self.shared.gone.contains_key(&id) {
            id = SlotId(id.0.saturating_add(1));
        }
        self.shared.last_id = id.0;
        id
    }

    /// Returns the player's world. If guests still play in it without them, the player gets another one.
    /// What a worker says about a world that lies elsewhere does not count.
    fn free_world(&self, player: &PlayerId) -> WorldName {
        let uses_it = |slot: &&Slot| !slot.is_stray() || self.is_at_home(slot);
        let using = self.slots.values().filter(uses_it);
        let used: BTreeSet<_> = using.map(|slot| &slot.world).collect();
        let mut number = 1;
        loop {
            let world = WorldName::numbered(player, number);
            if !used.contains(&world) {
                return world;
            }
            number += 1;
        }
    }

    fn seat(&mut self, id: SlotId, player: PlayerId, session: SessionId, now: Now) {
        self.end_surplus_session(id, &player);
        self.by_session.insert(session, id);
        self.seats.insert(player.clone(), id);
        let is_stray = self.slots.get(&id).is_some_and(Slot::is_stray);
        if is_stray {
            self.owners.insert(player.clone(), id);
            if let Some(slot) = self.slots.get(&id) {
                let (world, worker) = (slot.world.clone(), slot.worker.clone());
                self.bind(&world, &worker, Making::Made);
            }
        }
        if let Some(slot) = self.touch(id) {
            if is_stray {
                slot.owner = player.clone();
            }
            slot.last_activity = now.wall;
            let visit = Session {
                player,
                joined_at: now.wall,
                last_beat: now.moment,
            };
            slot.sessions.insert(session, visit);
        }
    }

    /// Ends the session of a player that has been silent longest, if they have too many.
    fn end_surplus_session(&mut self, id: SlotId, player: &PlayerId) {
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        if slot.sessions.len() < MOST_SESSIONS {
            return;
        }
        let theirs = || {
            slot.sessions
                .iter()
                .filter(|(_, visit)| visit.player == *player)
        };
        if theirs().count() < MOST_SESSIONS {
            return;
        }
        let oldest = theirs().min_by_key(|(_, visit)| visit.last_beat);
        if let Some(session) = oldest.map(|(session, _)| *session) {
            self.end_session(id, session);
        }
    }

    pub(super) fn heartbeat(&mut self, session: SessionId, now: Now) -> Reply {
        let Some(id) = self.by_session.get(&session).copied() else {
            return Reply::Unknown;
        };
        if let Some(slot) = self.touch(id) {
            slot.last_activity = now.wall;
            if let Some(visit) = slot.sessions.get_mut(&session) {
                visit.last_beat = now.moment;
            }
        }
        Reply::Known
    }

    pub(super) fn leave(&mut self, session: SessionId, now: Now) -> Reply {
        let Some(id) = self.by_session.get(&session).copied() else {
            return Reply::Unknown;
        };
        self.end_session(id, session);
        let idle = self.limits.idle;
        if let Some(slot) = self.touch(id) {
            slot.last_activity = now.wall;
            if slot.sessions.is_empty() {
                slot.wanted = false;
                if slot.state == State::Running {
                    slot.state = State::Idle;
                    slot.deadline = Some(now.moment + idle);
                }
            }
        }
        Reply::Known
    }

    /// Ends a session. With the last one of its player, their seat is free.
    pub(super) fn end_session(&mut self, id: SlotId, session: SessionId) {
        self.by_session.remove(&session);
        let Some(slot) = self.touch(id) else { return };
        let Some(visit) = slot.sessions.remove(&session) else {
            return;
        };
        let is_still_there = slot
            .sessions
            .values()
            .any(|other| other.player == visit.player);
        if !is_still_there {
            self.seats.remove(&visit.player);
        }
    }

    /// Ends all sessions of a slot.
    pub(super) fn end_all_sessions(&mut self, id: SlotId) {
        let sessions: Vec<_> = match self.slots.get(&id) {
            Some(slot) => slot.sessions.keys().copied().collect(),
            None => return,
        };
        for session in sessions {
            self.end_session(id, session);
        }
    }
}
