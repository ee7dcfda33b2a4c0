//! The lock on a plugin's routes: a handler that takes [`LinkedServer`] speaks for exactly one server.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use governor::clock::Clock;
use oxeye_db::Reporter;
use oxeye_plugin_proto::ApiKey;

use super::app::App;
use super::error::ApiError;

/// The server whose API key came with the request, within its rate limit.
pub(crate) struct LinkedServer(pub(crate) Reporter);

impl FromRequestParts<Arc<App>> for LinkedServer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let key = bearer_token(&parts.headers).and_then(|token| token.parse::<ApiKey>().ok());
        let server = key
            .and_then(|key| app.database.authenticate(&key))
            .ok_or(ApiError::NotLinked)?;
        server.limiter.check().map_err(|refusal| {
            ApiError::TooMany(refusal.wait_time_from(server.limiter.clock().now()))
        })?;
        Ok(LinkedServer(server.reporter))
    }
}

/// What follows `Bearer` in the `Authorization` header. The scheme's name is case-insensitive (RFC 9110, 11.1).
pub(crate) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}
