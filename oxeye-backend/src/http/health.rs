//! The probes `/health` and `/readyz`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::app::App;
use super::error::{AlreadyLogged, json_response};

/// The value of `discord` while the bot is off.
pub(crate) const DISCORD_OFF: &str = "off";

/// The body of `/readyz`. If Oxeye is not ready, it also has the `error` of every error response.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReadyResponse {
    /// Why Oxeye is not ready, as a sentence for the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// Whether events can be taken.
    pub(crate) ready: bool,
    /// The state of the store, in words.
    pub(crate) store: String,
    /// The state of the bot, in words. Oxeye is ready even if the bot is not connected, because plugins do not need
    /// it.
    pub(crate) discord: String,
    /// False if an operator has to change something before the bot can connect.
    #[serde(default)]
    pub(crate) discord_ok: bool,
}

/// `GET /health`: answers while the process is alive, whatever the store is doing.
pub(crate) async fn health() -> Response {
    json_response(StatusCode::OK, &serde_json::json!({"status": "ok"}))
}

/// `GET /readyz`: 200 only when the store can be written.
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> Response {
    let discord = (app.discord)();
    let not_ready = app.readiness.of(&app.database).await.err();
    let ready = not_ready.is_none();
    let (error, store) = not_ready.map(|why| (why.sentence, why.words)).unzip();
    let body = ReadyResponse {
        error,
        ready,
        store: store.unwrap_or_else(|| "writable".to_owned()),
        discord: discord.words,
        discord_ok: discord.ok,
    };
    if ready {
        return json_response(StatusCode::OK, &body);
    }
    let mut not_ready = json_response(StatusCode::SERVICE_UNAVAILABLE, &body);
    // The failure of the store was logged when it was noticed.
    not_ready.extensions_mut().insert(AlreadyLogged);
    ([(RETRY_AFTER, HeaderValue::from_static("5"))], not_ready).into_response()
}
