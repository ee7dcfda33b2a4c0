//! `/gameserver/*`: passes a request on to the server of the session that it names, and the answer back.
//! That counts as activity, for as long as it goes on.
//!
//! | module       | subject                                                     |
//! |--------------|-------------------------------------------------------------|
//! | `headers`    | which headers are passed on, and which are ours             |
//! | `exchange`   | one request and its answer, streamed both ways              |
//! | `tunnel`     | what follows an upgrade to WebSocket                        |
//! | `activity`   | keeps a session alive meanwhile                             |

mod activity;
mod exchange;
mod headers;
mod tunnel;

use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::error::ApiError;
use super::server::Peer;
use super::{game, pages, players, query};
use crate::controller::Located;
use crate::ids::SessionId;
use crate::rules::State as SlotState;

const X_SESSION_ID: HeaderName = HeaderName::from_static("x-session-id");
const SESSION_ID: &str = "sessionId";
const PREFIX: &str = "/gameserver";

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
    let session = session_of(request.headers(), request.uri().query());
    let located = match session {
        Some(session) => app.fleet.locate(session).await.zip(Some(session)),
        None => None,
    };
    match located {
        Some((located, session)) => at_server(&app, peer, &located, session, request).await,
        // Only pages are redirected: what a page fetches would otherwise start a server for nobody.
        None if pages::is_for_a_page(request.headers()) => game::redirect("/game"),
        None => ApiError::UnknownSession.into_response(),
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
            let answer = exchange::pass_on(app, peer, located.port, session, request).await;
            answer.unwrap_or_else(IntoResponse::into_response)
        }
        SlotState::Failed => ApiError::ServerUnavailable.into_response(),
        // A server that is being stopped or deleted, and has a session, starts again.
        SlotState::Starting | SlotState::Stopping | SlotState::Stopped | SlotState::Deleting => {
            match pages::shows_html(request.method(), request.headers()) {
                true => pages::starting(),
                false => ApiError::ServerStarting.into_response(),
            }
        }
    }
}

fn session_of(headers: &HeaderMap, query: Option<&str>) -> Option<SessionId> {
    let in_header = headers.get(X_SESSION_ID).map(HeaderValue::to_str);
    match in_header {
        Some(text) => players::parse_session(text.ok()?),
        None => players::parse_session(&query::parameter(query, SESSION_ID)?),
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

    #[test]
    fn a_session_is_named_in_a_header_or_in_the_url() {
        let id = "0b9e1a64-6f5e-4f0e-9d2c-6f6f6f6f6f6f";
        let mut headers = HeaderMap::new();
        let named = Some(format!("a=1&sessionId={id}"));

        assert!(session_of(&headers, named.as_deref()).is_some());
        assert!(session_of(&headers, Some("sessionId=7")).is_none());
        assert!(session_of(&headers, None).is_none());
        headers.insert(X_SESSION_ID, id.parse().unwrap());
        assert!(session_of(&headers, None).is_some());
    }
}
