//! What anybody may know about the fleet: by asking, or by the feed.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::{App, Seen};
use super::error::ApiError;
use super::messages::{Capacity, Servers};
use super::server::{InFlight, Peer};
use super::{proxy, upgrade};

/// `GET /api/servers`: all servers and who is on them.
pub(crate) async fn servers(
    Seen(view): Seen,
    State(app): State<Arc<App>>,
) -> Result<Response, ApiError> {
    let servers = Servers::of(&view, &app.wording, app.clock.now());
    let json = serde_json::to_vec(&servers).map_err(|error| {
        tracing::error!(%error, "the list of servers cannot be written as JSON");
        ApiError::Internal
    })?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, json).into_response())
}

/// `GET /api/capacity`: how full the fleet is.
pub(crate) async fn capacity(Seen(view): Seen, State(app): State<Arc<App>>) -> Json<Capacity> {
    Json(Capacity::of(&view, &app.wording))
}

/// A layer around all routes: a request to upgrade to WebSocket opens the feed, whatever its path, unless
/// it is meant for a game server.
pub(crate) async fn feed(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let is_proxied = proxy::is_proxied(request.uri().path());
    if is_proxied || !upgrade::wants_websocket(request.headers()) {
        return next.run(request).await;
    }
    open_feed(&app, request).unwrap_or_else(IntoResponse::into_response)
}

fn open_feed(app: &Arc<App>, mut request: Request) -> Result<Response, ApiError> {
    let answer = upgrade::accept(&request)?;
    let extensions = request.extensions();
    let client = extensions
        .get::<Peer>()
        .map(|peer| app.client(peer.ip(), request.headers()));
    let in_flight = extensions.get::<InFlight>().cloned();
    let place = app.feed.take_place(client);
    let place = place.ok_or(ApiError::FeedFull)?;
    let serving = app
        .feed
        .clone()
        .serve(hyper::upgrade::on(&mut request), app.tasks.stop_signal());
    app.tasks.spawn(async move {
        serving.await;
        drop((place, in_flight));
    });
    Ok(answer)
}
