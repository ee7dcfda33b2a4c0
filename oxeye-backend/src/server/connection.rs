//! One connection from its first byte to its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONNECTION, EXPECT};
use axum::http::{HeaderValue, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use oxeye_process::clients::{GuardedBody, OpenConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::bodies::{Busy, InFlight, RequestBody, drain};
use super::error_body_stream::ErrorBodyStream;
use crate::http::error::{ApiError, RequestError};
use crate::http::request_head;
use crate::http::service::HttpService;

/// How long a connection may be idle between requests. This is longer than the interval between heartbeats, so that a
/// plugin keeps its connection, and longer than the 60 s of most proxies, which should be the ones to close.
const IDLE: Duration = Duration::from_secs(75);

/// The largest head of a request. hyper's default is about 400 KiB, for each connection.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// How long a connection without a request in flight may take, after the signal to stop, to write its last response.
const LAST_RESPONSE: Duration = Duration::from_secs(1);

/// How long we read and discard the rest of a body that nobody wants, after the response. A client that writes all of it
/// before it reads, as proxies do, would otherwise find the connection reset and never see the response.
const DISCARDING: Duration = Duration::from_secs(5);

/// How long a refused client may take to read the refusal.
const REFUSAL: Duration = Duration::from_secs(1);

/// The state that the connection's task shares with the handler of its requests, of which there is one at a time.
struct Exchange {
    service: Arc<HttpService>,
    peer: SocketAddr,
    /// Whether the whole head of a request has arrived at least once.
    asked: AtomicBool,
    in_flight: Arc<InFlight>,
    /// Whether the last response was sent before the whole body of its request had arrived.
    is_body_unread: AtomicBool,
}

/// Serves a connection until the other side closes it, a timeout passes, a new connection needs its place, or we are
/// stopping and the request in flight has been answered.
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
        is_body_unread: AtomicBool::new(false),
    });
    let service = service_fn(|request| answer(Arc::clone(&exchange), request));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_buf_size(MAX_HEAD_BYTES)
        // A client may close its side after the request and still read the response.
        .half_close(true)
        .serve_connection(stream, service);
    let ended = tokio::select! {
        biased;
        ended = &mut connection => ended,
        () = exchange.sends_nothing(first_request) => return,
        () = exchange.must_end(&stop) => {
            if !exchange.in_flight.open.is_busy() && !stop.is_cancelled() {
                // A new connection is waiting for its place.
                return;
            }
            Pin::new(&mut connection).graceful_shutdown();
            tokio::select! {
                biased;
                ended = &mut connection => ended,
                () = exchange.has_nothing_in_flight() => return,
            }
        }
    };
    let is_http2 = match &ended {
        Ok(()) => false,
        Err(error) => {
            tracing::debug!(%error, "a connection ended early");
            error.is_parse_version_h2()
        }
    };
    if is_http2 {
        let refusal = ApiError::from(RequestError::Http2).to_wire(&exchange.service.boot_id());
        let stream = connection.into_parts().io.into_inner().into_inner();
        refuse(stream, &refusal).await;
    } else if exchange.is_body_unread.load(Ordering::Relaxed) {
        let mut stream = connection.into_parts().io.into_inner().into_inner();
        tokio::select! {
            _ = timeout(DISCARDING, discard(&mut stream)) => {}
            () = exchange.must_end(&stop) => {}
        }
    }
}

async fn answer(
    exchange: Arc<Exchange>,
    request: Request<Incoming>,
) -> Result<Response<GuardedBody<Body, Busy>>, Infallible> {
    exchange.asked.store(true, Ordering::Relaxed);
    let busy = Busy::on(&exchange.in_flight);
    let waits_to_send = request.headers().contains_key(EXPECT);
    let refusal = request_head::check(&request);
    let request = request.map(|body| RequestBody::new(body, Arc::clone(&exchange.in_flight)));
    let mut response = match refusal {
        Ok(()) => exchange.service.answer(request, exchange.peer).await,
        Err(refusal) => exchange.service.refuse(refusal, request),
    };
    // If unread body bytes are left where the next request should begin, hyper closes the connection without notice.
    let is_reusable = match exchange.in_flight.take_unread() {
        None => true,
        Some(_) if waits_to_send => false,
        Some(body) => drain(body).await,
    };
    if !is_reusable {
        exchange.is_body_unread.store(true, Ordering::Relaxed);
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    Ok(response.map(|body| GuardedBody::new(body, busy)))
}

impl Exchange {
    /// Resolves if a new connection does not send the head of a request in time, so that it does not hold a place.
    async fn sends_nothing(&self, limit: Duration) {
        sleep(limit).await;
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

    /// Resolves when no request is in flight any more. After [`Exchange::must_end`], this ends a connection that
    /// hyper keeps open because half a head has arrived, or because nobody reads the response.
    async fn has_nothing_in_flight(&self) {
        loop {
            sleep(LAST_RESPONSE).await;
            if !self.in_flight.open.is_busy() {
                return;
            }
        }
    }
}

/// Writes a refusal and closes the connection. Closing with unread input would discard the refusal on its way, so we
/// read and discard what still arrives.
pub(crate) async fn refuse(mut stream: TcpStream, refusal: &[u8]) {
    let refusing = async {
        stream.write_all(refusal).await?;
        stream.shutdown().await?;
        discard(&mut stream).await
    };
    // It makes no difference to us whether the other side received it.
    let _ = timeout(REFUSAL, refusing).await;
}

/// Reads and discards everything until the other side closes.
async fn discard(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut ignored = [0; 8 * 1024];
    while stream.read(&mut ignored).await? > 0 {}
    Ok(())
}
