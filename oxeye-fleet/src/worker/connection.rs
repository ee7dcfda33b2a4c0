//! One connection of a fleet.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::in_flight::{Begun, ConnectionNumber};
use super::lines::{LineError, Lines, QUEUE, line, write_all};
use super::seat::NotLetIn;
use super::strangers::Stranger;
use super::verbs::understood;
use super::wire::{Answer, FromFleet, FromWorker, LONGEST_CALL, Verb};
use super::{CALLS_AT_ONCE, Worker};
use crate::engine::Engine;
use crate::ids::SlotId;
use crate::rules::CallFailure;

/// How long the first message may take.
const HELLO_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a call waits for a place while as many as may be are carried out: much less than a fleet waits for it.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The pause before the answer to a wrong secret, so that guesses take their time.
const WRONG_SECRET_PAUSE: Duration = Duration::from_secs(1);

/// Serves a connection until one side closes it, or another fleet takes over. The place of the `stranger` is
/// free once the other side has been let in.
pub(super) async fn serve<E: Engine>(
    worker: Arc<Worker<E>>,
    stream: impl AsyncRead + AsyncWrite + Send + 'static,
    stranger: Stranger,
    tasks: Tasks,
) {
    let (reader, writer) = tokio::io::split(stream);
    let mut lines = Lines::new(reader, LONGEST_CALL);
    let (outgoing, queue) = mpsc::channel(QUEUE);
    let stop = tasks.stop_signal();
    let end = stop.child_token();
    let ended = end.clone();
    tasks.spawn(async move {
        let mut writing = pin!(write_all(writer, queue));
        let is_replaced = ended.cancelled();
        tokio::select! {
            written = &mut writing => if written.is_err() { ended.cancel() },
            // Whoever was replaced is not kept waiting for a call that hangs. What ends while we stop is still said.
            () = is_replaced => if stop.is_cancelled() { let _ = writing.await; },
        }
    });
    let greeted = tokio::select! {
        () = end.cancelled() => return,
        greeted = greet(&worker, &mut lines, &stranger, &outgoing, &end) => greeted,
    };
    let ended = match greeted {
        Greeted::LetIn(number) => {
            drop(stranger);
            tracing::info!("a fleet is connected");
            let connection = Connection {
                worker,
                number,
                outgoing: outgoing.clone(),
                end,
            };
            let ended = Arc::new(connection).take_calls(&mut lines, &tasks).await;
            tracing::info!("the fleet is not connected any more");
            if let Err(reason) = &ended {
                tracing::warn!("the connection of the fleet is closed: {reason}");
            }
            ended
        }
        Greeted::Refused(reason) => {
            stranger.log_refusal(&reason);
            Err(reason)
        }
        Greeted::Gone => Ok(()),
    };
    if let Err(reason) = ended {
        // Nobody may be there to read it.
        let _ = outgoing.try_send(line(&FromWorker::Refused { reason }));
    }
}

/// What became of a hello.
enum Greeted {
    LetIn(ConnectionNumber),
    /// The other side has closed the connection, for example because it only tried whether we are there.
    Gone,
    /// With a sentence for the operator of the other side.
    Refused(String),
}

/// Waits for the first message, and lets the fleet in.
async fn greet<E: Engine>(
    worker: &Worker<E>,
    lines: &mut Lines<impl AsyncRead + Unpin>,
    stranger: &Stranger,
    outgoing: &mpsc::Sender<String>,
    end: &CancellationToken,
) -> Greeted {
    let first = tokio::select! {
        () = stranger.displaced() => return Greeted::Gone,
        first = timeout(HELLO_TIMEOUT, lines.next::<FromFleet<Value>>()) => first,
    };
    let hello = match first {
        Ok(Ok(FromFleet::Hello(hello))) => hello,
        Ok(Ok(FromFleet::Call { .. } | FromFleet::Ping)) => {
            return Greeted::Refused("the first message must be a hello".to_owned());
        }
        Ok(Err(LineError::Closed | LineError::Broken(_))) => return Greeted::Gone,
        // Nobody learns how we read messages who has not shown the secret.
        Ok(Err(LineError::NotUnderstood(_))) => {
            return Greeted::Refused("the first message was not understood".to_owned());
        }
        Ok(Err(error)) => return Greeted::Refused(error.to_string()),
        Err(_elapsed) => return Greeted::Refused("no hello came in time".to_owned()),
    };
    let number = match worker.let_in(&hello, outgoing, end).await {
        Ok(number) => number,
        Err(reason) => {
            if matches!(reason, NotLetIn::WrongSecret) {
                tokio::select! {
                    () = stranger.displaced() => {}
                    () = sleep(WRONG_SECRET_PAUSE) => {}
                }
            }
            return Greeted::Refused(reason.to_string());
        }
    };
    let welcome = FromWorker::Welcome(worker.welcome());
    match outgoing.send(line(&welcome)).await {
        Ok(()) => Greeted::LetIn(number),
        Err(_broken) => Greeted::Gone,
    }
}

