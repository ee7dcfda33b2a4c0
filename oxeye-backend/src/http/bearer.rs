//! The secret in the `Authorization` header, and the server whose key it is.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use oxeye_db::AuthenticatedServer;
use oxeye_plugin_proto::ApiKey;

use super::app::App;

/// The linked server whose key came with a request, whatever its limits say.
pub(crate) fn sender(headers: &HeaderMap, app: &App) -> Option<AuthenticatedServer> {
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
