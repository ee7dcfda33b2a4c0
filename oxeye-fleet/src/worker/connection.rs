//! One connection of a fleet.

use std::sync::Arc;
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Worker;
use super::lines::{LineError, Lines, QUEUE, line, write_all};
use super::wire::{FromFleet, FromWorker, LONGEST_CALL};
use crate::engine::Engine;

/// How long the first message may take.
const HELLO_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves a connection until one side closes it, or another fleet takes over. `stranger` is returned once
/// the other side has been let in.
pub(super) async fn serve<E: Engine>(
    worker: Arc<Worker<E>>,
    stream: impl AsyncRead + AsyncWrite + Send + 'static,
    stranger: OwnedSemaphorePermit,
    tasks: Tasks,
) {
    let (reader, writer) = tokio::io::split(stream);
    let mut lines = Lines::new(reader, LONGEST_CALL);
    let (outgoing, queue) = mpsc::channel(QUEUE);
    let end = tasks.stop_signal().child_token();
    let broken = end.clone();
    tasks.spawn(async move {
        if write_all(writer, queue).await.is_err() {
            broken.cancel();
        }
    });
    let greeted = tokio::select! {
        () = end.cancelled() => return,
        greeted = greet(&worker, &mut lines, &outgoing, &end) => greeted,
    };
    drop(stranger);
    let ended = match greeted {
        Greeted::LetIn => {
            tracing::info!("a fleet is connected");
            let ended = take_calls(&worker, &mut lines, &outgoing, &end, &tasks).await;
            tracing::info!("the fleet is not connected any more");
            ended
        }
        Greeted::Refused(reason) => Err(reason),
        Greeted::Gone => Ok(()),
    };
    if let Err(reason) = ended {
        tracing::warn!("a connection is closed: {reason}");
        // Nobody may be there to read it.
        let _ = outgoing.try_send(line(&FromWorker::Refused { reason }));
    }
}

/// What became of a hello.
enum Greeted {
    LetIn,
    /// The other side has closed the connection, for example because it only tried whether we are there.
    Gone,
    /// With a sentence for the operator of the other side.
    Refused(String),
}

/// Waits for the first message, and lets the fleet in.
async fn greet<E: Engine>(
    worker: &Worker<E>,
    lines: &mut Lines<impl AsyncRead + Unpin>,
    outgoing: &mpsc::Sender<String>,
    end: &CancellationToken,
) -> Greeted {
    let hello = match timeout(HELLO_TIMEOUT, lines.next::<FromFleet<Value>>()).await {
        Ok(Ok(FromFleet::Hello(hello))) => hello,
        Ok(Ok(FromFleet::Call { .. } | FromFleet::Ping)) => {
            return Greeted::Refused("the first message must be a hello".to_owned());
        }
        Ok(Err(LineError::Closed | LineError::Broken(_))) => return Greeted::Gone,
        Ok(Err(error)) => return Greeted::Refused(error.to_string()),
        Err(_elapsed) => return Greeted::Refused("no hello came in time".to_owned()),
    };
    if let Err(reason) = worker.let_in(&hello, outgoing, end).await {
        return Greeted::Refused(reason.to_string());
    }
    let welcome = FromWorker::Welcome(worker.welcome.clone());
    match outgoing.send(line(&welcome)).await {
        Ok(()) => Greeted::LetIn,
        Err(_broken) => Greeted::Gone,
    }
}

/// Takes calls until the connection is closed. Each is carried out beside the others.
///
/// # Errors
/// When the other side sends what no fleet sends.
async fn take_calls<E: Engine>(
    worker: &Arc<Worker<E>>,
    lines: &mut Lines<impl AsyncRead + Unpin>,
    outgoing: &mpsc::Sender<String>,
    end: &CancellationToken,
    tasks: &Tasks,
) -> Result<(), String> {
    loop {
        let message = tokio::select! {
            biased;
            () = end.cancelled() => return Ok(()),
            message = lines.next::<FromFleet<Value>>() => message,
        };
        let (number, verb) = match message {
            Ok(FromFleet::Call { number, verb }) => (number, verb),
            Ok(FromFleet::Ping) => continue,
            Ok(FromFleet::Hello(_)) => return Err("a second hello came".to_owned()),
            Err(LineError::Closed | LineError::Broken(_)) => return Ok(()),
            Err(error) => return Err(error.to_string()),
        };
        // Whoever takes over cancels first and then takes all permits, so no call begins after that.
        let permit = tokio::select! {
            biased;
            () = end.cancelled() => return Ok(()),
            permit = Arc::clone(&worker.calls).acquire_owned() => permit,
        };
        let (worker, outgoing, end) = (Arc::clone(worker), outgoing.clone(), end.clone());
        tasks.spawn(async move {
            let answer = worker.answer(verb).await;
            let answer = line(&FromWorker::Answer { number, answer });
            // A fleet that is gone asks for a list when it comes back.
            tokio::select! {
                biased;
                _ = outgoing.send(answer) => {}
                () = end.cancelled() => {}
            }
            drop(permit);
        });
    }
}
