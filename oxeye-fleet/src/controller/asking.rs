//! Answers what players and operators ask. The caller may be gone when the answer is ready.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::running::Running;
use super::{Ask, BindError, JoinError, Joined, Located, StopError};
use crate::engine::Engine;
use crate::ids::{PlayerId, SessionId, SlotId, WorkerName, WorldName};
use crate::rules::{Event, Reply};
use crate::store::Kept;

/// How long players should wait before they try again when nothing can be started or written.
const RETRY: Duration = Duration::from_secs(5);

/// How long a lack of ports is shown after the last join that found none.
const NO_PORT_SHOWN: Duration = Duration::from_secs(60);

const NO_SERVER: &str = "No server can be started at the moment";
const NO_PORT: &str = "No port is free for a new server";
const NOT_WRITABLE: &str = "The fleet cannot write to its disk";
const STARTING: &str = "the fleet is starting and does not know its servers yet";

impl<E: Engine> Running<E> {
    pub(super) async fn ask(&mut self, ask: Ask) {
        match ask {
            Ask::Join {
                player,
                session,
                reply,
            } => answer(reply, self.join(player, session).await),
            Ask::Heartbeat { session, reply } => {
                answer(reply, self.is_known(Event::Heartbeat(session)).await);
            }
            Ask::Leave { session, reply } => {
                answer(reply, self.is_known(Event::Leave(session)).await);
            }
            Ask::Locate { session, reply } => answer(reply, self.locate(session).await),
            Ask::Stop { slot, reply } => answer(reply, self.stop(slot).await),
            Ask::Drain {
                worker,
                is_draining,
                reply,
            } => {
                let event = match worker {
                    Some(worker) => Event::DrainWorker {
                        worker,
                        is_draining,
                    },
                    None => Event::Drain(is_draining),
                };
                // What could not be written did not happen, so there is no answer.
                if let Ok(drained) = self.step(event).await {
                    answer(reply, drained != Reply::Unknown);
                }
            }
            Ask::BindWorld {
                world,
                worker,
                reply,
            } => answer(reply, self.bind_world(world, worker).await),
            Ask::Worlds { reply } => self.list_worlds(reply),
            Ask::Look { reply } => answer(reply, self.newest_view()),
            Ask::CheckStore { reply } => {
                let store = self.store.clone();
                self.tasks
                    .spawn(async move { answer(reply, store.check_writable().await.is_ok()) });
            }
        }
    }

    async fn join(&mut self, player: PlayerId, session: SessionId) -> Result<Joined, JoinError> {
        let event = Event::Join {
            player: player.clone(),
            session,
        };
        match self.step(event).await {
            Ok(Reply::Joined { slot, worker, port }) => Ok(Joined {
                session,
                player,
                slot,
                worker,
                port,
            }),
            Ok(Reply::Full { retry_after }) => Err(JoinError::Full { retry_after }),
            Ok(Reply::Unavailable {
                reason,
                retry_after,
            }) => Err(JoinError::Unavailable {
                reason,
                retry_after,
            }),
            // What the engine has said is for operators.
            Ok(Reply::Refused { retry_after, .. }) => Err(JoinError::Unavailable {
                reason: NO_SERVER.to_owned(),
                retry_after,
            }),
            Ok(Reply::NoPort { retry_after }) => {
                self.note_lack_of_ports();
                Err(JoinError::Unavailable {
                    reason: NO_PORT.to_owned(),
                    retry_after,
                })
            }
            Ok(Reply::None | Reply::Known | Reply::Unknown | Reply::InUse(_)) => {
                Err(unavailable("No server was given"))
            }
            Err(_) => Err(unavailable(NOT_WRITABLE)),
        }
    }

    /// Tells operators that a player got no port. The next join tries all of them again.
    fn note_lack_of_ports(&mut self) {
        if let Some(times) = self.refusals.count(1, Instant::now().into_std()) {
            tracing::warn!(
                times,
                "no port is free for a new server: other programs have those from SERVER_PORT_START on"
            );
        }
        let until = self.clock.now().moment + NO_PORT_SHOWN;
        self.shown.refused(NO_PORT, until);
    }

    async fn stop(&mut self, slot: SlotId) -> Result<(), StopError> {
        match self.step(Event::Stop(slot)).await {
            Ok(Reply::Unknown) => Err(StopError::Unknown),
            Ok(_) => Ok(()),
            Err(_) => Err(StopError::NotNow(NOT_WRITABLE)),
        }
    }

    async fn bind_world(&mut self, world: WorldName, worker: WorkerName) -> Result<(), BindError> {
        if !self.fleet.limits().workers.contains(&worker) {
            return Err(BindError::UnknownWorker);
        }
        let bind = Event::BindWorld {
            world: world.clone(),
            worker,
        };
        match self.step(bind).await {
            Ok(Reply::InUse(slot)) => Err(BindError::InUse { world, slot }),
            Ok(Reply::Unknown) => Err(BindError::UnknownWorld),
            Ok(_) => Ok(()),
            Err(_) => Err(BindError::NotNow(NOT_WRITABLE)),
        }
    }

    /// A leave that could not be written did not happen; the session is still known.
    async fn is_known(&mut self, event: Event) -> bool {
        !matches!(self.step(event).await, Ok(Reply::Unknown))
    }

    async fn locate(&mut self, session: SessionId) -> Option<Located> {
        if !self.is_known(Event::Heartbeat(session)).await {
            return None;
        }
        let slot = self.fleet.slot_of(session)?;
        Some(Located {
            slot: slot.id,
            worker: slot.worker.clone(),
            port: slot.port,
            state: slot.state,
        })
    }
}

impl Ask {
    /// Answers while the engine cannot be reached at the start.
    pub(super) fn answer_without_engine(self, kept: &Kept) {
        let knows = |session| kept.sessions.iter().any(|row| row.id == session);
        match self {
            Self::Join { reply, .. } => {
                answer(reply, Err(unavailable(NO_SERVER)));
            }
            Self::Heartbeat { session, reply } => answer(reply, knows(session)),
            // Nothing can be decided yet. The session ends later, when it has been silent for too long.
            Self::Leave { session, reply } => answer(reply, knows(session)),
            Self::Stop { reply, .. } => {
                answer(reply, Err(StopError::NotNow(STARTING)));
            }
            Self::BindWorld { reply, .. } => answer(reply, Err(BindError::NotNow(STARTING))),
            // Nothing can be remembered yet.
            Self::Drain { reply, .. } => drop(reply),
            Self::Worlds { reply } => drop(reply),
            // There is nothing to see yet, and no server to be sent to.
            Self::Look { reply } => drop(reply),
            Self::Locate { reply, .. } => drop(reply),
            Self::CheckStore { reply } => answer(reply, false),
        }
    }
}

/// Answers, unless the caller is gone.
fn answer<T>(reply: oneshot::Sender<T>, answer: T) {
    let _ = reply.send(answer);
}

fn unavailable(reason: &str) -> JoinError {
    JoinError::Unavailable {
        reason: reason.to_owned(),
        retry_after: RETRY,
    }
}
