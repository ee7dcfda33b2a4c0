//! Sends heartbeats to the backend, from a thread of their own so that nothing delays them.

#[cfg(test)]
mod tests;
mod thread;

use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_client::{ClientError, LinkedClient};
use oxeye_plugin_proto::{Event, HeartbeatRequest, HeartbeatSecs, UnixSeconds};
use oxeye_process::clock::Clock;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::outbox::{BackendSignal, Outbox};
use crate::reconcile::Liveness;

pub use self::thread::HeartbeatThread;

/// How many heartbeats in a row are queued behind waiting events instead of being sent directly. The
/// limit keeps a hanging disk from stopping all heartbeats.
const MAX_QUEUED_IN_A_ROW: u32 = 2;

/// What each heartbeat of one linked server reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeartbeatState {
    /// How much is known about the server.
    pub liveness: Liveness,
    /// The number of players on this linked server, if all of them are known.
    pub online: Option<u32>,
}

/// Sends the heartbeats of one linked server.
#[derive(Debug)]
pub struct Heartbeat {
    /// A client that is used for nothing else, so that no delivery delays the heartbeats.
    pub client: LinkedClient,
    /// The interval that the backend is promised.
    pub every: HeartbeatSecs,
    /// The latest state.
    pub state: watch::Receiver<HeartbeatState>,
    /// The outbox that stores the heartbeats that could not be sent.
    pub outbox: Arc<Outbox>,
    /// The clock.
    pub clock: Clock,
}

impl Heartbeat {
    /// Sends heartbeats until it is dropped. Calls `signal` when the backend asks for something.
    pub async fn run(self, signal: impl Fn(BackendSignal)) {
        let every = Duration::from_secs(u64::from(self.every.get()));
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut queued_in_a_row = 0;
        loop {
            ticks.tick().await;
            let state = self.state.borrow().clone();
            let Some(request) = self.request(&state) else {
                continue;
            };
            if self.must_queue(queued_in_a_row) {
                queued_in_a_row += 1;
                self.queue(&request, (self.clock)());
            } else {
                queued_in_a_row = 0;
                self.send(request, &state, every, &signal).await;
            }
        }
    }

    /// Whether the heartbeat must be queued. It must not overtake waiting events: the backend treats it
    /// as the latest evidence of who is online, and would ignore an earlier start of the server that is
    /// reported afterwards.
    fn must_queue(&self, queued_in_a_row: u32) -> bool {
        let is_busy = self.outbox.waiting() > 0 && queued_in_a_row < MAX_QUEUED_IN_A_ROW;
        self.outbox.is_held_up() || is_busy
    }

    /// Returns `None` while the state of the server is unknown.
    fn request(&self, state: &HeartbeatState) -> Option<HeartbeatRequest> {
        let players = match state.liveness {
            Liveness::Unknown => return None,
            Liveness::Count(count) => Some(count),
            // While events wait, the backend rightly has a different number.
            Liveness::Roster => state.online.filter(|_| self.outbox.waiting() == 0),
        };
        Some(HeartbeatRequest {
            players,
            heartbeat_secs: Some(self.every),
        })
    }

    async fn send(
        &self,
        request: HeartbeatRequest,
        state: &HeartbeatState,
        every: Duration,
        signal: &impl Fn(BackendSignal),
    ) {
        let at = (self.clock)();
        let Ok(answer) = timeout(every, self.client.heartbeat(request.clone())).await else {
            self.queue(&request, at);
            return;
        };
        match answer {
            Ok(answer) => {
                if answer.resync && state.liveness == Liveness::Roster {
                    signal(BackendSignal::FullSyncWanted);
                }
            }
            Err(ClientError::NotLinked) => signal(BackendSignal::NotLinked),
            Err(_) => self.queue(&request, at),
        }
    }

    /// Queues the heartbeat, so that the backend learns later that the server was up at this time.
    fn queue(&self, request: &HeartbeatRequest, at: UnixSeconds) {
        let event = Event::Heartbeat {
            players: None,
            heartbeat_secs: request.heartbeat_secs,
            at,
        };
        self.outbox.push(event, None);
    }
}
