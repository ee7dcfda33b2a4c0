//! What operators may see and do. A handler that takes [`Operator`] answers nobody else.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;

use super::app::{App, Seen};
use super::body::Fields;
use super::error::ApiError;
use super::health::{self, Audience};
use super::messages::{Success, fleet_status};
use crate::ids::SlotId;
use crate::operator_messages::FleetStatus;

/// Proof that a request came with the operator token.
pub(crate) struct Operator;

impl FromRequestParts<Arc<App>> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        match app.operator.came_with(&parts.headers) {
            true => Ok(Self),
            false => Err(ApiError::NotOperator),
        }
    }
}

/// What a path names: a slot or a world.
pub(crate) struct Named(pub(crate) String);

impl FromRequestParts<Arc<App>> for Named {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let named = Path::<String>::from_request_parts(parts, app).await;
        let Path(name) =
            named.map_err(|_| ApiError::Malformed("this path cannot be used".into()))?;
        Ok(Self(name))
    }
}

/// `GET /api/fleet`: the full state.
pub(crate) async fn status(
    _: Operator,
    Seen(view): Seen,
    State(app): State<Arc<App>>,
) -> Json<FleetStatus> {
    let trouble = health::trouble(&app, &view, Audience::Operators).await;
    Json(fleet_status(&view, &app.wording, app.clock.now(), trouble))
}

/// `POST /api/fleet/slots/{id}/stop`: stops a server, whoever plays on it.
pub(crate) async fn stop(
    _: Operator,
    State(app): State<Arc<App>>,
    Named(slot): Named,
) -> Result<Json<Success>, ApiError> {
    let slot: SlotId = slot.parse()?;
    app.fleet.stop(slot).await?;
    Ok(Json(Success::ANSWER))
}

/// `POST /api/fleet/drain`: starts no new servers any more, in the fleet or on one worker, or does again.
pub(crate) async fn drain(
    _: Operator,
    State(app): State<Arc<App>>,
    fields: Fields,
) -> Result<Json<Success>, ApiError> {
    let worker = fields.worker()?;
    match app.fleet.drain(worker, fields.flag("on")?).await? {
        true => Ok(Json(Success::ANSWER)),
        false => Err(ApiError::UnknownWorker),
    }
}
