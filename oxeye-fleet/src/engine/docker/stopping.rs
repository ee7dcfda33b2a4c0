//! Asking a server to exit, and killing it. The engine answers a stop when the server has exited, and goes
//! on with it if nobody waits for the answer. So the request is made beside the call, which returns as soon
//! as the engine has taken it.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bollard::Docker;
use bollard::query_parameters::{KillContainerOptionsBuilder, StopContainerOptionsBuilder};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use super::containers::{Containers, Found};
use super::stops::Started;
use super::trouble::Trouble;
use crate::ids::SlotId;
use crate::rules::CallFailure;

/// How long we wait for signs that the engine has taken a stop. Docker shows none.
const TAKEN_WITHIN: Duration = Duration::from_secs(1);

/// The pause between two looks for such signs.
const LOOK_PAUSE: Duration = Duration::from_millis(50);

/// How much longer than the grace the engine may take to answer.
const ANSWER_TIME: Duration = Duration::from_secs(60);

/// How long we wait before we look again after an engine has broken off a stop.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// The longest grace in seconds; engines read it as a small number.
const MOST_SECONDS: u64 = 86_400;

/// Asks a server to exit. A second request is passed on only if it shortens the grace: some servers take it
/// as an order to exit without saving.
pub(super) async fn stop(
    all: &Arc<Containers>,
    slot: SlotId,
    grace: Duration,
) -> Result<(), CallFailure> {
    let _gate = all.gate(slot).await;
    let found = match all.find(slot).await? {
        Some(found) if found.state.is_running() => found,
        _ => return Ok(()),
    };
    let docker = all.docker().await?;
    expect_exit(all, slot, &found).await;
    let started = Started::new(&found.id, &found.state.started_at);
    let kill_at = Instant::now().checked_add(grace);
    if !all.stops.shorten(&started, kill_at) {
        return Ok(());
    }
    let (answer, mut answered) = oneshot::channel();
    let request = Request {
        all: Arc::clone(all),
        slot,
        started: started.clone(),
        grace,
        kill_at,
    };
    all.tasks.spawn(request.run(docker, answer));
    tokio::select! {
        biased;
        answer = &mut answered => match answer {
            Ok(Ok(())) => Ok(()),
            Ok(Err(trouble)) => refused(all, slot, trouble, "cannot stop a server").await,
            // The request goes on; only the program stops.
            Err(_stopping) => Err(CallFailure::Unknown),
        },
        () = until_taken(all, &started) => Ok(()),
    }
}

/// Waits until the engine shows that it has taken a stop, for at most [`TAKEN_WITHIN`].
async fn until_taken(all: &Containers, started: &Started) {
    let limit = Instant::now() + TAKEN_WITHIN;
    while Instant::now() < limit {
        sleep(LOOK_PAUSE).await;
        match all.client.inspect(started.container()).await {
            Ok(Some(now)) if started.goes_on(&now.state) => {}
            Ok(_) => return,
            Err(_) => {}
        }
    }
}

/// A stop on its way to the engine.
#[derive(Debug)]
struct Request {
    all: Arc<Containers>,
    slot: SlotId,
    started: Started,
    grace: Duration,
    /// When the engine has to kill the server; `None` if that is too far away to be told.
    kill_at: Option<Instant>,
}

impl Request {
    /// Has the engine stop the run, and repeats the request if the engine breaks it off, such as when it is
    /// restarted. Ends early when the program stops: the engine goes on.
    async fn run(self, docker: Docker, answer: oneshot::Sender<Result<(), Trouble>>) {
        let stop = self.all.tasks.stop_signal();
        let work = async {
            let asked = self.ask(docker).await;
            let mut is_over = !is_broken_off(&asked);
            // Nobody waits for the answer any more if the engine has shown signs before.
            is_over |= answer.send(asked).is_ok();
            while !is_over {
                let again = self.repeated().await;
                is_over = !again.is_some_and(|asked| is_broken_off(&asked));
            }
        };
        tokio::select! {
            () = work => self.all.stops.end(&self.started),
            () = stop.cancelled() => {}
        }
    }