/// A connection that was let in.
struct Connection<E> {
    worker: Arc<Worker<E>>,
    number: ConnectionNumber,
    outgoing: mpsc::Sender<String>,
    end: CancellationToken,
}

impl<E: Engine> Connection<E> {
    /// Takes calls until the connection is closed. Each is carried out beside the others.
    ///
    /// # Errors
    /// When the other side sends what no fleet sends.
    async fn take_calls(
        self: Arc<Self>,
        lines: &mut Lines<impl AsyncRead + Unpin>,
        tasks: &Tasks,
    ) -> Result<(), String> {
        loop {
            let message = tokio::select! {
                biased;
                () = self.end.cancelled() => return Ok(()),
                message = lines.next::<FromFleet<Value>>() => message,
            };
            let (number, verb) = match message {
                Ok(FromFleet::Call { number, verb }) => (number, verb),
                Ok(FromFleet::Ping) => continue,
                Ok(FromFleet::Hello(_)) => return Err("a second hello came".to_owned()),
                Err(LineError::Closed | LineError::Broken(_)) => return Ok(()),
                Err(error) => return Err(error.to_string()),
            };
            let verb = match understood(verb) {
                Ok(verb) => verb,
                Err(failure) => {
                    self.answer(number, Answer::Failed(failure)).await;
                    continue;
                }
            };
            let this = Arc::clone(&self);
            let Some(slot) = verb.changes() else {
                match Arc::clone(&self.worker.looks).try_acquire_owned() {
                    Ok(permit) => tasks.spawn(this.look(number, verb, permit)),
                    // Looks that hang must not keep others from being read.
                    Err(_full) => {
                        let failure = Answer::Failed(CallFailure::Unreachable);
                        self.answer(number, failure).await;
                    }
                }
                continue;
            };
            match self.begin(slot, &verb) {
                Ok(begun) => tasks.spawn(this.change(number, verb, begun)),
                Err(failure) => self.answer(number, Answer::Failed(failure)).await,
            }
        }
    }

    fn begin(&self, slot: SlotId, verb: &Verb) -> Result<Begun, CallFailure> {
        let world = self.worker.world_of(slot, verb);
        let in_flight = &self.worker.in_flight;
        in_flight.begin(self.number, slot, verb, world)
    }

    /// Changes something once there is a place for it. From then on, goes on if the fleet is gone: it asks for a list
    /// when it comes back.
    async fn change(self: Arc<Self>, number: u64, verb: Verb, begun: Begun) {
        // Whoever takes over cancels first and then takes all permits, so no call is carried out after that.
        let permit = tokio::select! {
            biased;
            () = self.end.cancelled() => return,
            permit = timeout(LONGEST_WAIT, self.worker.calls.acquire()) => permit,
        };
        let answer = match &permit {
            Ok(_permit) => self.worker.carry_out(verb).await,
            Err(_elapsed) => Answer::Failed(CallFailure::Full(format!(
                "the engine has not ended {CALLS_AT_ONCE} earlier calls"
            ))),
        };
        // Whoever has the answer may make the next call.
        drop(begun);
        self.answer(number, answer).await;
    }

    /// Looks, unless nobody waits for the answer any more.
    async fn look(self: Arc<Self>, number: u64, verb: Verb, _permit: OwnedSemaphorePermit) {
        let answer = self.end.run_until_cancelled(self.worker.carry_out(verb));
        if let Some(answer) = answer.await {
            self.answer(number, answer).await;
        }
    }

    async fn answer(&self, number: u64, answer: Answer) {
        let answer = line(&FromWorker::Answer { number, answer });
        tokio::select! {
            biased;
            _ = self.outgoing.send(answer) => {}
            () = self.end.cancelled() => {}
        }
    }
}
