//! One connection from its first byte to its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::worded_stream::WordedStream;
use crate::http::front::Front;

/// How long a connection may be idle between requests. Above the interval of heartbeats, so that a plugin keeps its
/// connection, and above the 60 s after which most proxies drop theirs: they should be the ones to close.
const IDLE: Duration = Duration::from_secs(75);

/// The largest head of a request. hyper's own limit is about 400 KiB, times all connections.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// After the signal to stop, how long a connection without a request in flight may take to write out its last answer.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What the connection's task can tell from outside hyper.
struct Talk {
    front: Arc<Front>,
    peer: SocketAddr,
    /// A whole head of a request has come in at least once.
    asked: AtomicBool,
    /// A request is being answered. HTTP/1.1 has one at a time.
    answering: AtomicBool,
}

/// Serves until the other side closes, a timeout passes, or the stop signal fires and what is in flight is answered.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    front: Arc<Front>,
    first_request: Duration,
    stop: CancellationToken,
) {
    let stream = TokioIo::new(WordedStream::new(stream, front.boot_id()));
    let talk = Arc::new(Talk {
        front,
        peer,
        asked: AtomicBool::new(false),
        answering: AtomicBool::new(false),
    });
    let service = service_fn(|request| answer(Arc::clone(&talk), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_buf_size(MAX_HEAD_BYTES)
        // A client that has said all it wants to say may close its side and still read the answer.
        .half_close(true)
        .serve_connection(stream, service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        () = talk.never_asked(first_request) => return,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                biased;
                ended = connection => ended,
                () = talk.fell_silent() => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(
    talk: Arc<Talk>,
    request: hyper::Request<Incoming>,
) -> Result<Response, Infallible> {
    talk.asked.store(true, Ordering::Relaxed);
    talk.answering.store(true, Ordering::Relaxed);
    let response = talk.front.answer(request, talk.peer).await;
    talk.answering.store(false, Ordering::Relaxed);
    Ok(response)
}

impl Talk {
    /// Resolves when a new connection has not sent the head of a request in time; then it holds its place for nothing.
    async fn never_asked(&self, patience: Duration) {
        sleep(patience).await;
        if self.asked.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    }

    /// For the time after the stop signal: resolves once nothing is in flight any more, for a connection that hyper
    /// keeps open because half a head has come in, or because nobody reads the answer.
    async fn fell_silent(&self) {
        loop {
            sleep(LAST_WORDS).await;
            if !self.answering.load(Ordering::Relaxed) {
                return;
            }
        }
    }
}
