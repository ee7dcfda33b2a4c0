//! Authentication of plugins: a handler that takes [`LinkedServer`] speaks for exactly one server.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use oxeye_db::Reporter;
use tokio::sync::OwnedSemaphorePermit;

use crate::http::app::App;
use crate::http::bearer::sender;
use crate::http::error::ApiError;

/// The server whose API key came with the request, within its rate limit.
pub(crate) struct LinkedServer(pub(crate) Reporter);

impl FromRequestParts<Arc<App>> for LinkedServer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        Ok(LinkedServer(authenticate(parts, app)?.reporter))
    }
}

/// The same for a batch or a sync, which may change much: within its limit of events in bulk, and one
/// of the few of its server that are read and carried out at the same time.
pub(crate) struct BulkReporter {
    pub(crate) reporter: Reporter,
    /// Given back when the answer is made.
    _permit: OwnedSemaphorePermit,
}

impl FromRequestParts<Arc<App>> for BulkReporter {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let server = authenticate(parts, app)?;
        let permit = server.bulk.acquire().await.ok_or(ApiError::Stopping)?;
        server
            .limits
            .check_bulk(app.now())
            .map_err(ApiError::TooMany)?;
        Ok(BulkReporter {
            reporter: server.reporter,
            _permit: permit,
        })
    }
}

fn authenticate(parts: &Parts, app: &App) -> Result<oxeye_db::AuthenticatedServer, ApiError> {
    let server = sender(&parts.headers, app).ok_or(ApiError::NotLinked)?;
    let checked = server.limits.check_request(app.now());
    checked.map_err(ApiError::TooMany)?;
    Ok(server)
}
