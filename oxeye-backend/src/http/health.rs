//! Alive, and ready.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use oxeye_db::Database;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::app::App;
use super::error::json_response;

/// Anybody may ask, and the answer costs a write, so one answer serves all who ask within this time.
const ANSWER_LASTS: Duration = Duration::from_secs(1);

/// A store that takes longer than this to write one row cannot be called ready.
const STORE_PATIENCE: Duration = Duration::from_secs(3);

/// What `discord` says while there is no bot.
pub const DISCORD_OFF: &str = "off";

/// The body of `/readyz`. When not ready it also has the `error` that every refusal has.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReadyResponse {
    /// What to do about it, when not ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether events can be taken.
    pub ready: bool,
    /// The store, in words.
    pub store: String,
    /// Discord, in words. Trouble there leaves the server ready: plugins do not need it.
    pub discord: String,
    /// False when somebody has to change something before the bot can be connected.
    #[serde(default)]
    pub discord_ok: bool,
}

/// The last look at the store: when, and what it said.
#[derive(Debug, Default)]
pub(crate) struct Readiness(Mutex<Option<(Instant, Result<(), String>)>>);

impl Readiness {
    /// Whoever asks while somebody else is looking waits for that answer.
    pub(crate) async fn of(&self, database: &Database) -> Result<(), String> {
        let mut last = self.0.lock().await;
        if let Some((at, answer)) = &*last
            && at.elapsed() < ANSWER_LASTS
        {
            return answer.clone();
        }
        let answer = match tokio::time::timeout(STORE_PATIENCE, database.check_writable()).await {
            Ok(looked) => looked.map_err(|error| error.to_string()),
            Err(_elapsed) => Err("the store does not answer".to_owned()),
        };
        if let Err(cause) = &answer {
            tracing::error!(cause, "the store cannot be written");
        }
        *last = Some((Instant::now(), answer.clone()));
        answer
    }
}

/// `GET /health`: the process is alive. Touches nothing.
pub(crate) async fn health() -> Response {
    json_response(StatusCode::OK, &serde_json::json!({"status": "ok"}))
}

/// `GET /readyz`: 200 only when the store can be written.
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> Response {
    let discord = (app.discord)();
    let ready = app.readiness.of(&app.database).await.is_ok();
    let body = ReadyResponse {
        error: (!ready).then(|| {
            "Oxeye cannot write its store; its operator finds the cause in the log.".to_owned()
        }),
        ready,
        store: if ready { "writable" } else { "not writable" }.to_owned(),
        discord: discord.words,
        discord_ok: discord.ok,
    };
    if ready {
        return json_response(StatusCode::OK, &body);
    }
    let not_ready = json_response(StatusCode::SERVICE_UNAVAILABLE, &body);
    ([(RETRY_AFTER, HeaderValue::from_static("5"))], not_ready).into_response()
}
