//! A stream that gives hyper's empty error responses a body, and closes so that they arrive.
//!
//! When the head of a request cannot be parsed, hyper writes an empty 400, 414 or 431 without asking our service. We
//! recognise such a response on its way out, because it has no body and lacks the boot id that all our responses
//! have, and replace it by one with the same status and a JSON body.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::http::HeaderValue;
use oxeye_plugin_proto::limits::BOOT_ID_HEADER;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use crate::http::error::ApiError;

/// The limit on the length of such a response. It has about 100 bytes: a status line, `connection`, `content-length`
/// and `date`.
const EMPTY_ERROR_MAX_BYTES: usize = 200;

/// How long we read and discard what the other side still sends after we have closed. Closing at once with unread
/// input would reset the connection, and the other side could lose our last response.
const LINGER: Duration = Duration::from_secs(5);

/// How long we wait in this way while the other side sends nothing.
const LINGER_IN_SILENCE: Duration = Duration::from_secs(1);

/// How long the other side may leave a response unread before we give up.
const UNREAD_RESPONSE: Duration = Duration::from_secs(30);

pub(super) struct ErrorBodyStream<S> {
    stream: S,
    boot_id: HeaderValue,
    /// The bytes to write instead of an empty error response.
    instead: Vec<u8>,
    /// How many of them have been written.
    written: usize,
    other_side_closed: bool,
    linger: Option<Linger>,
    stalled: Option<Pin<Box<Sleep>>>,
}

/// How long we still wait for the other side to close.
struct Linger {
    until: Pin<Box<Sleep>>,
    in_silence: Pin<Box<Sleep>>,
}

impl Linger {
    fn new() -> Linger {
        Linger {
            until: Box::pin(sleep(LINGER)),
            in_silence: Box::pin(sleep(LINGER_IN_SILENCE)),
        }
    }

    fn is_over(&mut self, cx: &mut Context<'_>) -> bool {
        self.until.as_mut().poll(cx).is_ready() || self.in_silence.as_mut().poll(cx).is_ready()
    }

    fn has_heard(&mut self) {
        let until = Instant::now() + LINGER_IN_SILENCE;
        self.in_silence.as_mut().reset(until);
    }
}

impl<S> ErrorBodyStream<S> {
    /// Returns the underlying stream.
    pub(super) fn into_inner(self) -> S {
        self.stream
    }

    pub(super) fn new(stream: S, boot_id: HeaderValue) -> ErrorBodyStream<S> {
        ErrorBodyStream {
            stream,
            boot_id,
            instead: Vec::new(),
            written: 0,
            other_side_closed: false,
            linger: None,
            stalled: None,
        }
    }
}

/// Finds an empty error response of hyper in what is about to be written, and returns where it begins and its status.
/// It is always the last one, since hyper closes the connection after it; the same buffer can hold earlier responses.
/// Their bodies cannot be mistaken for it, because neither JSON nor PNG ends with two line breaks.
fn empty_error(bytes: &[u8]) -> Option<(usize, u16)> {
    if !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let tail_starts = bytes.len().saturating_sub(EMPTY_ERROR_MAX_BYTES);
    let begins = bytes[tail_starts..]
        .windows(10)
        .rposition(|window| window == b"HTTP/1.1 4")?
        + tail_starts;
    let head = std::str::from_utf8(&bytes[begins..]).ok()?;
    let status = head.get(9..12)?.parse().ok()?;
    (head.contains("content-length: 0\r\n") && !head.contains(BOOT_ID_HEADER))
        .then_some((begins, status))
}

impl<S: AsyncWrite + Unpin> ErrorBodyStream<S> {
    /// Writes to the underlying stream, and fails if the other side has not read for too long.
    fn poll_write_through(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = Pin::new(&mut self.stream).poll_write(cx, bytes) {
            self.stalled = None;
            return Poll::Ready(written);
        }
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(sleep(UNREAD_RESPONSE)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_write_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.written < self.instead.len() {
            let rest = self.instead[self.written..].to_vec();
            match ready!(self.poll_write_through(cx, &rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.written += written,
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + AsyncRead + Unpin> AsyncWrite for ErrorBodyStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_write_instead(cx))?;
        match empty_error(bytes) {
            None => self.poll_write_through(cx, bytes),
            Some((0, status)) => {
                self.instead = ApiError::standing_for(status).to_wire(&self.boot_id);
                self.written = 0;
                // hyper's bytes count as written. Ours follow now, or with the flush that hyper requests next.
                if let Poll::Ready(Err(error)) = self.poll_write_instead(cx) {
                    return Poll::Ready(Err(error));
                }
                Poll::Ready(Ok(bytes.len()))
            }
            Some((begins, _)) => self.poll_write_through(cx, &bytes[..begins]),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_write_instead(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(this.poll_write_instead(cx))?;
        if this.linger.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        }
        let linger = this.linger.get_or_insert_with(Linger::new);
        let mut space = [0; 4096];
        while !this.other_side_closed && !linger.is_over(cx) {
            let mut ignored = ReadBuf::new(&mut space);
            let read = ready!(Pin::new(&mut this.stream).poll_read(cx, &mut ignored));
            this.other_side_closed = read.is_err() || ignored.filled().is_empty();
            linger.has_heard();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ErrorBodyStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = space.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, space))?;
        if space.filled().len() == before && space.remaining() > 0 {
            self.other_side_closed = true;
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests;
