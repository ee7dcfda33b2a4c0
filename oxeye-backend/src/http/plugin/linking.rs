//! How a plugin comes and goes: connect, disconnect, and whether it is linked.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_plugin_proto::{ConnectRequest, ConnectResponse};

use crate::http::address_limit::ConnectAttempt;
use crate::http::app::App;
use crate::http::authentication::LinkedServer;
use crate::http::body::JsonWithin;
use crate::http::error::{ApiError, json_response};

/// The largest body of a stranger. A link code with everything around it has less than a hundred bytes.
const MAX_CONNECT_BYTES: usize = 4096;

/// `POST /connect`: a link code becomes an API key. Public, hence [`ConnectAttempt`].
pub(crate) async fn connect(
    State(app): State<Arc<App>>,
    _: ConnectAttempt,
    body: Result<JsonWithin<MAX_CONNECT_BYTES, ConnectRequest>, ApiError>,
) -> Result<Response, ApiError> {
    let JsonWithin(request) = body.map_err(not_a_code)?;
    let api_key = app
        .database
        .redeem_link_code(&request.code, app.now())
        .await?;
    Ok(json_response(
        StatusCode::CREATED,
        &ConnectResponse { api_key },
    ))
}

/// The only value of the body is the code; what the parser says might repeat it.
fn not_a_code(refusal: ApiError) -> ApiError {
    match refusal {
        ApiError::Invalid(_) => ApiError::MalformedCode,
        other => other,
    }
}

/// `POST /disconnect`: the key is revoked.
pub(crate) async fn disconnect(
    State(app): State<Arc<App>>,
    LinkedServer(server): LinkedServer,
) -> Result<StatusCode, ApiError> {
    app.database.disconnect_by_plugin(server, app.now()).await?;
    Ok(StatusCode::OK)
}

/// `GET /status`: being let in is the answer.
pub(crate) async fn status(LinkedServer(_): LinkedServer) -> StatusCode {
    StatusCode::OK
}
