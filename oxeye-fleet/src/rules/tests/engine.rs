//! An engine that carries out every call immediately, unless a test says otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{SlotId, WorkerName, WorldName};
use crate::rules::{Action, Call, CallFailure, CallNumber, Event, Listed, Occupancy, Order, Run};

/// A game server, as the engine has it.
#[derive(Debug, Clone)]
pub(super) struct Server {
    pub(super) worker: WorkerName,
    pub(super) port: u16,
    pub(super) world: WorldName,
    pub(super) run: Option<Run>,
    pub(super) is_running: bool,
    pub(super) exit_code: Option<i32>,
    /// What it says when it is asked who is on.
    pub(super) people: Occupancy,
}

/// All game servers, and how they behave.
#[derive(Debug, Default)]
pub(super) struct Engine {
    pub(super) servers: BTreeMap<SlotId, Server>,
    /// Why no server can be made, if none can.
    pub(super) refusal: Option<&'static str>,
    /// What comes of creations on some workers.
    pub(super) creations_fail: BTreeMap<WorkerName, CallFailure>,
    /// Why there is no room, if there is none.
    pub(super) full: Option<&'static str>,
    /// Ports of other programs.
    pub(super) foreign_ports: BTreeSet<u16>,
    /// Whether servers take until the test says so to become ready, to exit, to answer and to be removed.
    pub(super) boots_slowly: bool,
    pub(super) saves_slowly: bool,
    pub(super) answers_slowly: bool,
    pub(super) removes_slowly: bool,
    /// The kind of call that is carried out although its answer says that nobody knows.
    pub(super) unknown: Option<Call>,
    /// The kind of call that is carried out and never answered.
    pub(super) unanswered: Option<Call>,
    /// Everything it was told to do.
    pub(super) actions: Vec<Action>,
}

impl Server {
    pub(super) fn listed(&self, slot: SlotId) -> Listed {
        Listed {
            slot,
            port: self.port,
            world: self.world.clone(),
            run: self.run,
            running: self.is_running,
            exit_code: self.exit_code,
        }
    }
}

impl Engine {
    /// Returns what a worker has.
    pub(super) fn list(&self, worker: &WorkerName) -> Vec<Listed> {
        let servers = self.servers.iter();
        let theirs = servers.filter(|(_, server)| server.worker == *worker);
        theirs.map(|(slot, server)| server.listed(*slot)).collect()
    }

    /// Carries out an action, and returns what the rules hear of it.
    pub(super) fn carry_out(&mut self, action: Action) -> Vec<Event> {
        self.actions.push(action.clone());
        match action {
            Action::Call {
                worker,
                slot,
                number,
                order,
            } => self.call(worker, slot, number, order),
            Action::Probe { slot, run, .. } if !self.boots_slowly => {
                vec![Event::Ready { slot, run }]
            }
            Action::Ask { slot, run, ask, .. } if !self.answers_slowly => {
                let occupancy = self.servers[&slot].people;
                vec![Event::Occupied {
                    slot,
                    run,
                    ask,
                    occupancy,
                }]
            }
            Action::Probe { .. }
            | Action::Ask { .. }
            | Action::Warn { .. }
            | Action::Report { .. } => Vec::new(),
        }
    }

    fn call(
        &mut self,
        worker: WorkerName,
        slot: SlotId,
        number: CallNumber,
        order: Order,
    ) -> Vec<Event> {
        let call = order.call();
        if call == Call::Remove && self.removes_slowly {
            return Vec::new();
        }
        let (result, exit) = match order {
            Order::Create { port, world, .. } => (self.create(worker, slot, port, world), None),
            Order::Start { run } => (self.start(slot, run), None),
            Order::Stop { .. } if self.saves_slowly => (Ok(()), None),
            Order::Stop { .. } => (Ok(()), self.exit(slot, Some(0))),
            Order::Kill => (Ok(()), self.exit(slot, None)),
            Order::Remove { .. } => {
                self.servers.remove(&slot);
                (Ok(()), None)
            }
        };
        let is_unknown = self.unknown == Some(call) && result.is_ok();
        let called = Event::Called {
            slot,
            number,
            result: if is_unknown {
                Err(CallFailure::Unknown)
            } else {
                result
            },
        };
        let answer = Some(called).filter(|_| self.unanswered != Some(call));
        answer.into_iter().chain(exit).collect()
    }

    fn create(
        &mut self,
        worker: WorkerName,
        slot: SlotId,
        port: u16,
        world: WorldName,
    ) -> Result<(), CallFailure> {
        if let Some(failure) = self.creations_fail.get(&worker) {
            return Err(failure.clone());
        }
        if let Some(refusal) = self.refusal {
            return Err(CallFailure::Refused(refusal.to_owned()));
        }
        if let Some(full) = self.full {
            return Err(CallFailure::Full(full.to_owned()));
        }
        let server = self.servers.entry(slot).or_insert(Server {
            worker,
            port,
            world,
            run: None,
            is_running: false,
            exit_code: None,
            people: Occupancy::Players(0),
        });
        if !server.is_running {
            server.port = port;
        }
        Ok(())
    }

    fn start(&mut self, slot: SlotId, run: Run) -> Result<(), CallFailure> {
        let server = self.servers.get_mut(&slot).expect("it was made");
        assert!(!server.is_running, "it is started only once");
        if let Some(full) = self.full {
            return Err(CallFailure::Full(full.to_owned()));
        }
        if self.foreign_ports.contains(&server.port) {
            return Err(CallFailure::PortTaken);
        }
        server.run = Some(run);
        server.is_running = true;
        server.exit_code = None;
        Ok(())
    }

    /// Removes a server, and returns what the rules hear of it.
    pub(super) fn remove(&mut self, slot: SlotId) -> Event {
        self.servers.remove(&slot);
        self.answer_to_the_last(slot, Call::Remove)
    }

    /// Returns the answer to the last call of a kind, which succeeded.
    pub(super) fn answer_to_the_last(&self, slot: SlotId, call: Call) -> Event {
        let number = |action: &Action| match action {
            Action::Call {
                slot: of,
                number,
                order,
                ..
            } if *of == slot && order.call() == call => Some(*number),
            _ => None,
        };
        Event::Called {
            slot,
            number: self
                .actions
                .iter()
                .rev()
                .find_map(number)
                .expect("it was called"),
            result: Ok(()),
        }
    }

    /// Ends a server, and returns what the rules hear of it.
    pub(super) fn exit(&mut self, slot: SlotId, code: Option<i32>) -> Option<Event> {
        let server = self.servers.get_mut(&slot)?;
        server.is_running = false;
        server.exit_code = code;
        let run = server.run?;
        let worker = server.worker.clone();
        Some(Event::Exited {
            worker,
            slot,
            run,
            code,
        })
    }
}
