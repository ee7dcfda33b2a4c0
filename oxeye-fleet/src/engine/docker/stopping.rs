//! Asking a server to exit, and killing it. The engine answers a stop when the server has exited, and goes
//! on with it if nobody waits for the answer. So the request is made beside the call, which returns as soon
//! as the engine has taken it.

use std::sync::Arc;
use std::time::Duration;

use bollard::query_parameters::{KillContainerOptionsBuilder, StopContainerOptionsBuilder};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use super::containers::{Containers, Found};
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
    let kill_at = Instant::now().checked_add(grace);
    if !is_sooner(all, &found.id, kill_at) {
        return Ok(());
    }
    let (answer, mut answered) = oneshot::channel();
    let id = found.id.clone();
    all.tasks
        .spawn(request(Arc::clone(all), slot, id, grace, answer));
    tokio::select! {
        biased;
        answer = &mut answered => match answer {
            Ok(Ok(())) => Ok(()),
            Ok(Err(trouble)) => refused(all, slot, trouble, "cannot stop a server").await,
            // The request goes on; only the program stops.
            Err(_stopping) => Err(CallFailure::Unknown),
        },
        () = until_taken(all, &found) => Ok(()),
    }
}

/// Notes when a container is killed, if that is sooner than what was asked before.
fn is_sooner(all: &Containers, container: &str, kill_at: Option<Instant>) -> bool {
    let mut stops = all.stops.lock();
    let is_sooner = match stops.get(container) {
        None => true,
        Some(None) => kill_at.is_some(),
        Some(Some(known)) => kill_at.is_some_and(|kill_at| kill_at < *known),
    };
    if is_sooner {
        stops.insert(container.to_owned(), kill_at);
    }
    is_sooner
}

/// Waits until the engine shows that it has taken a stop, for at most [`TAKEN_WITHIN`].
async fn until_taken(all: &Containers, found: &Found) {
    let limit = Instant::now() + TAKEN_WITHIN;
    while Instant::now() < limit {
        sleep(LOOK_PAUSE).await;
        match all.client.inspect(&found.id).await {
            Ok(Some(now)) if now.state.is_running() && !now.state.is_stopping() => {}
            Ok(_) => return,
            Err(_) => {}
        }
    }
}

/// Has the engine stop a container, and repeats the request if the engine breaks it off, such as when it
/// is restarted. Ends early when the program stops: the engine goes on.
async fn request(
    all: Arc<Containers>,
    slot: SlotId,
    container: String,
    grace: Duration,
    answer: oneshot::Sender<Result<(), Trouble>>,
) {
    let kill_at = Instant::now().checked_add(grace);
    let stop = all.tasks.stop_signal();
    let mut answer = Some(answer);
    loop {
        let left = kill_at.map_or(grace, |at| at.saturating_duration_since(Instant::now()));
        let asked = tokio::select! {
            asked = ask(&all, &container, left) => asked,
            () = stop.cancelled() => return,
        };
        let is_over = !matches!(asked, Err(Trouble::Unanswered(_) | Trouble::Unreachable(_)));
        if let Err(trouble) = &asked {
            tracing::debug!(%slot, "a stop was not carried out: {trouble}");
        }
        if let Some(answer) = answer.take() {
            // Nobody waits for it any more if the engine has shown signs before.
            if answer.send(asked).is_ok() {
                break;
            }
        }
        if is_over || !has_to_be_repeated(&all, slot, &container).await {
            break;
        }
    }
    all.stops.lock().remove(&container);
}

async fn ask(all: &Containers, container: &str, grace: Duration) -> Result<(), Trouble> {
    let docker = all.client.docker().await?;
    let docker = docker.with_timeout(grace.saturating_add(ANSWER_TIME));
    let seconds = grace.as_millis().div_ceil(1_000);
    let seconds = u64::try_from(seconds).unwrap_or(MOST_SECONDS);
    let seconds = i32::try_from(seconds.min(MOST_SECONDS)).unwrap_or_default();
    let options = StopContainerOptionsBuilder::new().t(seconds).build();
    docker.stop_container(container, Some(options)).await?;
    Ok(())
}

/// Waits until the engine can be asked, and returns whether a container runs on without being stopped.
async fn has_to_be_repeated(all: &Containers, slot: SlotId, container: &str) -> bool {
    let stop = all.tasks.stop_signal();
    all.client.ask_again().await;
    loop {
        tokio::select! {
            () = sleep(RETRY_PAUSE) => {}
            () = stop.cancelled() => return false,
        }
        match all.client.inspect(container).await {
            Ok(Some(now)) if now.state.is_running() => {
                if now.state.is_stopping() {
                    tracing::warn!(%slot, "the container engine has broken off a stop");
                    return false;
                }
                return true;
            }
            Ok(_) => return false,
            Err(_) => {}
        }
    }
}

/// Kills a server with everything in its container.
pub(super) async fn kill(all: &Arc<Containers>, slot: SlotId) -> Result<(), CallFailure> {
    let _gate = all.gate(slot).await;
    let found = match all.find(slot).await? {
        Some(found) if found.state.is_running() => found,
        _ => return Ok(()),
    };
    let docker = all.docker().await?;
    let options = KillContainerOptionsBuilder::new().signal("SIGKILL").build();
    let killed = docker.kill_container(&found.id, Some(options)).await;
    match killed.map_err(Trouble::from) {
        Ok(()) => Ok(()),
        Err(trouble) => refused(all, slot, trouble, "cannot kill a server").await,
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
