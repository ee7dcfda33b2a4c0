//! Sends heartbeats to the backend, from a thread of their own so that nothing delays them.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Context;
use futures_util::future::{OptionFuture, join_all};
use oxeye_plugin_client::{ClientError, LinkedClient};
use oxeye_plugin_proto::{Event, GameServerState, HeartbeatRequest, HeartbeatSecs, UnixSeconds};
use oxeye_process::clock::Clock;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::about::AboutDelivery;
use crate::feed::{Message, Messages, send};
use crate::member_codes::MemberCodeDelivery;
use crate::outbox::{BackendSignal, Outbox};
use crate::reconcile::{Link, Liveness};
use crate::server_run::ServerRun;

/// How many heartbeats in a row are queued behind waiting events instead of being sent directly. The
/// limit keeps a hanging disk from stopping all heartbeats.
const MAX_QUEUED_IN_A_ROW: u32 = 2;

/// How long to wait for the lines that the server's log may still get about the last second.
const LOG_LAG: Duration = Duration::from_secs(2);

/// What each heartbeat of one linked server reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeartbeatState {
    /// How much is known about the server.
    pub(crate) liveness: Liveness,
    /// The number of players on this linked server, if all of them are known.
    pub(crate) online: Option<u32>,
    /// Whether the game server runs, if that is known.
    pub(crate) run: Option<ServerRun>,
    /// Whether codes that members type are passed on.
    pub(crate) member_codes: bool,
}

impl HeartbeatState {
    /// Returns the state while nothing is known.
    #[must_use]
    pub(crate) fn unknown() -> Self {
        Self {
            liveness: Liveness::Unknown,
            online: None,
            run: None,
            member_codes: false,
        }
    }
}

/// Sends the heartbeats of one linked server.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    /// A client that is used for nothing else, so that no delivery delays the heartbeats.
    pub(crate) client: LinkedClient,
    /// The interval that the backend is promised.
    pub(crate) every: HeartbeatSecs,
    /// The latest state.
    pub(crate) state: watch::Receiver<HeartbeatState>,
    /// The outbox that stores the heartbeats that could not be sent.
    pub(crate) outbox: Arc<Outbox>,
    /// The clock.
    pub(crate) clock: Clock,
}

impl Heartbeat {
    /// Sends heartbeats until it is dropped. Calls `signal` when the backend asks for something.
    pub(crate) async fn run(self, signal: impl Fn(BackendSignal)) {
        let mut ticks = interval(Duration::from_secs(u64::from(self.every.get())));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick is at once.
        ticks.tick().await;
        let mut queued_in_a_row = 0;
        let mut states = self.state.clone();
        loop {
            let state = states.borrow_and_update().clone();
            if let Some(request) = self.request(&state) {
                self.deliver(request, &state, &mut queued_in_a_row, &signal)
                    .await;
            }
            tokio::select! {
                _ = ticks.tick() => {}
                () = settled_change_from(&mut states, state.run) => ticks.reset(),
            }
        }
    }

    async fn deliver(
        &self,
        request: HeartbeatRequest,
        state: &HeartbeatState,
        queued_in_a_row: &mut u32,
        signal: &impl Fn(BackendSignal),
    ) {
        if self.must_queue(*queued_in_a_row) {
            *queued_in_a_row += 1;
            self.queue(&request, (self.clock)());
        } else {
            *queued_in_a_row = 0;
            self.send(request, state, signal).await;
        }
    }

    /// Whether the heartbeat must be queued. It must not overtake waiting events: the backend treats it
    /// as the latest evidence of who is online, and would ignore an earlier start of the server that is
    /// reported afterwards.
    fn must_queue(&self, queued_in_a_row: u32) -> bool {
        let is_busy = self.outbox.waiting() > 0 && queued_in_a_row < MAX_QUEUED_IN_A_ROW;
        self.outbox.is_held_up() || is_busy
    }

    /// Returns `None` while the state of the server is unknown, because a heartbeat without it would come
    /// from the server itself. Nobody is on a server that is not up; but while one is, a heartbeat is also
    /// evidence that the players who were reported are still there.
    fn request(&self, state: &HeartbeatState) -> Option<HeartbeatRequest> {
        let run = state.run?;
        let players = match state.liveness {
            Liveness::Unknown if run.state == GameServerState::Up => return None,
            Liveness::Unknown => None,
            Liveness::Count(count) => Some(count),
            // While events wait, the backend rightly has a different number.
            Liveness::Roster => state.online.filter(|_| self.outbox.waiting() == 0),
        };
        Some(HeartbeatRequest {
            players,
            heartbeat_secs: Some(self.every),
            server: Some(run.state),
            since: run.since,
            member_codes: state.member_codes,
        })
    }

    async fn send(
        &self,
        request: HeartbeatRequest,
        state: &HeartbeatState,
        signal: &impl Fn(BackendSignal),
    ) {
        let every = Duration::from_secs(u64::from(self.every.get()));
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

    /// Queues the heartbeat, so that the backend learns later what was known at this time.
    fn queue(&self, request: &HeartbeatRequest, at: UnixSeconds) {
        let event = Event::Heartbeat {
            players: None,
            heartbeat_secs: request.heartbeat_secs,
            server: request.server,
            since: request.since,
            at,
        };
        self.outbox.push(event);
    }
}

/// Waits until the game server is in another state than this one and a heartbeat should follow: it
/// corrects one that was on its way during the change, or that overtook the report of it. A server that
/// is not up is reported at once. A heartbeat about one that is up waits for the log, because it is also
/// evidence that nobody has left.
async fn settled_change_from(
    states: &mut watch::Receiver<HeartbeatState>,
    before: Option<ServerRun>,
) {
    changed_from(states, before).await;
    let run = states.borrow_and_update().run;
    if run.is_some_and(|run| run.state == GameServerState::Up) {
        let _ = timeout(LOG_LAG, changed_from(states, run)).await;
    }
}

/// Waits until the game server is in another state than this one. Never returns once there will be no
/// other.
async fn changed_from(states: &mut watch::Receiver<HeartbeatState>, run: Option<ServerRun>) {
    let differs = |state: &HeartbeatState| state.run != run;
    if states.wait_for(differs).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Sends the heartbeats of all linked servers until it is dropped.
#[derive(Debug)]
pub(crate) struct HeartbeatThread {
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl HeartbeatThread {
    /// Starts the thread. What the server says about itself and the codes that members type are sent on it
    /// too.
    ///
    /// # Errors
    ///
    /// When the thread cannot be started.
    pub(crate) fn start(
        heartbeats: Vec<(Link, Heartbeat)>,
        about: Option<AboutDelivery>,
        member_codes: Option<MemberCodeDelivery>,
        messages: &Messages,
    ) -> anyhow::Result<Self> {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let messages = messages.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = thread::Builder::new()
            .name("heartbeat".to_owned())
            .spawn(move || {
                let running = heartbeats.into_iter().map(|(link, heartbeat)| {
                    let messages = messages.clone();
                    heartbeat.run(move |signal| {
                        send(&messages, Message::Backend(link.clone(), signal));
                    })
                });
                let about = OptionFuture::from(about.map(AboutDelivery::run));
                let member_codes = OptionFuture::from(member_codes.map(MemberCodeDelivery::run));
                let all = async { tokio::join!(join_all(running), about, member_codes) };
                runtime.block_on(stopped.run_until_cancelled(all));
            })
            .context("cannot start the heartbeats")?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for HeartbeatThread {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;
