//! A host with a fleet: its engine, its disk, its clock, and players. Time passes in ticks of a second.

mod workers;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use uuid::Uuid;

use super::engine::Engine;
use crate::ids::{PlayerId, SessionId, SlotId, WorkerName, WorldName};
use crate::rules::{
    Action, Call, Event, Fleet, HomeRow, Kept, Limits, Listed, Occupancy, Reply, SessionRow,
    Severity, SlotRow, State, Step, WorkerRow, Write,
};
use crate::time::{Moment, Now, UnixMillis};

/// How often, in seconds, players who are there send a heartbeat, and the engine is asked for a list.
const BEAT_EVERY: u64 = 5;
const LIST_EVERY: u64 = 10;

/// A player who has joined.
#[derive(Debug, Clone, Copy)]
pub(super) struct Player {
    pub(super) session: SessionId,
    pub(super) slot: SlotId,
    pub(super) port: u16,
}

pub(super) struct Host {
    pub(super) fleet: Fleet,
    pub(super) engine: Engine,
    now: Moment,
    /// The workers that cannot be reached.
    away: BTreeSet<WorkerName>,
    /// The sessions whose players send heartbeats.
    beating: BTreeSet<SessionId>,
    slots: BTreeMap<SlotId, SlotRow>,
    sessions: BTreeMap<SessionId, SessionRow>,
    homes: BTreeMap<WorldName, HomeRow>,
    workers: BTreeMap<WorkerName, WorkerRow>,
    next_session: u128,
}

impl Host {
    pub(super) fn new() -> Self {
        Self::with(Limits::default())
    }

    /// A host for this many servers.
    pub(super) fn for_servers(max_servers: usize) -> Self {
        Self::with(Limits {
            max_servers,
            ..Limits::default()
        })
    }

    pub(super) fn with(limits: Limits) -> Self {
        Self {
            fleet: Fleet::new(limits, Now::default()),
            engine: Engine::default(),
            now: Moment::default(),
            away: BTreeSet::new(),
            beating: BTreeSet::new(),
            slots: BTreeMap::new(),
            sessions: BTreeMap::new(),
            homes: BTreeMap::new(),
            workers: BTreeMap::new(),
            next_session: 1,
        }
    }

    // Players

    /// A player joins, and stays.
    #[track_caller]
    pub(super) fn a_player(&mut self, name: &str) -> Player {
        match self.join(name) {
            (session, Reply::Joined { slot, port, .. }) => Player {
                session,
                slot,
                port,
            },
            (_, refused) => panic!("{name} is refused: {refused:?}"),
        }
    }

    /// A player tries to join, and stays if they may.
    pub(super) fn join(&mut self, name: &str) -> (SessionId, Reply) {
        let session = SessionId(Uuid::from_u128(self.next_session));
        self.next_session += 1;
        let player: PlayerId = name.parse().unwrap();
        let reply = self.step(Event::Join { player, session });
        if matches!(reply, Reply::Joined { .. }) {
            self.beating.insert(session);
        }
        (session, reply)
    }

    /// A player tries to join, and the disk is full. Returns what would have followed.
    pub(super) fn wants_in_vain(&mut self, name: &str) -> Step {
        let session = SessionId(Uuid::from_u128(self.next_session));
        let player: PlayerId = name.parse().unwrap();
        let step = self
            .fleet
            .step(Event::Join { player, session }, self.present());
        self.fleet.undo();
        step
    }

    pub(super) fn leaves(&mut self, player: Player) {
        self.beating.remove(&player.session);
        self.step(Event::Leave(player.session));
    }

    /// A player vanishes without a word.
    pub(super) fn falls_silent(&mut self, player: Player) {
        self.beating.remove(&player.session);
    }

    /// Whether a player's session lasts.
    pub(super) fn is_in(&self, player: Player) -> bool {
        self.fleet.slot_of(player.session).is_some()
    }

    // Time

