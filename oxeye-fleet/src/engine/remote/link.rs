//! One connection to a worker: numbered calls, and their answers in any order.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::Secret;
use oxeye_process::tasks::Tasks;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::connect_error::{ConnectError, repeatable};
use crate::engine::Exit;
use crate::log_once::LogOnce;
use crate::rules::CallFailure;
use crate::settings::WorkerPlace;
use crate::worker::lines::{LineError, Lines, QUEUE, line, write_all};
use crate::worker::wire::{Answer, FromFleet, FromWorker, Hello, LONGEST_ANSWER, Verb, Welcome};

/// The most exits that are passed on within [`EXITS_WITHIN`]. A worker that lies may send any number of them. They
/// are hints: a list, which is asked for as often, says the same.
pub(super) const MOST_EXITS: u32 = 1024;

/// The span in which exits are counted.
pub(super) const EXITS_WITHIN: Duration = Duration::from_secs(10);

/// How long a connection has to last before what was wrong earlier counts as over. A worker that lies may answer once
/// on each connection and close it.
pub(super) const STEADY_AFTER: Duration = Duration::from_secs(60);

/// A connection on which the worker has let us in.
#[derive(Debug)]
pub(super) struct Link {
    outgoing: mpsc::Sender<String>,
    calls: Mutex<Calls>,
    end: CancellationToken,
    opened_at: Instant,
}

/// The calls that have not been answered.
#[derive(Debug, Default)]
struct Calls {
    last: u64,
    waiting: HashMap<u64, oneshot::Sender<Answer>>,
    is_closed: bool,
}

/// Receivers of unsolicited messages from a worker. All connections to it have the same.
#[derive(Debug, Clone)]
pub(super) struct Hears {
    /// Whoever wants to know of exits.
    pub(super) exits: Arc<Mutex<mpsc::Sender<Exit>>>,
    /// The exits that it has reported lately. A new connection gives it no further ones.
    bound: Arc<Mutex<ExitBound>>,
    /// What was wrong with it since it could be used last, so that the log has each reason once.
    logged: Arc<Mutex<LogOnce>>,
    place: WorkerPlace,
}

impl Hears {
    /// Begins with nobody who wants to know what the worker at this place says.
    pub(super) fn nobody(place: WorkerPlace) -> Self {
        let (nobody, _) = mpsc::channel(1);
        Self {
            exits: Arc::new(Mutex::new(nobody)),
            bound: Arc::default(),
            logged: Arc::default(),
            place,
        }
    }

    /// Logs what is wrong with the worker, unless that was said before. Two reasons may take turns while a machine is
    /// away, and a worker that lies may have a new one each time.
    pub(super) fn warn(&self, line: &str) {
        let is_news = self.logged.lock().is_news(line);
        if is_news {
            tracing::warn!("{line}");
        }
    }

    /// Has everything logged again that goes wrong from now on, because the worker can be used.
    pub(super) fn is_well(&self) {
        self.logged.lock().forget();
    }

    /// Passes an exit on, unless the worker has reported too many lately.
    fn exited(&self, exit: Exit) {
        let is_passed_on = self.bound.lock().count(Instant::now());
        if is_passed_on {
            let exits = self.exits.lock().clone();
            // The next list says the same.
            let _ = exits.try_send(exit);
        }
    }
}

/// Introduces ourselves, and waits to be let in.
pub(super) async fn open(
    stream: impl AsyncRead + AsyncWrite + Send + 'static,
    hello: Hello,
    secret: Option<Secret>,
    hears: Hears,
    tasks: &Tasks,
) -> Result<(Arc<Link>, Welcome), ConnectError> {
    let (reader, writer) = tokio::io::split(stream);
    let mut lines = Lines::new(reader, LONGEST_ANSWER);
    let (outgoing, queue) = mpsc::channel(QUEUE);
    let end = tasks.stop_signal().child_token();
    let broken = end.clone();
    tasks.spawn(async move {
        tokio::select! {
            () = broken.cancelled() => {}
            // Whoever waits for an answer learns it from the reader's end.
            _ = write_all(writer, queue) => broken.cancel(),
        }
    });
    let hello = line(&FromFleet::<Verb>::Hello(hello));
    let sent = outgoing.send(hello).await;
    sent.map_err(|_broken| LineError::Closed)?;
    let welcome = loop {
        match lines.next::<FromWorker>().await? {
            FromWorker::Welcome(welcome) => break welcome,
            FromWorker::Ping => {}
            FromWorker::Refused { reason } => {
                return Err(ConnectError::Refused(repeatable(&reason, secret.as_ref())));
            }
            FromWorker::Answer { .. } | FromWorker::Exit(_) => return Err(ConnectError::NoWorker),
        }
    };
    let link = Arc::new(Link {
        outgoing,
        calls: Mutex::default(),
        end,
        opened_at: Instant::now(),
    });
    tasks.spawn(read(Arc::clone(&link), lines, secret, hears));
    Ok((link, welcome))
}

