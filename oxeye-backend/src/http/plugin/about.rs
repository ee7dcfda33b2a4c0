//! `POST /about`: what a server says about itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use oxeye_db::{AboutEvent, Icon, ServerAbout};
use oxeye_plugin_proto::AboutRequest;

use crate::http::app::App;
use crate::http::authentication::BulkReporter;
use crate::http::body::Json;
use crate::http::error::ApiError;

/// Takes what a server says about itself, which replaces what it said before.
pub(crate) async fn about(
    State(app): State<Arc<App>>,
    bulk: BulkReporter,
    Json(request): Json<AboutRequest>,
) -> Result<StatusCode, ApiError> {
    let read = app.decode_pictures(move || server_about(request)).await?;
    let about = read.map_err(ApiError::BadIcon)?;
    let event = AboutEvent { about, at: None };
    app.database
        .take_about(bulk.reporter, event, app.now())
        .await?;
    Ok(StatusCode::OK)
}

/// Decodes the icon, which takes a moment. Fails with a sentence for the sender if it is not one.
pub(super) fn server_about(request: AboutRequest) -> Result<ServerAbout, String> {
    let icon = request.icon.map(|icon| Icon::decode(icon.png()));
    Ok(ServerAbout {
        version: request.version,
        software: request.software,
        motd: request.motd,
        max_players: request.max_players,
        address: request.address,
        icon: icon.transpose().map_err(|error| error.to_string())?,
    })
}
