//! Wraps all routes: adds the boot id, catches panics and logs.
//!
//! This is a thin layer of our own instead of several from a library, because every join and leave passes through it.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{ALLOW, CONNECTION};
use axum::http::{HeaderName, HeaderValue, Method, Request};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use oxeye_db::LogThrottle;
use oxeye_plugin_proto::limits::BOOT_ID_HEADER;
use parking_lot::Mutex;
use tower::{BoxError, Service};
use tracing::Instrument;

use super::Audience;
use super::app::App;
use super::authentication::server_of_key;
use super::client_address::Peer;
use super::error::{AlreadyLogged, ApiError, Cause, is_json};

const BOOT_ID: HeaderName = HeaderName::from_static(BOOT_ID_HEADER);

/// The service that answers all HTTP requests to one address. All connections to it share the service.
#[derive(Debug)]
pub(crate) struct HttpService {
    app: Arc<App>,
    router: Router,
    requests: AtomicU64,
    failing_store: Mutex<LogThrottle>,
    turned_away: Mutex<LogThrottle>,
}

impl HttpService {
    /// Wraps all routes for an audience.
    pub(crate) fn new(app: Arc<App>, audience: Audience) -> HttpService {
        HttpService::around(super::router(Arc::clone(&app), audience), app)
    }

    fn around(router: Router, app: Arc<App>) -> HttpService {
        HttpService {
            app,
            router,
            requests: AtomicU64::new(0),
            failing_store: Mutex::default(),
            turned_away: Mutex::default(),
        }
    }

    /// Returns the value of `X-Boot-ID` in responses that are for no server in particular.
    pub(crate) fn boot_id(&self) -> HeaderValue {
        self.app.boot_id()
    }

    #[cfg(test)]
    pub(crate) fn app(&self) -> Arc<App> {
        Arc::clone(&self.app)
    }

    /// Returns whether a peer is a trusted proxy.
    pub(crate) fn trusts(&self, peer: IpAddr) -> bool {
        self.app.trusted_proxies.contain(peer)
    }

    /// Refuses a request because of its head, whatever it asks for.
    pub(crate) fn refuse<B>(&self, refusal: ApiError, request: Request<B>) -> Response {
        drop(request);
        let mut response = refusal.into_response();
        let headers = response.headers_mut();
        headers.insert(BOOT_ID, self.app.boot_id());
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        response
    }

    /// Answers a request, whatever happens.
    pub(crate) async fn answer<B>(&self, mut request: Request<B>, peer: SocketAddr) -> Response
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let id = self.requests.fetch_add(1, Ordering::Relaxed);
        let asked = tracing::enabled!(tracing::Level::DEBUG).then(Instant::now);
        let method = request.method().clone();
        let uri = request.uri().clone();
        request.extensions_mut().insert(Peer(peer.ip()));
        // Counted before the request is handled: a loss during a sync shows with the next response.
        let sender = server_of_key(request.headers(), &self.app).await;
        let roster_losses = sender
            .as_ref()
            .map_or(0, |sender| sender.roster_losses.count());
        if let Some(sender) = sender {
            request.extensions_mut().insert(sender);
        }
        let span = tracing::info_span!("request", id);

        let route = self.route(request.map(Body::new));
        let mut response = route.instrument(span.clone()).await;

