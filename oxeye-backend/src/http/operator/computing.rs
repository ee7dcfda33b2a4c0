//! Runs handlers that compute over a history or over the state of all servers. They run on blocking threads, a few at
//! a time, so that a join never waits for them.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tracing::{Instrument, Span};

use crate::http::app::App;
use crate::http::authentication::Reader;
use crate::http::error::{ApiError, Unavailable};

/// A layer around routes, which runs the whole handler on a blocking thread. Only those who may read get this far. The
/// permit is held until the handler ends, even if nobody waits for its answer any more.
pub(crate) async fn off_the_workers(
    State(app): State<Arc<App>>,
    _: Reader,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let turn = Arc::clone(&app.computing).acquire_owned().await;
    let turn = turn.map_err(|_closed| Unavailable::Stopping)?;
    let runtime = Handle::current();
    let handler = next.run(request).instrument(Span::current());
    let computing = spawn_blocking(move || {
        let _until_it_ends = turn;
        runtime.block_on(handler)
    });
    let panicked = |_| ApiError::Internal("a handler panicked".to_owned());
    computing.await.map_err(panicked)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use axum::Router;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;
    use crate::http::app::COMPUTED_AT_ONCE;
    use crate::http::tests::{OPERATOR, get as asks, site};

    #[tokio::test]
    async fn a_computed_answer_does_not_run_on_a_worker_thread() {
        let app = site().app();
        let thread = || async { format!("{:?}", thread::current().id()) };
        let layer = from_fn_with_state(Arc::clone(&app), off_the_workers);
        let router = Router::new().route("/", get(thread)).layer(layer);

        let stranger = router.clone().oneshot(asks("/", "no token")).await.unwrap();
        let answer = router.oneshot(asks("/", OPERATOR)).await.unwrap();

        assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
        let here = format!("{:?}", thread::current().id());
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert_ne!(body, here.as_bytes());
    }

    #[tokio::test]
    async fn a_computed_answer_waits_for_its_turn_up_to_its_time_limit_and_a_join_does_not() {
        let site = site();
        let key = site.linked().await;
        let permits = u32::try_from(COMPUTED_AT_ONCE).unwrap();
        let app = site.app();
        let all_turns = app.computing.acquire_many(permits).await.unwrap();

        let joined = site.post("/join", &key, Body::from(r#"{"player": "Alex"}"#));
        assert_eq!(joined.await.status, StatusCode::OK);
        tokio::time::pause();
        let refused = site.operator("/api/servers").await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
        tokio::time::resume();
        drop(all_turns);
        assert_eq!(site.operator("/api/servers").await.status, StatusCode::OK);
    }
}
