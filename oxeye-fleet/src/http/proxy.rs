//! `/gameserver/*`: passes a request on to the server of the session that it names, and the answer back.
//! That counts as activity, for as long as it goes on.
//!
//! | module       | subject                                                     |
//! |--------------|-------------------------------------------------------------|
//! | `session`    | which session a request belongs to                          |
//! | `headers`    | which headers are passed on, and which are ours             |
//! | `exchange`   | one request and its answer, streamed both ways              |
//! | `tunnel`     | what follows an upgrade to WebSocket                        |
//! | `activity`   | keeps a session alive meanwhile                             |

mod activity;
mod exchange;
mod headers;
mod session;
mod tunnel;

use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{SET_COOKIE, VARY};
use axum::response::{IntoResponse, Response};

use self::session::NamedIn;
use super::app::App;
use super::error::ApiError;
use super::server::Peer;
use super::{game, pages};
use crate::controller::Located;
use crate::ids::SessionId;
use crate::rules::State as SlotState;

const PREFIX: &str = "/gameserver";

/// What an answer depends on besides its URL: two players get different ones.
const DEPENDS_ON: HeaderValue = HeaderValue::from_static("cookie, x-session-id");

/// Returns whether a path is one that is passed on.
pub(crate) fn is_proxied(path: &str) -> bool {
    path.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(crate) async fn proxy(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response {
    let Some(named) = NamedIn::find(request.headers(), request.uri().query()) else {
        return no_session(&request);
    };
    match app.fleet.locate(named.session()).await {
        Ok(Some(located)) => {
            let cookie = cookie_for(named, &request);
            let mut answer = at_server(&app, peer, &located, named.session(), request).await;
            let headers = answer.headers_mut();
            headers.append(VARY, DEPENDS_ON);
            headers.extend(cookie.map(|cookie| (SET_COOKIE, cookie)));
            answer
        }
        Ok(None) => no_session(&request),
        Err(not_serving) => not_yet(&request, &not_serving.into()),
    }
}

/// Only pages are redirected: what a page fetches would otherwise start a server for nobody.
fn no_session(request: &Request) -> Response {
    match pages::is_for_a_page(request.headers()) {
        true => game::redirect("/game"),
        false => ApiError::UnknownSession.into_response(),
    }
}

/// Tells a person to wait with a page that reloads itself, and a program with an error.
fn not_yet(request: &Request, error: &ApiError) -> Response {
    match pages::shows_html(request.method(), request.headers()) {
        true => pages::starting(),
        false => error.clone().into_response(),
    }
}

/// Returns the cookie for a page whose URL names the session: what it loads has URLs without it.
fn cookie_for(named: NamedIn, request: &Request) -> Option<HeaderValue> {
    let is_page = pages::shows_html(request.method(), request.headers())
        && pages::is_for_a_page(request.headers());
    match named {
        NamedIn::Url(id) if is_page => session::cookie(id),
        NamedIn::Url(_) | NamedIn::Header(_) | NamedIn::Cookie(_) => None,
    }
}

async fn at_server(
    app: &Arc<App>,
    peer: Peer,
    located: &Located,
    session: SessionId,
    request: Request,
) -> Response {
    match located.state {
        SlotState::Running | SlotState::Idle => {
            let Some(address) = (app.reach)(&located.worker, located.port) else {
                return ApiError::ServerUnavailable.into_response();
            };
            let answer = exchange::pass_on(app, peer, &address, session, request).await;
            answer.unwrap_or_else(IntoResponse::into_response)
        }
        SlotState::Failed => ApiError::ServerUnavailable.into_response(),
        // A server that is being stopped or deleted, and has a session, starts again.
        SlotState::Starting | SlotState::Stopping | SlotState::Stopped | SlotState::Deleting => {
            not_yet(&request, &ApiError::ServerStarting)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_below_the_prefix_is_passed_on() {
        assert!(is_proxied("/gameserver"));
        assert!(is_proxied("/gameserver/a/b"));
        assert!(!is_proxied("/gameservers"));
        assert!(!is_proxied("/game"));
    }
}