        if response.status().as_u16() >= 400 && !is_json(response.headers()) {
            response = with_error_body(&response);
        }
        let boot_id = self.app.boot_id_after(roster_losses);
        response.headers_mut().insert(BOOT_ID, boot_id);
        span.in_scope(|| self.log(&method, uri.path(), &response, asked));
        response
    }

    /// Logs a response. Our own bugs are always logged, a failing store and refused requests once in a while, and
    /// everything else only at the debug level.
    fn log(&self, method: &Method, path: &str, response: &Response, asked: Option<Instant>) {
        let status = response.status().as_u16();
        if status < 500 && asked.is_none() {
            return;
        }
        let route = route_name(path);
        let cause = response.extensions().get().map(|Cause(cause)| cause);
        match (status, cause) {
            (503, Some(cause)) => {
                if let Some(count) = self.failing_store.lock().count(1, Instant::now()) {
                    tracing::error!(%method, route, count, cause, "requests failed because the store failed");
                }
            }
            (503, None) if response.extensions().get::<AlreadyLogged>().is_none() => {
                if let Some(count) = self.turned_away.lock().count(1, Instant::now()) {
                    tracing::warn!(%method, route, count, "requests were turned away");
                }
            }
            (_, Some(cause)) => tracing::error!(%method, route, status, cause, "a request failed"),
            _ => {}
        }
        if let Some(asked) = asked {
            let micros = u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX);
            tracing::debug!(%method, route, status, micros, "answered");
        }
    }

    async fn route(&self, request: Request<Body>) -> Response {
        let answer = AssertUnwindSafe(self.router.clone().call(request)).catch_unwind();
        match answer.await {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(_panic) => ApiError::Internal("a handler panicked".to_owned()).into_response(),
        }
    }
}

/// Gives a plain-text error of axum the JSON body that all errors have. The list of allowed methods stays.
fn with_error_body(plain: &Response) -> Response {
    let mut response = ApiError::standing_for(plain.status().as_u16()).into_response();
    *response.status_mut() = plain.status();
    if let Some(allow) = plain.headers().get(ALLOW) {
        response.headers_mut().insert(ALLOW, allow.clone());
    }
    response
}

/// Returns the name of a request for the log: the first segment of the path, if it is a plain word. A URL can contain
/// anything, even a key that somebody put there by mistake.
fn route_name(path: &str) -> &str {
    let first = path.split('/').nth(1).unwrap_or_default();
    let is_word = first.len() <= 12 && first.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_word {
        &path[..path.len().min(first.len() + 1)]
    } else {
        "(other)"
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::Duration;

    use axum::http::StatusCode;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use http_body_util::BodyExt;

    use super::*;
    use crate::http::tests::site;
    use crate::http::time_limit::time_limit;

    /// Sends a request to a router and returns the status and the body.
    async fn answer_of(router: Router) -> (StatusCode, String) {
        let service = HttpService::around(router, site().app());
        tokio::time::pause();
        let request = Request::get("/").body(Body::empty()).unwrap();
        let response = service.answer(request, ([127, 0, 0, 1], 1).into()).await;
        assert!(response.headers().contains_key(BOOT_ID) && is_json(response.headers()));
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_answered_without_its_cause() {
        let panics = || async { StatusCode::from_u16(7).expect("what nobody may know") };

        let (status, body) = answer_of(Router::new().route("/", get(panics))).await;

        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(
            body.contains("log") && !body.contains("nobody may"),
            "{body}"
        );
    }

    #[tokio::test]
    async fn a_handler_that_never_ends_is_not_waited_for() {
        let hangs = || pending::<StatusCode>();
        let limit = from_fn_with_state(Duration::from_secs(60), time_limit);

        let (status, _) = answer_of(Router::new().route("/", get(hangs)).layer(limit)).await;

        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    }

    #[tokio::test]
    async fn a_refusal_in_plain_text_gets_a_json_body() {
        let plain = || async { (StatusCode::BAD_REQUEST, "in axum's own words") };

        let (status, body) = answer_of(Router::new().route("/", get(plain))).await;

        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(!body.contains("own words"), "{body}");
    }

    #[test]
    fn a_log_line_contains_at_most_one_plain_word_of_a_url() {
        assert_eq!(route_name("/join"), "/join");
        assert_eq!(route_name("/api/servers/0/my%20server/status"), "/api");
        assert_eq!(route_name("/"), "/");
        assert_eq!(route_name("*"), "*");
        assert_eq!(route_name("/oxk_secret"), "(other)");
        assert_eq!(route_name("/oxeye-ABCDEFGHJK"), "(other)");
    }
}
