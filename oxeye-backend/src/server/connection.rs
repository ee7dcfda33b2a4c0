//! One connection from its first byte to its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::header::{CONNECTION, EXPECT};
use axum::http::{HeaderValue, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::bodies::{AnswerBody, InFlight, RequestBody, drain};
use super::error_body_stream::ErrorBodyStream;
use super::open_connections::OpenConnection;
use crate::http::error::ApiError;
use crate::http::request_head;
use crate::http::service::HttpService;

/// How long a connection may be idle between requests. Above the interval of heartbeats, so that a plugin keeps its
/// connection, and above the 60 s after which most proxies drop theirs: they should be the ones to close.
const IDLE: Duration = Duration::from_secs(75);

/// The largest head of a request. hyper's own limit is about 400 KiB, times all connections.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// After the signal to stop, how long a connection without a request in flight may take to write out its last answer.
const LAST_ANSWER: Duration = Duration::from_secs(1);

/// How long one that is turned away may take to read why.
const TURNING_AWAY: Duration = Duration::from_secs(1);

/// What the connection's task can see from outside hyper. HTTP/1.1 has one request at a time.
struct Exchange {
    service: Arc<HttpService>,
    peer: SocketAddr,
    /// A whole head of a request has come in at least once.
    asked: AtomicBool,
    in_flight: Arc<InFlight>,
}

/// Serves until the other side closes, a timeout passes, a newcomer needs the place, or the stop signal fires and what
/// is in flight is answered.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    service: Arc<HttpService>,
    open: OpenConnection,
    first_request: Duration,
    stop: CancellationToken,
) {
    let stream = TokioIo::new(ErrorBodyStream::new(stream, service.boot_id()));
    let exchange = Arc::new(Exchange {
        service,
        peer,
        asked: AtomicBool::new(false),
        in_flight: InFlight::new(open),
    });
    let service = service_fn(|request| answer(Arc::clone(&exchange), request));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_buf_size(MAX_HEAD_BYTES)
        // A client that has said all it wants to say may close its side and still read the answer.
        .half_close(true)
        .serve_connection(stream, service);
    let ended = tokio::select! {
        biased;
        ended = &mut connection => ended,
        () = exchange.never_asked(first_request) => return,
        () = exchange.must_end(&stop) => {
            if !exchange.in_flight.open.is_busy() && !stop.is_cancelled() {
                // It gives way to a newcomer, who is waiting.
                return;
            }
            Pin::new(&mut connection).graceful_shutdown();
            tokio::select! {
                biased;
                ended = &mut connection => ended,
                () = exchange.is_silent() => return,
            }
        }
    };
    let Err(error) = ended else { return };
    tracing::debug!(%error, "a connection ended early");
    if error.is_parse_version_h2() {
        let refusal = ApiError::Http2.to_wire(&exchange.service.boot_id());
        let stream = connection.into_parts().io.into_inner().into_inner();
        turn_away(stream, &refusal).await;
    }
}

async fn answer(
    exchange: Arc<Exchange>,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Infallible> {
    exchange.asked.store(true, Ordering::Relaxed);
    exchange.in_flight.open.is_asked();
    let answered = AnswerBody::of(Arc::clone(&exchange.in_flight));
    let waits_to_send = request.headers().contains_key(EXPECT);
    let refusal = request_head::check(&request);
    let request = request.map(|body| RequestBody::new(body, Arc::clone(&exchange.in_flight)));
    let mut response = match refusal {
        Ok(()) => exchange.service.answer(request, exchange.peer).await,
        Err(refusal) => exchange.service.refuse(refusal, request),
    };
    // hyper would close without a word when the rest of a body stands where the next request should.
    let is_reusable = match exchange.in_flight.take_unread() {
        None => true,
        Some(_) if waits_to_send => false,
        Some(body) => drain(body).await,
    };
    if !is_reusable {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    Ok(response.map(|body| answered.with(body)))
}

impl Exchange {
    /// Resolves when a new connection has not sent the head of a request in time, so that it holds a place for nothing.
    async fn never_asked(&self, patience: Duration) {
        sleep(patience).await;
        if self.asked.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    }

    async fn must_end(&self, stop: &CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.in_flight.open.gives_way() => {}
        }
    }

    /// For the time after [`Exchange::must_end`]: resolves once nothing is in flight any more, for a connection that
    /// hyper keeps open because half a head has come in, or because nobody reads the answer.
    async fn is_silent(&self) {
        loop {
            sleep(LAST_ANSWER).await;
            if !self.in_flight.open.is_busy() {
                return;
            }
        }
    }
}

/// Closing with unread input would throw away the answer on its way, so whatever still arrives is read and dropped.
pub(super) async fn turn_away(mut stream: TcpStream, refusal: &[u8]) {
    let told = async {
        stream.write_all(refusal).await?;
        stream.shutdown().await?;
        let mut ignored = [0; 1024];
        while stream.read(&mut ignored).await? > 0 {}
        std::io::Result::Ok(())
    };
    // Whether the other side got it makes no difference to us.
    let _ = timeout(TURNING_AWAY, told).await;
}
