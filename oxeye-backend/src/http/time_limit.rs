//! How long a handler may take. What its routes need is said where the routes are listed.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::timeout;

use super::error::ApiError;

/// For routes that take as long as there is data. Whoever uses them holds the operator token, and
/// what is sent or fetched piece by piece has a time limit for each piece.
pub(crate) const LONG_TIME_LIMIT: Duration = Duration::from_secs(6 * 3600);

/// A layer around routes: what takes longer is answered 503.
pub(crate) async fn time_limit(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let answered = timeout(limit, next.run(request)).await;
    answered.map_err(|_elapsed| ApiError::TimedOut)
}
