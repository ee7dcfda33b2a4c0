//! One request and its answer, streamed both ways.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::{CONNECTION, UPGRADE};
use axum::http::{HeaderValue, StatusCode, Version};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use oxeye_probe::Address;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_util::sync::{CancellationToken, DropGuard, WaitForCancellationFutureOwned};

use super::activity::Activity;
use super::headers::{self, Origin};
use super::tunnel;
use crate::http::app::App;
use crate::http::error::ApiError;
use crate::http::server::{InFlight, Peer};
use crate::http::upgrade::wants_websocket;
use crate::ids::SessionId;

/// How long a game server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// How long a game server may take for the head of its answer, once it has the whole request.
const HEAD: Duration = Duration::from_secs(60);

/// Passes a request on to a game server.
pub(super) async fn pass_on(
    app: &Arc<App>,
    peer: Peer,
    address: &Address,
    session: SessionId,
    mut request: Request,
) -> Result<Response, ApiError> {
    let activity = Activity::start(app, session);
    let wants_tunnel = wants_websocket(request.headers());
    let from_client = wants_tunnel.then(|| hyper::upgrade::on(&mut request));
    let in_flight = request.extensions().get::<InFlight>().cloned();
    let (request, sent) = prepared(app, peer, request, &activity)?;

    let mut answer = ask(app, address, request, &sent).await?;
    let is_tunnel = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
    // It is we who speak to the client, in our version of HTTP (RFC 9110, section 6.2).
    *answer.version_mut() = Version::HTTP_11;
    headers::remove_hop_by_hop(answer.headers_mut());
    match from_client {
        Some(from_client) if is_tunnel => {
            let from_server = hyper::upgrade::on(&mut answer);
            let stop = app.tasks.stop_signal();
            app.tasks.spawn(async move {
                if let (Ok(client), Ok(server)) = (from_client.await, from_server.await) {
                    let (client, server) = (TokioIo::new(client), TokioIo::new(server));
                    let copying = tunnel::copy(client, server, &activity);
                    stop.run_until_cancelled(copying).await;
                }
                drop(in_flight);
            });
            as_upgrade(answer.headers_mut());
            Ok(answer.map(Body::new))
        }
        // The client has not asked for an upgrade.
        None if is_tunnel => Err(unavailable("it switches protocols unasked")),
        _ => Ok(answer.map(|body| Body::new(Watched::new(Body::new(body), activity, None)))),
    }
}

/// Makes a request into the one for the game server. The token is cancelled when its body has been sent.
fn prepared(
    app: &App,
    peer: Peer,
    request: Request,
    activity: &Arc<Activity>,
) -> Result<(Request, CancellationToken), ApiError> {
    let (mut parts, body) = request.into_parts();
    let uri = headers::uri_at_game_server(&parts.uri);
    parts.version = Version::HTTP_11;
    parts.uri = uri.ok_or_else(|| ApiError::Malformed("this path cannot be used".to_owned()))?;
    let wants_tunnel = wants_websocket(&parts.headers);
    let origin = Origin {
        peer: peer.ip(),
        is_trusted: app.proxies.contain(peer.ip()),
    };
    headers::to_game_server(&mut parts.headers, origin);
    if wants_tunnel {
        as_upgrade(&mut parts.headers);
    }
    parts.extensions.clear();
    let sent = CancellationToken::new();
    let ended = Some(sent.clone().drop_guard());
    let body = Watched::new(body, Arc::clone(activity), ended);
    Ok((Request::from_parts(parts, Body::new(body)), sent))
}

fn as_upgrade(headers: &mut axum::http::HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
}

/// Sends a request over a connection of its own, and returns the answer as soon as its head is here.
async fn ask(
    app: &App,
    address: &Address,
    request: Request,
    sent: &CancellationToken,
) -> Result<hyper::Response<hyper::body::Incoming>, ApiError> {
    let connecting = TcpStream::connect((address.host(), address.port()));
    let stream = match timeout(CONNECT, connecting).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(_)) => return Err(unavailable("it accepts no connection")),
        Err(_elapsed) => return Err(unavailable("it does not answer")),
    };
    // If this fails, small messages are only delayed.
    let _ = stream.set_nodelay(true);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|_| unavailable("it closes the connection"))?;
    let stop = app.tasks.stop_signal();
    app.tasks.spawn(async move {
        // How it ends is reported to the sender.
        let _ = stop.run_until_cancelled(connection.with_upgrades()).await;
    });
    tokio::select! {
        answer = sender.send_request(request) => {
            answer.map_err(|_| unavailable("it does not speak HTTP"))
        }
        () = async { sent.cancelled().await; sleep(HEAD).await } => {
            Err(unavailable("it takes too long to answer"))
        }
    }
}

/// Names the reason in the log, and not to the player.
fn unavailable(reason: &str) -> ApiError {
    tracing::debug!("a request cannot be passed on to its server: {reason}");
    ApiError::ServerUnavailable
}

/// A body that counts as activity of its player, and fails when nothing has moved for too long. Its guard
/// is dropped when it has ended, or when nobody wants it any more.
struct Watched {
    body: Body,
    activity: Option<Arc<Activity>>,
    is_silent: Pin<Box<WaitForCancellationFutureOwned>>,
    ended: Option<DropGuard>,
}

impl Watched {
    fn new(body: Body, activity: Arc<Activity>, ended: Option<DropGuard>) -> Self {
        Self {
            body,
            is_silent: Box::pin(activity.is_silent().cancelled_owned()),
            activity: Some(activity),
            ended,
        }
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        match &frame {
            Poll::Ready(None) => (self.activity, self.ended) = (None, None),
            Poll::Ready(Some(_)) => self.activity.iter().for_each(|activity| activity.moves()),
            Poll::Pending if self.is_silent.as_mut().poll(cx).is_ready() => {
                let silent = std::io::Error::from(std::io::ErrorKind::TimedOut);
                return Poll::Ready(Some(Err(axum::Error::new(silent))));
            }
            Poll::Pending => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, stream};
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_body_of_which_nothing_comes_fails_after_the_silence() {
        let activity = Activity::of_nobody();
        let nothing = Body::from_stream(stream::pending::<Result<Bytes, axum::Error>>());
        let mut body = Watched::new(nothing, Arc::clone(&activity), None);

        assert!(body.frame().now_or_never().is_none());
        activity.is_silent().cancel();

        assert!(body.frame().await.unwrap().is_err());
    }
}
