//! The bytes of one connection, in and out, both bounded.

use std::future::Future;
use std::io::{Error, ErrorKind, Result};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::time::{Instant, sleep_until, timeout};

use super::replies::Replies;
use super::request::{ProtocolError, Request, Requests};

/// How long the rest of a request may take to arrive.
pub(super) const REST_OF_A_REQUEST: Duration = Duration::from_secs(5);

/// How long a client may take to read [`SENT_AT_ONCE`].
pub(super) const READING_TIME: Duration = Duration::from_secs(5);

/// Bytes of replies that wait before they are sent.
const SENT_AT_ONCE: usize = 64 * 1024;

/// Bytes read at once.
const READ_AT_ONCE: usize = 16 * 1024;

/// The most bytes of requests that wait while the client does not read replies. A client that sends ten thousand
/// requests before it reads anything sends less than this.
pub(super) const MAX_WAITING: usize = 2 * 1024 * 1024;

/// How long a client may take to read the last reply before the connection is closed.
const LAST_REPLY: Duration = Duration::from_secs(1);

/// Both directions of a connection.
#[derive(Debug)]
pub(super) struct Wire<S> {
    reader: ReadHalf<S>,
    writer: WriteHalf<S>,
    requests: Requests,
    pub(super) replies: Replies,
    /// When the request that has not arrived completely has to.
    rest_due: Option<Instant>,
    /// Whether the client sends nothing more.
    has_ended: bool,
    chunk: Box<[u8]>,
}

impl<S: AsyncRead + AsyncWrite> Wire<S> {
    pub(super) fn new(stream: S) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        Self {
            reader,
            writer,
            requests: Requests::default(),
            replies: Replies::default(),
            rest_due: None,
            has_ended: false,
            chunk: vec![0; READ_AT_ONCE].into(),
        }
    }

    /// Returns the next request that has arrived completely.
    ///
    /// # Errors
    /// When the client cannot be understood.
    pub(super) fn next(&mut self) -> std::result::Result<Option<Request>, ProtocolError> {
        let next = self.requests.next();
        match &next {
            Ok(None) if self.requests.is_half() => {
                let due = Instant::now() + REST_OF_A_REQUEST;
                self.rest_due.get_or_insert(due);
            }
            _ => self.rest_due = None,
        }
        next
    }

    /// Whether a request has begun to arrive.
    pub(super) fn is_half(&self) -> bool {
        self.rest_due.is_some()
    }

    /// Waits until more of a request has arrived. Returns whether the client goes on.
    ///
    /// # Errors
    /// When the connection is lost, or the rest of a request takes too long.
    pub(super) async fn receive(&mut self) -> Result<bool> {
        if self.has_ended {
            return Ok(false);
        }
        let reading = self.reader.read(&mut self.chunk);
        let length = match self.rest_due {
            None => reading.await?,
            Some(due) => before(due, reading).await?,
        };
        self.take(length);
        Ok(!self.has_ended)
    }

    /// Sends the replies if many of them wait.
    ///
    /// # Errors
    /// When the connection is lost, or the client reads too slowly.
    pub(super) async fn relieve(&mut self) -> Result<()> {
        match self.replies.len() < SENT_AT_ONCE {
            true => Ok(()),
            false => self.send().await,
        }
    }

    /// Sends the replies. What the client sends meanwhile is received, because some clients send all their requests
    /// before they read any reply.
    ///
    /// # Errors
    /// When the connection is lost, or the client reads too slowly.
    pub(super) async fn send(&mut self) -> Result<()> {
        let replies = self.replies.take();
        for part in replies.chunks(SENT_AT_ONCE) {
            let due = Instant::now() + READING_TIME;
            let mut rest = part;
            while !rest.is_empty() {
                let may_receive = !self.has_ended && self.requests.waiting() < MAX_WAITING;
                tokio::select! {
                    biased;
                    sent = self.writer.write(rest) => match sent? {
                        0 => return Err(ErrorKind::WriteZero.into()),
                        sent => rest = &rest[sent..],
                    },
                    length = self.reader.read(&mut self.chunk), if may_receive => {
                        let length = length?;
                        self.take(length);
                    }
                    () = sleep_until(due) => return Err(ErrorKind::TimedOut.into()),
                }
            }
        }
        self.writer.flush().await
    }

    /// Sends the last replies and closes the connection. Closing with unread input would discard the replies on their
    /// way, so what still arrives is read and dropped.
    pub(super) async fn close(mut self) {
        let closing = async {
            self.send().await?;
            self.writer.shutdown().await?;
            while self.reader.read(&mut self.chunk).await? > 0 {}
            Result::Ok(())
        };
        // It makes no difference to us whether the client received them.
        let _ = timeout(LAST_REPLY, closing).await;
    }

    fn take(&mut self, length: usize) {
        self.has_ended = length == 0;
        self.requests.feed(&self.chunk[..length]);
    }
}

async fn before<T>(due: Instant, work: impl Future<Output = Result<T>>) -> Result<T> {
    let done = tokio::time::timeout_at(due, work).await;
    done.unwrap_or_else(|_| Err(Error::from(ErrorKind::TimedOut)))
}
