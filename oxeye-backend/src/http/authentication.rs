//! Authentication: a handler that takes [`LinkedServer`] or [`BulkReporter`] acts for exactly one server, one that
//! takes [`Operator`] answers only the operator, and one that takes [`Reader`] also those who may only read.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH};
use axum::http::request::Parts;
use oxeye_db::{AuthenticatedServer, Reporter};
use oxeye_plugin_proto::ApiKey;
use tokio::sync::OwnedSemaphorePermit;

use super::app::App;
use super::error::{ApiError, Unavailable};
use super::tokens::Holder;

/// The server whose API key came with the request, which is within its rate limit.
pub(crate) struct LinkedServer(pub(crate) Reporter);

impl FromRequestParts<Arc<App>> for LinkedServer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        Ok(LinkedServer(authenticate(parts, app)?.reporter))
    }
}

/// The same for a batch or a sync, which can change a lot: the server is also within its limit of events in bulk,
/// and holds one of its few permits to have such a request read and applied.
pub(crate) struct BulkReporter {
    pub(crate) reporter: Reporter,
    /// Returned when the response has been built.
    _permit: OwnedSemaphorePermit,
}

impl FromRequestParts<Arc<App>> for BulkReporter {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let server = authenticate(parts, app)?;
        let permit = server.bulk.acquire().await.ok_or(Unavailable::Stopping)?;
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

/// The server that reports activity. Reports of activity have a limit and permits of their own, so that they never
/// delay reports of who is online. The server is within that limit, and has been charged for one event.
pub(crate) struct ActivityReporter {
    pub(crate) server: AuthenticatedServer,
    /// Length of the body in bytes, if the request says it.
    pub(crate) body_length: Option<usize>,
    /// Returned when the response has been built.
    _permit: OwnedSemaphorePermit,
}

impl FromRequestParts<Arc<App>> for ActivityReporter {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let server = sender(parts).ok_or(ApiError::NotLinked)?.clone();
        let permit = server
            .activity
            .acquire()
            .await
            .ok_or(Unavailable::Stopping)?;
        let checked = server.limits.check_activity(app.now());
        checked.map_err(ApiError::TooMany)?;
        let length = parts.headers.get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        Ok(ActivityReporter {
            server,
            body_length: length,
            _permit: permit,
        })
    }
}

fn authenticate<'a>(parts: &'a Parts, app: &App) -> Result<&'a AuthenticatedServer, ApiError> {
    let server = sender(parts).ok_or(ApiError::NotLinked)?;
    let checked = server.limits.check_request(app.now());
    checked.map_err(ApiError::TooMany)?;
    Ok(server)
}

/// Returns the linked server whose API key came with a request, without checking its rate limit.
pub(crate) fn sender(parts: &Parts) -> Option<&AuthenticatedServer> {
    parts.extensions.get()
}

/// Looks up the linked server whose API key comes with a request, and counts the key as used. This is done once for
/// each request, before anything else.
pub(crate) async fn server_of_key(headers: &HeaderMap, app: &App) -> Option<AuthenticatedServer> {
    let key: ApiKey = bearer_token(headers)?.parse().ok()?;
    app.database.use_key(&key, app.now()).await
}

/// Proof that the request came with the operator token.
pub(crate) struct Operator;

impl FromRequestParts<Arc<App>> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        match holder(&parts.headers, app) {
            Some(Holder::Operator) => Ok(Operator),
            Some(Holder::Reader) => Err(ApiError::OnlyReader),
            None => Err(ApiError::NotOperator),
        }
    }
}

/// Proof that the request came with the operator token or the reader token, and with which of them.
pub(crate) struct Reader(pub(crate) Holder);

impl FromRequestParts<Arc<App>> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let holder = holder(&parts.headers, app);
        holder.map(Reader).ok_or(ApiError::NotOperator)
    }
}

/// Returns whose token came with a request.
pub(crate) fn holder(headers: &HeaderMap, app: &App) -> Option<Holder> {
    app.tokens.holder(bearer_token(headers)?.as_bytes())
}

/// Returns what follows `Bearer` in the `Authorization` header. The name of the scheme is case-insensitive
/// (RFC 9110, 11.1). With two such headers, a proxy and we could disagree about which one counts, so neither does.
fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let value = value.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}
