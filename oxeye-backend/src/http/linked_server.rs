//! The lock on a plugin's routes: a handler that takes [`LinkedServer`] speaks for exactly one server.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use oxeye_db::Reporter;
use oxeye_plugin_proto::ApiKey;
use tokio::sync::OwnedSemaphorePermit;

use super::app::App;
use super::error::ApiError;

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
        let permit = server.bulk.take().await.ok_or(ApiError::Stopping)?;
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

fn authenticate(parts: &Parts, app: &App) -> Result<oxeye_db::LinkedServer, ApiError> {
    let server = sender(&parts.headers, app).ok_or(ApiError::NotLinked)?;
    let checked = server.limits.check_request(app.now());
    checked.map_err(ApiError::TooMany)?;
    Ok(server)
}

/// The linked server whose key came with a request, whatever its limits say.
pub(crate) fn sender(headers: &HeaderMap, app: &App) -> Option<oxeye_db::LinkedServer> {
    let key: ApiKey = bearer_token(headers)?.parse().ok()?;
    app.database.authenticate(&key)
}

/// What follows `Bearer` in the `Authorization` header. The scheme's name is case-insensitive (RFC 9110, 11.1).
pub(crate) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}
