//! The way to the controller: what HTTP, the feed and the command line ask it, and what they learn.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::ids::{PlayerId, SessionId, SlotId, WorkerName, WorldName};
use crate::rules::State;
use crate::view::FleetView;

/// How long players should wait before they try again when the fleet is stopping.
const AFTER_A_STOP: Duration = Duration::from_secs(5);

/// How long a reader waits right after a start for the engine's first list.
const FIRST_VIEW: Duration = Duration::from_secs(2);

/// How long a reader waits for the newest view before it gets the last published one.
const NEWEST_VIEW: Duration = Duration::from_millis(500);

/// What HTTP, the feed and the command line use to reach the controller. Clones share it.
#[derive(Debug, Clone)]
pub struct FleetHandle {
    view: watch::Receiver<Arc<FleetView>>,
    asks: mpsc::Sender<Ask>,
}

/// The answer to a successful join. The server may still be starting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The player's session.
    pub session: SessionId,
    /// The player, with a new random id if the client gave none.
    pub player: PlayerId,
    /// The slot.
    pub slot: SlotId,
    /// The worker that its server runs on.
    pub worker: WorkerName,
    /// The port of its server.
    pub port: u16,
}

/// Why a player got no server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// The limit on live servers has been reached.
    #[error("Maximum server limit reached")]
    Full {
        /// How long to wait before trying again.
        retry_after: Duration,
    },
    /// No new server can be started now, for this reason.
    #[error("{reason}")]
    Unavailable {
        /// A sentence for the player's client.
        reason: String,
        /// How long to wait before trying again.
        retry_after: Duration,
    },
}

/// A session may be known or not: the fleet has no answer while it starts and while it stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the fleet is starting or stopping")]
pub struct NotServing;

/// Why a server is not being stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StopError {
    /// There is no such slot.
    #[error("there is no such server")]
    Unknown,
    /// It cannot be stopped now, for this reason.
    #[error("{0}")]
    NotNow(&'static str),
}

/// Why a world is not bound to another worker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// No worker has the world.
    #[error("there is no such world")]
    UnknownWorld,
    /// `FLEET_WORKERS` does not name the worker.
    #[error("there is no such worker")]
    UnknownWorker,
    /// A server has the world.
    #[error("the world {world} is in use by {slot}")]
    InUse {
        /// The world.
        world: WorldName,
        /// Its slot.
        slot: SlotId,
    },
    /// Nothing can be changed now, for this reason.
    #[error("{0}")]
    NotNow(&'static str),
}

/// Where a session's server is, for the proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The slot.
    pub slot: SlotId,
    /// The worker that its server runs on.
    pub worker: WorkerName,
    /// The port of its server.
    pub port: u16,
    /// Where the slot is in its life.
    pub state: State,
}

/// The names of the worlds on each worker.
pub type WorldsByWorker = BTreeMap<WorkerName, Vec<WorldName>>;

/// A request to the controller, made through a [`FleetHandle`]. The caller may be gone when it answers.
#[derive(Debug)]
pub(crate) enum Ask {
    /// A player wants a server. The session id is new.
    Join {
        player: PlayerId,
        session: SessionId,
        reply: oneshot::Sender<Result<Joined, JoinError>>,
    },
    /// A session is alive. Is it known?
    Heartbeat {
        session: SessionId,
        reply: oneshot::Sender<bool>,
    },
    /// A player has left. Was the session known?
    Leave {
        session: SessionId,
        reply: oneshot::Sender<bool>,
    },
    /// A session is alive. Where is its server?
    Locate {
        session: SessionId,
        reply: oneshot::Sender<Option<Located>>,
    },
    /// An operator wants a server stopped.
    Stop {
        slot: SlotId,
        reply: oneshot::Sender<Result<(), StopError>>,
    },
    /// An operator turns draining on or off, for the fleet or for one worker. Is that worker known?
    Drain {
        worker: Option<WorkerName>,
        is_draining: bool,
        reply: oneshot::Sender<bool>,
    },
    /// An operator binds a world to another worker.
    BindWorld {
        world: WorldName,
        worker: WorkerName,
        reply: oneshot::Sender<Result<(), BindError>>,
    },
    /// An operator wants to see the worlds.
    Worlds {
        reply: oneshot::Sender<WorldsByWorker>,
    },
    /// Somebody wants to see the fleet as it is now.
    Look {
        reply: oneshot::Sender<Arc<FleetView>>,
    },
    /// Somebody wants to know whether rows can be written.
    CheckStore { reply: oneshot::Sender<bool> },
}

impl FleetHandle {
    /// Makes a handle whose questions arrive at the other ends of these channels.
    pub(crate) fn new(view: watch::Receiver<Arc<FleetView>>, asks: mpsc::Sender<Ask>) -> Self {
        Self { view, asks }
    }

