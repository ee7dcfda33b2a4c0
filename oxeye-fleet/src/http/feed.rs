//! The feed: a WebSocket at any path, on which clients get the state at once, then at every change, and
//! at least every 2 s. They say nothing.
//!
//! Each state is made into bytes once, and all clients write the same bytes to their sockets. Libraries
//! for WebSocket copy each message for each client, which costs most of the time and memory here; what
//! a server that only speaks needs of the protocol fits into `frames`.
//!
//! | module    | subject                                            |
//! |-----------|----------------------------------------------------|
//! | `state`   | the newest state, as bytes that all clients share  |
//! | `frames`  | the frames of RFC 6455                              |
//! | `client`  | one client, from its upgrade to its end             |
//! | `places`  | how many clients there are, and of which address    |

mod client;
mod frames;
mod places;
mod state;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper_util::rt::TokioIo;
use oxeye_process::tasks::Tasks;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use self::places::Places;
use self::state::SharedState;
use super::app::App;
use super::error::ApiError;
use super::messages::Wording;
use super::server::{InFlight, Peer};
use crate::time::Clock;
use crate::view::FleetView;

/// The fraction of all connections that the feed may take: one in this many. The others are for players.
const SHARE_OF_CONNECTIONS: usize = 2;

/// What new clients of the feed need.
pub(crate) struct Feed {
    states: watch::Receiver<Arc<SharedState>>,
    places: Arc<Places>,
}

impl Feed {
    /// Starts to prepare the states that clients get.
    pub(crate) fn start(
        changes: watch::Receiver<Arc<FleetView>>,
        wording: Wording,
        clock: Clock,
        max_connections: usize,
        tasks: &Tasks,
    ) -> Self {
        Self {
            states: state::prepare(changes, wording, clock, tasks),
            places: Places::new(max_connections / SHARE_OF_CONNECTIONS),
        }
    }
}

/// A layer around all routes: a request to upgrade to WebSocket opens the feed, whatever its path, unless
/// it is meant for a game server.
pub(crate) async fn feed(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let is_proxied = super::proxy::is_proxied(request.uri().path());
    if is_proxied || !wants_websocket(request.headers()) {
        return next.run(request).await;
    }
    open(&app, request).unwrap_or_else(IntoResponse::into_response)
}

/// Returns whether a request wants to go on as WebSocket.
pub(crate) fn wants_websocket(headers: &HeaderMap) -> bool {
    has_word(headers, &CONNECTION, "upgrade") && has_word(headers, &UPGRADE, "websocket")
}

/// Returns whether a list of words has this one, in any case.
fn has_word(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let lines = headers.get_all(name).iter();
    let mut words = lines.flat_map(|line| line.to_str().unwrap_or_default().split(','));
    words.any(|listed| listed.trim().eq_ignore_ascii_case(word))
}

fn open(app: &Arc<App>, mut request: Request) -> Result<Response, ApiError> {
    let headers = request.headers();
    let is_right = request.method() == Method::GET
        && headers
            .get(SEC_WEBSOCKET_VERSION)
            .map(HeaderValue::as_bytes)
            == Some(b"13");
    let key = headers.get(SEC_WEBSOCKET_KEY).filter(|_| is_right);
    let Some(accept) = key.map(|key| derive_accept_key(key.as_bytes())) else {
        let mut answer = ApiError::NotWebSocket.into_response();
        let version = HeaderValue::from_static("13");
        answer.headers_mut().insert(SEC_WEBSOCKET_VERSION, version);
        return Ok(answer);
    };
    let extensions = request.extensions();
    let client = extensions
        .get::<Peer>()
        .map(|peer| app.client(peer.ip(), headers));
    let place = app.feed.places.take(client).ok_or(ApiError::FeedFull)?;
    let in_flight = extensions.get::<InFlight>().cloned();
    let upgraded = hyper::upgrade::on(&mut request);
    let (states, stop) = (app.feed.states.clone(), app.tasks.stop_signal());
    app.tasks.spawn(async move {
        if let Ok(stream) = upgraded.await {
            client::serve(TokioIo::new(stream), states, stop).await;
        }
        drop((place, in_flight));
    });
    let headers = [
        (CONNECTION, "upgrade".to_owned()),
        (UPGRADE, "websocket".to_owned()),
        (SEC_WEBSOCKET_ACCEPT, accept),
    ];
    Ok((StatusCode::SWITCHING_PROTOCOLS, headers).into_response())
}
