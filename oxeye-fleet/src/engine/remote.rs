//! The engine of a worker, reached through its socket. A connection is made when a call needs one, so a
//! worker that was away is found again by the next call.
//!
//! | module  | subject                                                       |
//! |---------|---------------------------------------------------------------|
//! | `link`  | one connection: numbered calls, and their answers in any order |

mod link;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::Secret;
use oxeye_process::tasks::Tasks;
use parking_lot::Mutex;
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use self::link::Link;
use super::process::is_port_free;
use super::{Engine, Exit, Launch, Usage};
use crate::ids::SlotId;
use crate::rules::{CallFailure, Listed, Run};
use crate::worker::lines::LineError;
use crate::worker::wire::{Answer, Hello, PROTOCOL, Verb};

/// How long the worker may take to let us in: longer than it waits for the calls of an earlier connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long it may take to say what it has: less than the controller waits, so that a connection to a
/// worker that hangs is closed.
const LOOK_TIMEOUT: Duration = Duration::from_secs(8);

/// How long it may take for anything else.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);

/// Exits that may wait for the controller. Others are lost; the next list says the same.
const EXITS: usize = 1024;

/// Where a worker is, and who we are.
#[derive(Debug)]
pub struct WorkerAccess {
    /// The path of its Unix socket.
    pub socket: PathBuf,
    /// The secret that it wants, if any.
    pub secret: Option<Secret>,
    /// The epoch of this start of the fleet: above that of every earlier one.
    pub epoch: u64,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
enum ConnectError {
    #[error("{0}")]
    Socket(#[from] io::Error),
    #[error("{0}")]
    Line(#[from] LineError),
    #[error("it answered: {0}")]
    Refused(String),
    #[error("it does not answer")]
    Silent,
    #[error("its answer is not that of a worker")]
    NoWorker,
}

/// The engine of a worker on this machine.
#[derive(Debug, Clone)]
pub struct RemoteEngine {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    worker: WorkerAccess,
    tasks: Tasks,
    link: Mutex<Option<Arc<Link>>>,
    /// Held while a connection is being made; when the last attempt failed.
    connecting: tokio::sync::Mutex<Option<Instant>>,
    exits: Arc<Mutex<mpsc::Sender<Exit>>>,
    /// Where servers run that are not on this machine, by port.
    machines: Mutex<BTreeMap<u16, String>>,
    /// Why the last attempt failed, so that the log has each reason once.
    trouble: Mutex<Option<String>>,
}

impl RemoteEngine {
    /// Makes the engine. Nothing is connected before the first call. `tasks` close the connection.
    #[must_use]
    pub fn new(worker: WorkerAccess, tasks: &Tasks) -> Self {
        let (nobody, _) = mpsc::channel(1);
        let shared = Shared {
            worker,
            tasks: tasks.clone(),
            link: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
            exits: Arc::new(Mutex::new(nobody)),
            machines: Mutex::default(),
            trouble: Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Makes a call that has no result of its own.
    async fn call(&self, verb: Verb) -> Result<(), CallFailure> {
        match self.ask(verb, CALL_TIMEOUT).await? {
            Answer::Done => Ok(()),
            Answer::Failed(failure) => Err(failure),
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
        let connected = timeout(CONNECT_TIMEOUT, self.connect()).await;
        match connected.unwrap_or(Err(ConnectError::Silent)) {
            Ok(link) => {
                *self.shared.trouble.lock() = None;
                *self.shared.link.lock() = Some(Arc::clone(&link));
                Some(link)
            }
            Err(error) => {
                *failed_at = Some(Instant::now());
                self.complain(error.to_string());
                None
            }
        }
    }

    fn open_link(&self) -> Option<Arc<Link>> {
        let link = self.shared.link.lock();
        link.as_ref().filter(|link| link.is_open()).cloned()
    }

    async fn connect(&self) -> Result<Arc<Link>, ConnectError> {
        let worker = &self.shared.worker;
        let stream = UnixStream::connect(&worker.socket).await?;
        let hello = Hello {
            protocol: PROTOCOL,
            epoch: worker.epoch,
            secret: worker.secret.clone(),
        };
        link::open(
            stream,
            hello,
            Arc::clone(&self.shared.exits),
            &self.shared.tasks,
        )
        .await
    }

    fn complain(&self, reason: String) {
        let mut trouble = self.shared.trouble.lock();
        if trouble.as_ref() != Some(&reason) {
            let socket = self.shared.worker.socket.display();
            tracing::warn!("the worker at {socket} cannot be used: {reason}");
            *trouble = Some(reason);
        }
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
        match self.ask(Verb::List, LOOK_TIMEOUT).await? {
            Answer::Containers(listed) => Ok(listed),
            Answer::Failed(failure) => Err(failure),
            _ => Err(CallFailure::Unknown),
        }
    }

    fn exits(&self) -> mpsc::Receiver<Exit> {
        let (sender, receiver) = mpsc::channel(EXITS);
        *self.shared.exits.lock() = sender;
        receiver
    }

    /// Also asks which machines run them, because nothing else is asked as often.
    async fn usage(&self) -> Vec<(SlotId, Usage)> {
        if let Ok(Answer::Machines(machines)) = self.ask(Verb::Machines, LOOK_TIMEOUT).await {
            *self.shared.machines.lock() = machines;
        }
        match self.ask(Verb::Usage, LOOK_TIMEOUT).await {
            Ok(Answer::Usage(usage)) => usage,
            _ => Vec::new(),
        }
    }

    fn is_port_free(&self, port: u16) -> bool {
        is_port_free(port)
    }

    fn reachable_at(&self, port: u16) -> oxeye_probe::Address {
        let machines = self.shared.machines.lock();
        let machine = machines.get(&port).map_or("127.0.0.1", String::as_str);
        oxeye_probe::Address::new(machine, port)
    }
}
