//! An engine that carries out every call immediately, unless a test says otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{SlotId, WorldName};
use crate::rules::{Action, Call, CallFailure, Event, Listed, Occupancy, Run};

/// A game server, as the engine has it.
#[derive(Debug, Clone)]
pub(super) struct Server {
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
    /// Ports of other programs.
    pub(super) foreign_ports: BTreeSet<u16>,
    /// Whether servers take until the test says so to become ready, to exit, to answer and to be removed.
    pub(super) boots_slowly: bool,
    pub(super) saves_slowly: bool,
    pub(super) answers_slowly: bool,
    pub(super) removes_slowly: bool,
    /// Whether nobody hears that a server was made.
    pub(super) makes_silently: bool,
    /// Everything it was told to do.
    pub(super) calls: Vec<Action>,
}

impl Engine {
    pub(super) fn list(&self) -> Vec<Listed> {
        let listed = |(slot, server): (&SlotId, &Server)| Listed {
            slot: *slot,
            port: server.port,
            world: server.world.clone(),
            run: server.run,
            running: server.is_running,
            exit_code: server.exit_code,
        };
        self.servers.iter().map(listed).collect()
    }

    /// Carries out an action, and returns what the rules hear of it.
    pub(super) fn carry_out(&mut self, action: Action) -> Vec<Event> {
        self.calls.push(action.clone());
        let called = |slot, call, result| Event::Called { slot, call, result };
        match action {
            Action::Create {
                slot, port, world, ..
            } => {
                let made = self.create(slot, port, world);
                let is_lost = self.makes_silently && made.is_ok();
                let result = if is_lost {
                    Err(CallFailure::Unknown)
                } else {
                    made
                };
                vec![called(slot, Call::Create, result)]
            }
            Action::Start { slot, run } => vec![called(slot, Call::Start, self.start(slot, run))],
            Action::Stop { slot, .. } => {
                let mut events = vec![called(slot, Call::Stop, Ok(()))];
                if !self.saves_slowly {
                    events.extend(self.exit(slot, Some(0)));
                }
                events
            }
            Action::Kill(slot) => {
                let mut events = vec![called(slot, Call::Kill, Ok(()))];
                events.extend(self.exit(slot, None));
                events
            }
            Action::Remove { slot, .. } if !self.removes_slowly => vec![self.remove(slot)],
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
            Action::Remove { .. }
            | Action::Probe { .. }
            | Action::Ask { .. }
            | Action::Report { .. } => Vec::new(),
        }
    }

    fn create(&mut self, slot: SlotId, port: u16, world: WorldName) -> Result<(), CallFailure> {
        if let Some(refusal) = self.refusal {
            return Err(CallFailure::Refused(refusal.to_owned()));
        }
        self.servers.entry(slot).or_insert(Server {
            port,
            world,
            run: None,
            is_running: false,
            exit_code: None,
            people: Occupancy::Players(0),
        });
        Ok(())
    }

    fn start(&mut self, slot: SlotId, run: Run) -> Result<(), CallFailure> {
        let server = self.servers.get_mut(&slot).expect("it was made");
        assert!(!server.is_running, "it is started only once");
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
        Event::Called {
            slot,
            call: Call::Remove,
            result: Ok(()),
        }
    }

    /// Ends a server, and returns what the rules hear of it.
    pub(super) fn exit(&mut self, slot: SlotId, code: Option<i32>) -> Option<Event> {
        let server = self.servers.get_mut(&slot)?;
        server.is_running = false;
        server.exit_code = code;
        let run = server.run?;
        Some(Event::Exited { slot, run, code })
    }
}