impl Link {
    /// Returns whether calls can be made.
    pub(super) fn is_open(&self) -> bool {
        !self.calls.lock().is_closed
    }

    /// Returns whether it has lasted for some time.
    pub(super) fn is_steady(&self) -> bool {
        self.opened_at.elapsed() >= STEADY_AFTER
    }

    /// Makes a call, and waits for its answer. Without one in time the connection stays open: other servers
    /// have nothing to do with one about which the engine hangs, and a worker that hangs is silent.
    ///
    /// # Errors
    /// `Unreachable` if the call was not sent, `Unknown` if it was and nobody knows what came of it.
    pub(super) async fn ask(&self, verb: Verb, limit: Duration) -> Result<Answer, CallFailure> {
        let waiting = self.wait_for_answer().ok_or(CallFailure::Unreachable)?;
        let call = line(&FromFleet::Call {
            number: waiting.number,
            verb,
        });
        let asking = async {
            let sent = self.outgoing.send(call).await;
            sent.map_err(|_closed| CallFailure::Unreachable)?;
            waiting.answer.await.map_err(|_closed| CallFailure::Unknown)
        };
        let answer = timeout(limit, asking).await;
        answer.unwrap_or(Err(CallFailure::Unknown))
    }

    fn wait_for_answer(&self) -> Option<Waiting<'_>> {
        let (sender, answer) = oneshot::channel();
        let mut calls = self.calls.lock();
        if calls.is_closed {
            return None;
        }
        calls.last += 1;
        let number = calls.last;
        calls.waiting.insert(number, sender);
        let forget = Forget { link: self, number };
        Some(Waiting {
            number,
            answer,
            _forget: forget,
        })
    }

    /// Takes an answer. A second one to the same call says nothing.
    fn answered(&self, number: u64, answer: Answer) {
        let waiting = self.calls.lock().waiting.remove(&number);
        if let Some(waiting) = waiting {
            // Whoever asked may have given up.
            let _ = waiting.send(answer);
        }
    }

    /// Closes the connection, and ends every wait for an answer.
    fn close(&self) {
        self.end.cancel();
        let mut calls = self.calls.lock();
        calls.is_closed = true;
        calls.waiting.clear();
    }
}

/// A call that waits for its answer.
struct Waiting<'a> {
    number: u64,
    answer: oneshot::Receiver<Answer>,
    _forget: Forget<'a>,
}

/// Forgets a call when nobody waits for its answer any more.
struct Forget<'a> {
    link: &'a Link,
    number: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.link.calls.lock().waiting.remove(&self.number);
    }
}

/// Counts the exits that a worker has reported lately.
#[derive(Debug, Default)]
struct ExitBound {
    began: Option<Instant>,
    count: u32,
}

impl ExitBound {
    /// Counts an exit, and returns whether it is passed on.
    fn count(&mut self, now: Instant) -> bool {
        if self.began.is_none_or(|began| now >= began + EXITS_WITHIN) {
            *self = Self {
                began: Some(now),
                count: 0,
            };
        }
        self.count = self.count.saturating_add(1);
        self.count <= MOST_EXITS
    }
}

/// Reads what the worker says until the connection ends.
async fn read(
    link: Arc<Link>,
    mut lines: Lines<impl AsyncRead + Unpin>,
    secret: Option<Secret>,
    hears: Hears,
) {
    let reading = async {
        loop {
            match lines.next::<FromWorker>().await {
                Ok(FromWorker::Answer { number, answer }) => link.answered(number, answer),
                Ok(FromWorker::Exit(exit)) => hears.exited(exit),
                Ok(FromWorker::Ping) => {}
                Ok(FromWorker::Refused { reason }) => return reason,
                Ok(FromWorker::Welcome(_)) => return "a second welcome came".to_owned(),
                Err(error) => return error.to_string(),
            }
        }
    };
    tokio::select! {
        () = link.end.cancelled() => {}
        reason = reading => {
            let reason = repeatable(&reason, secret.as_ref());
            let place = &hears.place;
            hears.warn(&format!("the connection to the worker at {place} has ended: {reason}"));
        }
    }
    link.close();
}