    async fn ask(&self, docker: Docker) -> Result<(), Trouble> {
        let left = self.kill_at.map_or(self.grace, |at| {
            at.saturating_duration_since(Instant::now())
        });
        let seconds = left.as_millis().div_ceil(1_000);
        let seconds = u64::try_from(seconds).unwrap_or(MOST_SECONDS);
        let seconds = i32::try_from(seconds.min(MOST_SECONDS)).unwrap_or_default();
        let options = StopContainerOptionsBuilder::new().t(seconds).build();
        let asked = docker
            .with_timeout(left.saturating_add(ANSWER_TIME))
            .stop_container(self.started.container(), Some(options))
            .await;
        asked.map_err(|error| {
            let trouble = Trouble::from(error);
            tracing::debug!(slot = %self.slot, "a stop was not carried out: {trouble}");
            trouble
        })
    }

    /// Waits until the engine can be asked, and asks it again if the run goes on without being stopped.
    async fn repeated(&self) -> Option<Result<(), Trouble>> {
        self.all.client.ask_again().await;
        loop {
            sleep(RETRY_PAUSE).await;
            let Ok(docker) = self.all.client.docker().await else {
                continue;
            };
            // Nothing may start the container between the look and the request.
            let gate = self.all.gate(self.slot).await;
            match self.all.client.inspect(self.started.container()).await {
                Ok(Some(now)) if self.started.goes_on(&now.state) => {}
                Ok(now) => {
                    if now.is_some_and(|now| self.started.is_stopping(&now.state)) {
                        tracing::warn!(slot = %self.slot, "the container engine has broken off a stop");
                    }
                    return None;
                }
                Err(_) => continue,
            }
            let mut asking = pin!(self.ask(docker));
            tokio::select! {
                biased;
                asked = &mut asking => return Some(asked),
                () = until_taken(&self.all, &self.started) => {}
            }
            drop(gate);
            return Some(asking.await);
        }
    }
}

fn is_broken_off(asked: &Result<(), Trouble>) -> bool {
    matches!(asked, Err(Trouble::Unanswered(_) | Trouble::Unreachable(_)))
}

/// Kills a server with everything in its container.
pub(super) async fn kill(all: &Arc<Containers>, slot: SlotId) -> Result<(), CallFailure> {
    let _gate = all.gate(slot).await;
    let found = match all.find(slot).await? {
        Some(found) if found.state.is_running() => found,
        _ => return Ok(()),
    };
    let docker = all.docker().await?;
    expect_exit(all, slot, &found).await;
    let options = KillContainerOptionsBuilder::new().signal("SIGKILL").build();
    let killed = docker.kill_container(&found.id, Some(options)).await;
    match killed.map_err(Trouble::from) {
        Ok(()) => Ok(()),
        Err(trouble) => refused(all, slot, trouble, "cannot kill a server").await,
    }
}

/// Notes that this run is told to exit, so that its exit is no crash.
async fn expect_exit(all: &Containers, slot: SlotId, found: &Found) {
    let Some(run) = found.run() else { return };
    all.exits.expect(slot, run);
    if let Err(error) = all.runs.tell_to_exit(slot, &found.id, run).await {
        // It is stopped whether that can be written or not.
        tracing::debug!(%slot, %error, "cannot note that a server is told to exit");
    }
}

/// A call that an engine refuses because the server has exited meanwhile has done its work.
async fn refused(
    all: &Containers,
    slot: SlotId,
    trouble: Trouble,
    what: &str,
) -> Result<(), CallFailure> {
    if !matches!(trouble, Trouble::Said { .. }) {
        return Err(trouble.failure(what));
    }
    match all.find(slot).await? {
        Some(found) if found.state.is_running() => Err(trouble.failure(what)),
        _ => Ok(()),
    }
}
