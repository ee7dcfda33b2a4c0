//! Which pages of other origins may call the API: the game page is on a player's server, the API is not.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const ALLOWED_HEADERS: HeaderValue =
    HeaderValue::from_static("authorization, content-type, x-player-id, x-session-id");
const ALLOWED_METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");
const EXPOSED_HEADERS: HeaderValue = HeaderValue::from_static("retry-after");
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The origins of pages that may call the API.
#[derive(Debug)]
pub(crate) struct Origins {
    all: bool,
    listed: Vec<String>,
}

impl Origins {
    pub(crate) fn new(origins: &[String]) -> Self {
        Self {
            all: origins.iter().any(|origin| origin == "*"),
            listed: origins.to_vec(),
        }
    }

    /// Allows the page that sent a request to read the answer, if it is of one of these origins.
    /// `sendBeacon` sends cookies along, which needs a further header that must not go with `*`.
    fn allow(&self, origin: Option<&HeaderValue>, answer: &mut HeaderMap) {
        if !self.listed.is_empty() {
            answer.append(VARY, HeaderValue::from_static("origin"));
        }
        let Some(origin) = origin else { return };
        let is_listed = self
            .listed
            .iter()
            .any(|listed| listed.as_bytes() == origin.as_bytes());
        if is_listed {
            answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            answer.insert(
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
        } else if self.all {
            answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        } else {
            return;
        }
        answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
    }
}

/// A layer around routes that pages of other origins may call. Answers preflight requests itself.
pub(crate) async fn cors(
    State(origins): State<Arc<Origins>>,
    request: Request,
    next: Next,
) -> Response {
    let origin = request.headers().get(ORIGIN).cloned();
    let is_preflight = request.method() == Method::OPTIONS
        && origin.is_some()
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut answer = match is_preflight {
        true => preflight(),
        false => next.run(request).await,
    };
    origins.allow(origin.as_ref(), answer.headers_mut());
    answer
}

fn preflight() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS),
        (ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS),
        (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(configured: &[&str], origin: &str, expected: Option<&str>) {
        let configured: Vec<_> = configured.iter().map(|text| (*text).to_owned()).collect();
        let mut answer = HeaderMap::new();
        let origin = HeaderValue::from_str(origin).unwrap();
        Origins::new(&configured).allow(Some(&origin), &mut answer);
        let allowed = answer.get(ACCESS_CONTROL_ALLOW_ORIGIN);
        assert_eq!(allowed.map(|value| value.to_str().unwrap()), expected);
    }

    #[test]
    fn only_pages_of_configured_origins_may_read_answers() {
        let game = "http://localhost:8081";
        check(&[], game, None);
        check(&[game], game, Some(game));
        check(&[game], "http://localhost:80810", None);
        check(&[game], "null", None);
        check(&["*"], game, Some("*"));
        check(&["*", game], game, Some(game));
    }
}
