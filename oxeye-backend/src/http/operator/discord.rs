//! How many members do what in Discord now, for clients of the original design. All who joined are counted, as everywhere
//! in the operator API: a number names nobody, so those who hide are in it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::health::unavailable;
use crate::api_messages::analytics::doing::{CountedMembers, ServerStats, StreamingStatus};
use crate::api_messages::analytics::recovery::GatewayNotReady;
use crate::http::app::App;
use crate::http::authentication::Reader;
use crate::http::error::{ApiError, json_response};

/// `GET /api/discord/server-stats`: how many members are there, and what they do.
pub(crate) async fn server_stats(
    State(app): State<Arc<App>>,
    _: Reader,
) -> Result<Response, ApiError> {
    counted(&app, |members| ServerStats::new(members, app.now())).await
}

/// `GET /api/discord/streaming-status`: whether anybody streams.
pub(crate) async fn streaming_status(
    State(app): State<Arc<App>>,
    _: Reader,
) -> Result<Response, ApiError> {
    counted(&app, |members| StreamingStatus::new(members, app.now())).await
}

/// Answers with what is counted. While the bot should be connected but is not, nobody knows what members do.
async fn counted<T: Serialize>(
    app: &App,
    count: impl FnOnce(&CountedMembers) -> T,
) -> Result<Response, ApiError> {
    if !(app.discord)().up {
        return Ok(unavailable(&GatewayNotReady::new(app.now())));
    }
    let presence = app.database.presence();
    let members = CountedMembers {
        joined: presence.users().len(),
        open: presence.open_sessions(),
    };
    Ok(json_response(StatusCode::OK, &count(&members)))
}
