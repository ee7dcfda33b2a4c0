//! The engine of a worker, on this machine or another. A connection is made when a call needs one, so a
//! worker that was away is found again by the next call.
//!
//! | module          | subject                                                         |
//! |-----------------|-----------------------------------------------------------------|
//! | `access`        | where the worker is, and how we get there                       |
//! | `connect_error` | why there is no connection, and how what it said can be repeated |
//! | `link`          | one connection: numbered calls, and their answers in any order  |
//! | `tls`           | TLS to a worker on another machine                              |

mod access;
mod connect_error;
mod link;
#[cfg(test)]
mod tests;
mod tls;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio::time::Instant;

pub use self::access::WorkerAccess;
pub(crate) use self::access::can_be_reached;
use self::connect_error::ConnectError;
use self::link::{Hears, Link};
use super::process::is_port_free;
use super::{Engine, Exit, Launch, Trouble, Usage};
use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Listed, Offer, Run};
use crate::settings::{WorkerPlace, host};
use crate::worker::wire::{Answer, Verb, Welcome};

/// How long the worker may take to say what it has: less than the controller waits.
const LOOK_TIMEOUT: Duration = Duration::from_secs(8);

/// How long it may take for anything else: longer than engines may, and less than the rules wait.
const CALL_TIMEOUT: Duration = Duration::from_secs(100);

/// Exits that may wait for the controller. Others are lost; the next list says the same.
const EXITS: usize = 1024;

/// The engine of a worker.
#[derive(Debug, Clone)]
pub struct RemoteEngine {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    worker: WorkerAccess,
    tasks: Tasks,
    link: Mutex<Option<Arc<Link>>>,
    /// What the worker has said about itself when it last let us in.
    welcome: Mutex<Option<Welcome>>,
    /// Held while a connection is being made; when the last attempt failed.
    connecting: tokio::sync::Mutex<Option<Instant>>,
    hears: Hears,
    /// Where servers run that are not on this machine, by port.
    machines: Mutex<BTreeMap<u16, String>>,
    /// Why the last attempt failed.
    trouble: Mutex<Option<Trouble>>,
    /// Why the worker did not say what it has when it was asked last.
    unlisted: Mutex<Option<Trouble>>,
}

