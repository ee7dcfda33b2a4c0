//! Limits how long a handler may take. The limit of each route is set where the routes are listed.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::timeout;

use super::error::{ApiError, Unavailable};

/// The limit on routes whose time depends on the amount of data. They need the operator token, and what is sent or
/// received in pieces has a limit on each piece.
pub(crate) const LONG_TIME_LIMIT: Duration = Duration::from_secs(6 * 3600);

/// A layer around routes, which answers with 503 if the handler takes longer.
pub(crate) async fn time_limit(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let answered = timeout(limit, next.run(request)).await;
    answered.map_err(|_elapsed| Unavailable::TimedOut.into())
}
