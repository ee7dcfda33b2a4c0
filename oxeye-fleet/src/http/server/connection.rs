//! One connection from its first byte to its end, or until it is upgraded from HTTP to something else.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use axum::response::IntoResponse;
use futures_util::FutureExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use oxeye_process::clients::{GuardedBody, OpenConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::Peer;
use super::in_flight::InFlight;
use super::stalled::NotStalled;
use crate::http::error::ApiError;

/// How long the head of a request may take, and how long a connection may be idle before it. Clients
/// send a heartbeat every 5 s, which keeps theirs open.
const HEAD: Duration = Duration::from_secs(30);

/// The largest head of a request. hyper's default is about 400 KiB, for each connection.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// How long the last response may take once we are stopping.
const LAST_RESPONSE: Duration = Duration::from_secs(5);

/// How long it may take to write what hyper still holds of that response.
const LAST_BYTES: Duration = Duration::from_millis(200);

/// How long a refused client may take to read the refusal.
const REFUSAL: Duration = Duration::from_secs(1);

/// Serves a connection until the other side closes it, a timeout passes, a new connection needs its
/// place, or we are stopping and the request in flight has been answered.
pub(super) async fn serve(
    stream: TcpStream,
    peer: Peer,
    routes: Router,
    open: OpenConnection,
    stop: CancellationToken,
) {
    let open = Arc::new(open);
    let routes = Arc::new(TowerToHyperService::new(routes));
    let service =
        service_fn(|request| answer(Arc::clone(&routes), request, peer, InFlight::on(&open)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(MAX_HEAD_BYTES)
        // A client may close its side after the request and still read the response.
        .half_close(true)
        .serve_connection(TokioIo::new(NotStalled::new(stream)), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        biased;
        ended = connection.as_mut() => {
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
            return;
        }
        () = open.gives_way() => return,
        () = stop.cancelled() => {}
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        // It makes no difference any more how it ends.
        _ = timeout(LAST_RESPONSE, connection) => {}
        () = has_nothing_in_flight(&open) => {}
    }
}

/// Resolves when no request is in flight. This ends a connection that hyper keeps open because half a
/// head has arrived.
async fn has_nothing_in_flight(open: &OpenConnection) {
    loop {
        sleep(LAST_BYTES).await;
        if !open.is_busy() {
            return;
        }
    }
}

async fn answer(
    routes: Arc<TowerToHyperService<Router>>,
    mut request: Request<Incoming>,
    peer: Peer,
    in_flight: InFlight,
) -> Result<Response<GuardedBody<Body, InFlight>>, Infallible> {
    let extensions = request.extensions_mut();
    extensions.insert(peer);
    extensions.insert(in_flight.clone());
    let method = request.method().clone();
    let answering = AssertUnwindSafe(routes.call(request.map(Body::new))).catch_unwind();
    let response = match answering.await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(_panic) => {
            tracing::error!(%method, "a handler panicked");
            ApiError::Internal.into_response()
        }
    };
    // While its body is being written, the request is in flight.
    Ok(response.map(|body| GuardedBody::new(body, in_flight)))
}

/// Tells a client that there is no room, and closes the connection. Closing with unread input would
/// discard the refusal on its way, so we read and discard what still arrives.
pub(super) async fn refuse(mut stream: TcpStream) {
    let error = ApiError::TooManyConnections;
    let body = format!(r#"{{"success":false,"error":"{error}"}}"#);
    let retry_after = error.retry_after().unwrap_or_default().as_secs();
    let refusal = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: {}\r\nretry-after: {retry_after}\r\nconnection: close\r\n\r\n{body}",
        body.len(),
    );
    let refusing = async {
        stream.write_all(refusal.as_bytes()).await?;
        stream.shutdown().await?;
        let mut ignored = [0; 8 * 1024];
        while stream.read(&mut ignored).await? > 0 {}
        Ok::<_, std::io::Error>(())
    };
    // It makes no difference to us whether the other side received it.
    let _ = timeout(REFUSAL, refusing).await;
}