impl RemoteEngine {
    /// Makes the engine. Nothing is connected before the first call. `tasks` close the connection.
    #[must_use]
    pub fn new(worker: WorkerAccess, tasks: &Tasks) -> Self {
        let hears = Hears::nobody(worker.place.clone());
        let shared = Shared {
            worker,
            tasks: tasks.clone(),
            link: Mutex::default(),
            welcome: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
            hears,
            machines: Mutex::default(),
            trouble: Mutex::default(),
            unlisted: Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Makes a call that has no result of its own.
    async fn call(&self, verb: Verb) -> Result<(), CallFailure> {
        match self.ask(verb, CALL_TIMEOUT).await? {
            Answer::Done => Ok(()),
            Answer::Failed(failure) => Err(self.repeatable(failure)),
            _ => Err(CallFailure::Unknown),
        }
    }

    async fn ask(&self, verb: Verb, limit: Duration) -> Result<Answer, CallFailure> {
        let link = self.link().await.ok_or(CallFailure::Unreachable)?;
        link.ask(verb, limit).await
    }

    /// Returns the open connection, or makes one.
    async fn link(&self) -> Option<Arc<Link>> {
        if let Some(link) = self.open_link() {
            return Some(link);
        }
        let asked_at = Instant::now();
        let mut failed_at = self.shared.connecting.lock().await;
        if let Some(link) = self.open_link() {
            return Some(link);
        }
        // Everyone who waited for an attempt shares its end, or each would wait for one of their own.
        if failed_at.is_some_and(|at| at > asked_at) {
            return None;
        }
        let shared = &self.shared;
        let connecting = shared.worker.connect(shared.hears.clone(), &shared.tasks);
        match connecting.await {
            Ok((link, mut welcome)) => {
                welcome.address = welcome.address.filter(|named| host(named).is_some());
                *self.shared.trouble.lock() = None;
                let before = self.shared.welcome.lock().replace(welcome.clone());
                if before.is_none_or(|before| before.ports != welcome.ports) {
                    self.compare_ports(&welcome);
                }
                *self.shared.link.lock() = Some(Arc::clone(&link));
                Some(link)
            }
            Err(error) => {
                *failed_at = Some(Instant::now());
                self.complain(&error);
                None
            }
        }
    }

    /// Returns the machines of ports that the fleet gives to servers: it connects to no others.
    fn believable(&self, mut machines: BTreeMap<u16, String>) -> BTreeMap<u16, String> {
        let ports = &self.shared.worker.ports;
        machines.retain(|port, machine| ports.contains(port) && host(machine).is_some());
        machines
    }

    fn open_link(&self) -> Option<Arc<Link>> {
        let link = self.shared.link.lock();
        link.as_ref().filter(|link| link.is_open()).cloned()
    }

    /// Warns if the worker would refuse ports of ours.
    fn compare_ports(&self, welcome: &Welcome) {
        let (ours, (first, last)) = (&self.shared.worker.ports, welcome.ports);
        if *ours.start() < first || *ours.end() > last {
            self.shared.hears.warn(&format!(
                "the worker at {} has the ports {first}-{last}, the fleet {}-{}: SERVER_PORT_START and MAX_SERVERS should be the same for both",
                self.shared.worker.place,
                ours.start(),
                ours.end()
            ));
        }
    }

    /// Keeps in mind why there is no connection, and logs it.
    fn complain(&self, error: &ConnectError) {
        let reason = self.harmless(&error.trouble());
        let (hears, place) = (&self.shared.hears, &self.shared.worker.place);
        hears.warn(&format!(
            "the worker at {place} cannot be used: {}",
            reason.in_full
        ));
        *self.shared.trouble.lock() = Some(reason);
    }

    /// Returns a reason that can be repeated: a worker may say anything.
    fn harmless(&self, trouble: &Trouble) -> Trouble {
        Trouble {
            in_full: self.shared.worker.repeatable(&trouble.in_full),
            sentence: trouble.sentence,
        }
    }

    /// Returns a failure whose words can be repeated.
    fn repeatable(&self, failure: CallFailure) -> CallFailure {
        let words = |words: String| self.shared.worker.repeatable(&words);
        match failure {
            CallFailure::Refused(said) => CallFailure::Refused(words(said)),
            CallFailure::WorldUnusable(said) => CallFailure::WorldUnusable(words(said)),
            CallFailure::NoNewWorlds(said) => CallFailure::NoNewWorlds(words(said)),
            CallFailure::Full(said) => CallFailure::Full(words(said)),
            other @ (CallFailure::PortTaken | CallFailure::Unreachable | CallFailure::Unknown) => {
                other
            }
        }
    }

    /// Keeps in mind why a worker that has let us in does not say what it has.
    fn note_list(&self, link: &Link, listed: &Result<Vec<Listed>, CallFailure>) {
        let trouble = match listed {
            Ok(_) => None,
            Err(CallFailure::Unreachable) => Some(Trouble::of("its engine cannot be reached")),
            Err(CallFailure::Unknown) => Some(Trouble::of("it does not say in time what it has")),
            Err(failure) => Some(Trouble {
                sentence: "it does not say what it has",
                in_full: failure.to_string(),
            }),
        };
        if listed.is_ok() && link.is_steady() {
            self.shared.hears.is_well();
        }
        *self.shared.unlisted.lock() = trouble.map(|trouble| self.harmless(&trouble));
    }
}

impl Engine for RemoteEngine {
    async fn create(&self, launch: &Launch) -> Result<(), CallFailure> {
        self.call(Verb::Create(launch.clone())).await
    }

    async fn start(&self, slot: SlotId, run: Run) -> Result<(), CallFailure> {
        self.call(Verb::Start { slot, run }).await
    }

    async fn stop(&self, slot: SlotId, grace: Duration) -> Result<(), CallFailure> {
        self.call(Verb::stop(slot, grace)).await
    }

    async fn kill(&self, slot: SlotId) -> Result<(), CallFailure> {
        self.call(Verb::Kill { slot }).await
    }

    async fn remove(&self, slot: SlotId, discards_world: bool) -> Result<(), CallFailure> {
        let remove = Verb::Remove {
            slot,
            discards_world,
        };
        self.call(remove).await
    }

    async fn list(&self) -> Result<Vec<Listed>, CallFailure> {
        let link = self.link().await.ok_or(CallFailure::Unreachable)?;
        let listed = match link.ask(Verb::List, LOOK_TIMEOUT).await {
            Ok(Answer::Containers(listed)) => Ok(listed),
            Ok(Answer::Failed(failure)) => Err(self.repeatable(failure)),
            Ok(_) => Err(CallFailure::Unknown),
            Err(failure) => Err(failure),
        };
        self.note_list(&link, &listed);
        listed
    }

    async fn worlds(&self) -> Result<Vec<WorldName>, CallFailure> {
        match self.ask(Verb::Worlds, LOOK_TIMEOUT).await? {
            Answer::Worlds(worlds) => Ok(worlds),
            Answer::Failed(failure) => Err(self.repeatable(failure)),
            _ => Err(CallFailure::Unknown),
        }
    }

    fn exits(&self) -> mpsc::Receiver<Exit> {
        let (sender, receiver) = mpsc::channel(EXITS);
        *self.shared.hears.exits.lock() = sender;
        receiver
    }

    /// Also asks which machines run them, because nothing else is asked as often.
    async fn usage(&self) -> Vec<(SlotId, Usage)> {
        if let Ok(Answer::Machines(machines)) = self.ask(Verb::Machines, LOOK_TIMEOUT).await {
            *self.shared.machines.lock() = self.believable(machines);
        }
        match self.ask(Verb::Usage, LOOK_TIMEOUT).await {
            Ok(Answer::Usage(usage)) => usage,
            _ => Vec::new(),
        }
    }

    /// On another machine, only the engine can tell; the rules take another port if it finds this one
    /// taken.
    fn is_port_free(&self, port: u16) -> bool {
        match &self.shared.worker.place {
            WorkerPlace::Unix(_) => is_port_free(port),
            WorkerPlace::Tls { .. } => {
                let welcome = self.shared.welcome.lock();
                let ports = welcome.as_ref().map(|welcome| welcome.ports);
                ports.is_none_or(|(first, last)| (first..=last).contains(&port))
            }
        }
    }

    fn reachable_at(&self, port: u16) -> oxeye_probe::Address {
        if let Some(machine) = self.shared.machines.lock().get(&port) {
            return oxeye_probe::Address::new(machine.as_str(), port);
        }
        let welcome = self.shared.welcome.lock();
        let named = welcome.as_ref().and_then(|welcome| welcome.address.clone());
        let host = named.unwrap_or_else(|| match &self.shared.worker.place {
            WorkerPlace::Unix(_) => "127.0.0.1".to_owned(),
            WorkerPlace::Tls { address, .. } => address.host().to_owned(),
        });
        oxeye_probe::Address::new(host, port)
    }

    fn trouble(&self) -> Option<Trouble> {
        let trouble = self.shared.trouble.lock().clone();
        trouble.or_else(|| self.shared.unlisted.lock().clone())
    }

    fn offer(&self) -> Option<Offer> {
        let welcome = self.shared.welcome.lock();
        welcome.as_ref().map(|welcome| Offer {
            max_servers: welcome.max_servers.unwrap_or(usize::MAX),
            ports: welcome.ports.0..=welcome.ports.1,
            memory: welcome.memory.map(|memory| memory.total_bytes),
            server_memory: welcome.memory.map_or(0, |memory| memory.server_bytes),
        })
    }
}
