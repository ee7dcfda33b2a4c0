//! What anybody may know about the fleet.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::error::ApiError;
use super::messages::{Capacity, Health, Servers};

/// `GET /api/servers`: all servers and who is on them.
pub(crate) async fn servers(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    let view = app.fleet.view();
    let servers = Servers::of(&view, &app.wording, app.clock.now());
    let json = serde_json::to_vec(&servers).map_err(|error| {
        tracing::error!(%error, "the list of servers cannot be written as JSON");
        ApiError::Internal
    })?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, json).into_response())
}

/// `GET /api/capacity`: how full the fleet is.
pub(crate) async fn capacity(State(app): State<Arc<App>>) -> Json<Capacity> {
    Json(Capacity::of(&app.fleet.view(), &app.wording))
}

/// `GET /health`: whether new servers can be started.
pub(crate) async fn health(State(app): State<Arc<App>>) -> Json<Health> {
    Json(Health::of(&app.fleet.view(), &app.wording))
}
