//! Links and unlinks the server of a plugin, and tells it whether it is linked.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_plugin_proto::{ConnectRequest, ConnectResponse};

use crate::http::address_limit::ConnectAttempt;
use crate::http::app::App;
use crate::http::authentication::LinkedServer;
use crate::http::body::JsonWithin;
use crate::http::error::{ApiError, RequestError, json_response};

/// The largest body of `/connect`. A link code and the JSON around it take less than a hundred bytes.
const MAX_CONNECT_BYTES: usize = 4096;

/// `POST /connect`: exchanges a link code for an API key. The route is public, hence [`ConnectAttempt`].
pub(crate) async fn connect(
    State(app): State<Arc<App>>,
    _: ConnectAttempt,
    body: Result<JsonWithin<MAX_CONNECT_BYTES, ConnectRequest>, ApiError>,
) -> Result<Response, ApiError> {
    let JsonWithin(request) = body.map_err(not_a_code)?;
    let redeemed = app
        .database
        .redeem_link_code(&request.code, app.now())
        .await?;
    let answer = ConnectResponse {
        api_key: redeemed.api_key,
        replaces_key: redeemed.replaces_key,
    };
    Ok(json_response(StatusCode::CREATED, &answer))
}

/// Replaces the message of the parser, which could repeat the code.
fn not_a_code(refusal: ApiError) -> ApiError {
    match refusal {
        ApiError::Request(RequestError::Invalid(_)) => ApiError::MalformedCode,
        other => other,
    }
}

/// `POST /disconnect`: revokes the key.
pub(crate) async fn disconnect(
    State(app): State<Arc<App>>,
    LinkedServer(server): LinkedServer,
) -> Result<StatusCode, ApiError> {
    app.database.disconnect_by_plugin(server, app.now()).await?;
    Ok(StatusCode::OK)
}

/// `GET /status`: answers with 200, because the key was accepted.
pub(crate) async fn status(LinkedServer(_): LinkedServer) -> StatusCode {
    StatusCode::OK
}
