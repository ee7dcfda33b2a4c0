//! `GET /game`: gives a player a server and sends their browser there.

use std::sync::Arc;

use axum::extract::{Extension, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::error::ApiError;
use super::server::Peer;
use super::{pages, players, query};
use crate::controller::Joined;

pub(crate) async fn game(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    // A program that only looks must not start a server.
    if method != Method::GET {
        return ApiError::WrongMethod.into_response();
    }
    match join(&app, peer, &headers, query.as_deref()).await {
        Ok(joined) => match url_of(&app, &joined) {
            Some(url) => redirect(&url),
            None => failed(&app, &method, &headers, &ApiError::ServerUnavailable),
        },
        Err(error) => failed(&app, &method, &headers, &error),
    }
}

async fn join(
    app: &App,
    peer: Peer,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<Joined, ApiError> {
    app.may_join(peer.ip(), headers)?;
    let player = query::parameter(query, "playerId").filter(|player| !player.is_empty());
    let player = players::player_id(player.as_deref())?;
    Ok(app.fleet.join(player).await?)
}

/// Returns nothing if nobody knows where the player's server is reached.
fn url_of(app: &App, joined: &Joined) -> Option<String> {
    let server = app.wording.public_address.of(&joined.worker, joined.port)?;
    let session = joined.session.0.to_string();
    Some(query::with(
        &server,
        &[
            ("sessionId", &session),
            ("playerId", joined.player.as_str()),
        ],
    ))
}

/// Sends the player to the server that is always there, if there is one.
fn failed(app: &App, method: &Method, headers: &HeaderMap, error: &ApiError) -> Response {
    if let Some(url) = &app.wording.persistent_server_url {
        return redirect(&query::with(url, &[("error", "server_assignment_failed")]));
    }
    match pages::shows_html(method, headers) {
        true => pages::no_server(error),
        false => error.clone().into_response(),
    }
}

/// Redirects a browser temporarily.
pub(crate) fn redirect(url: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(url) else {
        tracing::error!("a URL from the settings cannot be sent in a header");
        return ApiError::Internal.into_response();
    };
    let headers = [
        (LOCATION, location),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::FOUND, headers).into_response()
}
