//! One client of the feed, from its upgrade to its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, interval_at, timeout};
use tokio_util::sync::CancellationToken;

use super::frames::{self, Reason, Received};
use super::state::SharedState;

/// How long a client may take to read a message, before we give up.
const UNREAD_MESSAGE: Duration = Duration::from_secs(10);

/// How often we ping a client.
const PING_EVERY: Duration = Duration::from_secs(20);

/// After how many unanswered pings a client counts as gone.
const UNANSWERED_PINGS: u32 = 3;

/// The bytes that a client may send us in the time between two pings.
const MAX_RECEIVED: usize = 64 * 1024;

/// How many answers may wait to be sent. Further ones, to a client that pings faster than it reads, are
/// dropped.
const WAITING_ANSWERS: usize = 4;

/// Serves a client until it closes, breaks the protocol or does not read, or until we are stopping.
pub(super) async fn serve<S: AsyncRead + AsyncWrite>(
    stream: S,
    states: watch::Receiver<Option<Arc<SharedState>>>,
    stop: CancellationToken,
) {
    let (read, write) = split(stream);
    let (answers, waiting) = mpsc::channel(WAITING_ANSWERS);
    let was_heard = AtomicBool::new(true);
    let speaker = Speaker {
        write,
        states,
        waiting,
        stop,
    };
    tokio::select! {
        _gone = listen(read, answers, &was_heard) => {}
        _gone = speaker.speak(&was_heard) => {}
    }
}

/// What is sent besides states.
enum Answer {
    Pong(Vec<u8>),
    Close(Reason),
}

/// A client is gone, or has to be disconnected.
struct Gone;

/// Reads what a client sends. Once either side has sent a close frame, only the speaker has something
/// left to do.
async fn listen<S: AsyncRead>(
    mut read: ReadHalf<S>,
    answers: mpsc::Sender<Answer>,
    was_heard: &AtomicBool,
) -> Gone {
    let mut arrived = Vec::new();
    let mut space = [0; 1024];
    let (mut window, mut received) = (Instant::now(), 0);
    loop {
        let Ok(length @ 1..) = read.read(&mut space).await else {
            return Gone;
        };
        was_heard.store(true, Ordering::Relaxed);
        if window.elapsed() > PING_EVERY {
            (window, received) = (Instant::now(), 0);
        }
        received += length;
        arrived.extend_from_slice(&space[..length]);
        let heard = match received > MAX_RECEIVED {
            true => Err(Reason::TooMuch),
            false => answer_all(&mut arrived, &answers),
        };
        if let Err(reason) = heard {
            // The speaker closes the connection, unless it is closing it already.
            let _ = answers.send(Answer::Close(reason)).await;
            return std::future::pending().await;
        }
    }
}

/// Answers all frames that have arrived. Returns why the connection has to be closed, if it has to.
fn answer_all(arrived: &mut Vec<u8>, answers: &mpsc::Sender<Answer>) -> Result<(), Reason> {
    while let Some(received) = frames::take(arrived)? {
        match received {
            Received::Data | Received::Pong => {}
            Received::Ping(content) => drop(answers.try_send(Answer::Pong(content))),
            Received::Close => return Err(Reason::Normal),
        }
    }
    Ok(())
}

/// The side of the connection that sends.
struct Speaker<S> {
    write: WriteHalf<S>,
    states: watch::Receiver<Option<Arc<SharedState>>>,
    waiting: mpsc::Receiver<Answer>,
    stop: CancellationToken,
}

impl<S: AsyncWrite> Speaker<S> {
    async fn speak(mut self, was_heard: &AtomicBool) -> Result<(), Gone> {
        let mut has_state = false;
        // The state that is there already is new to this client.
        self.states.mark_changed();
        let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        let mut unanswered = 0;
        loop {
            let next = tokio::select! {
                biased;
                () = self.stop.cancelled() => return self.close(Reason::Stopping).await,
                answer = self.waiting.recv() => match answer.ok_or(Gone)? {
                    Answer::Pong(content) => frames::pong(&content),
                    Answer::Close(reason) => return self.close(reason).await,
                },
                _ = pings.tick() => {
                    let is_alive = was_heard.swap(false, Ordering::Relaxed);
                    unanswered = if is_alive { 0 } else { unanswered + 1 };
                    if unanswered == UNANSWERED_PINGS {
                        return Err(Gone);
                    }
                    frames::ping()
                }
                changed = self.states.changed() => {
                    changed.map_err(|_stopped| Gone)?;
                    let Some(state) = self.states.borrow_and_update().clone() else {
                        continue;
                    };
                    match std::mem::replace(&mut has_state, true) {
                        true => state.update(),
                        false => state.initial(),
                    }
                }
            };
            self.send(next).await?;
        }
    }

    /// Sends a frame, if the client reads.
    async fn send(&mut self, frame: Bytes) -> Result<(), Gone> {
        let sent = timeout(UNREAD_MESSAGE, self.write.write_all(&frame)).await;
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }

    async fn close(mut self, reason: Reason) -> Result<(), Gone> {
        self.send(frames::close(reason)).await?;
        let closed = timeout(UNREAD_MESSAGE, self.write.shutdown()).await;
        closed.map_err(|_elapsed| Gone)?.map_err(|_broken| Gone)
    }
}

#[cfg(test)]
mod tests;