    /// Gives a player a server. Answers once the reservation is on disk, without waiting for the engine.
    ///
    /// # Errors
    /// When there is no room or no new server can be started.
    pub async fn join(&self, player: Option<PlayerId>) -> Result<Joined, JoinError> {
        let player = player.unwrap_or_else(PlayerId::random);
        let session = SessionId::random();
        let answer = self.ask(|reply| Ask::Join {
            player,
            session,
            reply,
        });
        answer.await.unwrap_or_else(|| {
            Err(JoinError::Unavailable {
                reason: "the fleet is stopping".to_owned(),
                retry_after: AFTER_A_STOP,
            })
        })
    }

    /// Keeps a session alive. Returns whether it is known.
    ///
    /// # Errors
    /// While the fleet stops.
    pub async fn heartbeat(&self, session: SessionId) -> Result<bool, NotServing> {
        let answer = self.ask(|reply| Ask::Heartbeat { session, reply });
        answer.await.ok_or(NotServing)
    }

    /// Ends a session. Returns whether it was known.
    ///
    /// # Errors
    /// While the fleet stops.
    pub async fn leave(&self, session: SessionId) -> Result<bool, NotServing> {
        let answer = self.ask(|reply| Ask::Leave { session, reply });
        answer.await.ok_or(NotServing)
    }

    /// Returns where a session's server is, and counts as a heartbeat; `None` if there is no such session.
    ///
    /// # Errors
    /// While the fleet stops, and until the engine has said what it has.
    pub async fn locate(&self, session: SessionId) -> Result<Option<Located>, NotServing> {
        let answer = self.ask(|reply| Ask::Locate { session, reply });
        answer.await.ok_or(NotServing)
    }

    /// Stops a server, whoever plays on it. Answers once that is on disk, without waiting for the engine.
    ///
    /// # Errors
    /// When there is no such slot, or it cannot be stopped now.
    pub async fn stop(&self, slot: SlotId) -> Result<(), StopError> {
        let answer = self.ask(|reply| Ask::Stop { slot, reply });
        let stopping = Err(StopError::NotNow("the fleet is stopping"));
        answer.await.unwrap_or(stopping)
    }

    /// Turns draining on or off, for the fleet or for one worker. While it is on, no new servers are started
    /// there. Returns whether the worker is known.
    ///
    /// # Errors
    /// While the fleet stops.
    pub async fn drain(
        &self,
        worker: Option<WorkerName>,
        is_draining: bool,
    ) -> Result<bool, NotServing> {
        let answer = self.ask(|reply| Ask::Drain {
            worker,
            is_draining,
            reply,
        });
        answer.await.ok_or(NotServing)
    }

    /// Binds a world that no server has to another worker. Nothing is copied: its player goes on with what that
    /// worker has.
    ///
    /// # Errors
    /// When there is no such world or worker, a server has the world, or nothing can be changed now.
    pub async fn bind_world(&self, world: WorldName, worker: WorkerName) -> Result<(), BindError> {
        let answer = self.ask(|reply| Ask::BindWorld {
            world,
            worker,
            reply,
        });
        let stopping = Err(BindError::NotNow("the fleet is stopping"));
        answer.await.unwrap_or(stopping)
    }

    /// Returns the worlds of all workers. Of a worker that does not say which it has, those that its players
    /// are bound to.
    ///
    /// # Errors
    /// While the fleet starts or stops.
    pub async fn worlds(&self) -> Result<WorldsByWorker, NotServing> {
        let answer = self.ask(|reply| Ask::Worlds { reply });
        answer.await.ok_or(NotServing)
    }

    /// Returns the fleet including every change that was answered before this call. Right after a start,
    /// waits for the engine's first list; `None` if that takes too long, because an empty fleet would look
    /// as if all servers were gone.
    pub async fn look(&self) -> Option<Arc<FleetView>> {
        let mut views = self.view.clone();
        let first = timeout(FIRST_VIEW, views.wait_for(|view| view.is_known()));
        drop(first.await.ok()?.ok()?);
        let newest = timeout(NEWEST_VIEW, self.ask(|reply| Ask::Look { reply }));
        Some(newest.await.ok().flatten().unwrap_or_else(|| self.view()))
    }

    /// Waits until the controller has ended, as it does when the program stops. If it ends before, a part
    /// of it has panicked.
    pub async fn ended(&self) {
        self.asks.closed().await;
    }

    /// Returns whether the store can be written to, after trying a write that changes nothing.
    pub async fn is_store_writable(&self) -> bool {
        let answer = self.ask(|reply| Ask::CheckStore { reply });
        answer.await.unwrap_or_default()
    }

    /// Returns the fleet as it was at its last change, at most a few dozen milliseconds ago.
    #[must_use]
    pub fn view(&self) -> Arc<FleetView> {
        Arc::clone(&self.view.borrow())
    }

    /// Returns a receiver of new views: at most 20 a second, and those that [`Self::look`] asks for.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Arc<FleetView>> {
        self.view.clone()
    }

    /// Asks the controller, and waits for its answer; `None` if it has stopped.
    async fn ask<T>(&self, ask: impl FnOnce(oneshot::Sender<T>) -> Ask) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.asks.send(ask(reply)).await.ok()?;
        answer.await.ok()
    }
}