    /// Seconds pass, with a tick each.
    pub(super) fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now = self.now + Duration::from_secs(1);
            if self.now.0.is_multiple_of(BEAT_EVERY * 1_000) {
                for session in self.beating.clone() {
                    self.step(Event::Heartbeat(session));
                }
            }
            self.step(Event::Tick);
            if self.now.0.is_multiple_of(LIST_EVERY * 1_000) {
                self.list();
            }
        }
    }

    /// Nobody does anything for some seconds, and we do not tick.
    pub(super) fn the_machine_sleeps_for(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
        self.step(Event::Tick);
    }

    /// The same, and the first that we hear of is what the engine has.
    pub(super) fn the_machine_sleeps_until_a_list_comes(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
        self.list();
    }

    // The engine

    pub(super) fn the_engine_goes_away(&mut self) {
        self.goes_away("local");
    }

    pub(super) fn the_engine_comes_back(&mut self) {
        self.comes_back("local");
    }

    pub(super) fn the_engine_is_away_for(&mut self, seconds: u64) {
        self.the_engine_goes_away();
        self.pass(seconds);
        self.the_engine_comes_back();
    }

    fn list(&mut self) {
        let workers = self.fleet.limits().workers.clone();
        for (worker, containers) in self.listed(&workers) {
            self.step(Event::Listed {
                worker,
                asked_at: self.now,
                containers,
            });
        }
    }

    /// What the workers have that can be reached.
    fn listed(&self, workers: &[WorkerName]) -> BTreeMap<WorkerName, Vec<Listed>> {
        let workers = workers.iter();
        let present = workers.filter(|worker| !self.away.contains(worker));
        present
            .map(|worker| (worker.clone(), self.engine.list(worker)))
            .collect()
    }

    /// A server ends by itself.
    pub(super) fn exits(&mut self, slot: SlotId, code: Option<i32>) {
        let exited = self.engine.exit(slot, code).expect("it was started");
        let is_away = self.away.contains(&self.engine.servers[&slot].worker);
        if !is_away {
            self.step(exited);
        }
    }

    pub(super) fn crashes(&mut self, slot: SlotId) {
        self.exits(slot, Some(1));
    }

    /// From now on, a server says this when it is asked who is on.
    pub(super) fn has_people(&mut self, slot: SlotId, people: Occupancy) {
        let server = self.engine.servers.get_mut(&slot);
        server.expect("it was made").people = people;
    }

    /// A server answers a question that it was asked.
    pub(super) fn answers(&mut self, slot: SlotId, ask: u32, occupancy: Occupancy) {
        let run = self.fleet.slot(slot).expect("it is there").run;
        self.step(Event::Occupied {
            slot,
            run,
            ask,
            occupancy,
        });
    }

    /// The engine repeats its answer to the last call of a kind.
    pub(super) fn answer_to_the_last(&self, slot: SlotId, call: Call) -> Event {
        self.engine.answer_to_the_last(slot, call)
    }

    /// A server that is removed slowly is gone.
    pub(super) fn is_removed(&mut self, slot: SlotId) {
        let removed = self.engine.remove(slot);
        self.step(removed);
    }

    // The program

    /// We are killed and start again. The game servers live on.
    pub(super) fn we_restart(&mut self) {
        self.restart_with(self.fleet.limits().clone());
    }

    /// The same, with other settings.
    pub(super) fn restart_with(&mut self, limits: Limits) {
        let kept = Kept {
            slots: self.slots.values().cloned().collect(),
            sessions: self.sessions.values().cloned().collect(),
            homes: self.homes.values().cloned().collect(),
            workers: self.workers.values().cloned().collect(),
        };
        let listed = self.listed(&limits.workers);
        let (fleet, step) = Fleet::recover(limits, kept, listed, self.present());
        self.fleet = fleet;
        self.take(step);
    }

    /// The store is lost.
    pub(super) fn forget_everything(&mut self) {
        self.slots.clear();
        self.sessions.clear();
        self.homes.clear();
        self.workers.clear();
    }

    pub(super) fn step(&mut self, event: Event) -> Reply {
        let step = self.fleet.step(event, self.present());
        self.take(step)
    }

    /// Does what the rules have decided, and what follows from that.
    fn take(&mut self, step: Step) -> Reply {
        let mut events = VecDeque::new();
        let reply = self.carry_out(step, &mut events);
        while let Some(event) = events.pop_front() {
            let step = self.fleet.step(event, self.present());
            self.carry_out(step, &mut events);
        }
        reply
    }

    fn carry_out(&mut self, step: Step, events: &mut VecDeque<Event>) -> Reply {
        for write in step.writes {
            self.write(write);
        }
        for action in step.actions {
            events.extend(self.engine.carry_out(action));
        }
        step.reply
    }

    fn write(&mut self, write: Write) {
        match write {
            Write::Slot(row) => drop(self.slots.insert(row.id, row)),
            Write::SlotGone(id) => {
                self.slots.remove(&id);
                self.sessions.retain(|_, row| row.slot != id);
            }
            Write::Session(row) => drop(self.sessions.insert(row.id, row)),
            Write::SessionGone(id) => drop(self.sessions.remove(&id)),
            Write::Home(row) => drop(self.homes.insert(row.world.clone(), row)),
            Write::HomeGone(world) => drop(self.homes.remove(&world)),
            Write::Worker(row) => drop(self.workers.insert(row.name.clone(), row)),
        }
    }

    fn present(&self) -> Now {
        Now {
            moment: self.now,
            wall: UnixMillis(self.now.0),
        }
    }

    // What has come of it

    /// The state of a slot, if it is still there.
    pub(super) fn state(&self, slot: SlotId) -> Option<State> {
        self.fleet.slot(slot).map(|slot| slot.state)
    }

    /// How often the engine was told something of this kind.
    pub(super) fn count(&self, is_meant: impl Fn(&Action) -> bool) -> usize {
        let actions = self.engine.actions.iter();
        actions.filter(|action| is_meant(action)).count()
    }

    /// How often the engine was called like this for a slot.
    pub(super) fn calls(&self, slot: SlotId, call: Call) -> usize {
        let is_meant = |action: &Action| match action {
            Action::Call {
                slot: of, order, ..
            } => *of == slot && order.call() == call,
            _ => false,
        };
        self.count(is_meant)
    }

    pub(super) fn starts(&self, slot: SlotId) -> usize {
        self.calls(slot, Call::Start)
    }

    pub(super) fn asks(&self, slot: SlotId) -> usize {
        self.count(|call| matches!(call, Action::Ask { slot: of, .. } if *of == slot))
    }

    /// Whether operators were told this about a slot.
    pub(super) fn was_reported(&self, slot: SlotId, part: &str) -> bool {
        let is_it = |call: &Action| {
            matches!(call, Action::Report { slot: of, sentence, words, .. }
            if *of == slot && (sentence.contains(part) || words.iter().any(|words| words.contains(part))))
        };
        self.count(is_it) > 0
    }

    /// How much what was reported about a slot, with these words in it, matters to operators.
    #[track_caller]
    pub(super) fn severity_of(&self, slot: SlotId, part: &str) -> Severity {
        let severity = |action: &Action| match action {
            Action::Report {
                slot: of,
                sentence,
                severity,
                ..
            } if *of == slot && sentence.contains(part) => Some(*severity),
            _ => None,
        };
        let found = self.engine.actions.iter().find_map(severity);
        found.unwrap_or_else(|| panic!("{part:?} was not reported"))
    }
}
