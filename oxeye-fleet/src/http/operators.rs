//! What operators may see and do. A handler that takes [`Operator`] answers nobody else.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;

use super::app::App;
use super::body::Fields;
use super::error::ApiError;
use super::health::{self, Audience};
use super::messages::{Success, fleet_status};
use crate::ids::SlotId;
use crate::operator_messages::FleetStatus;
use crate::view::FleetView;

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
    State(app): State<Arc<App>>,
) -> Result<Json<FleetStatus>, ApiError> {
    let view = app.fleet.look().await;
    let view = view.ok_or_else(|| not_known_yet(&app.fleet.view()))?;
    let trouble = health::trouble(&app, &view, Audience::Operators).await;
    let status = fleet_status(&view, &app.wording, app.clock.now(), trouble);
    Ok(Json(status))
}

/// Says why it is not known yet which servers there are: no worker has said it.
fn not_known_yet(view: &FleetView) -> ApiError {
    let workers = view.workers.iter();
    let reasons = workers.filter_map(|worker| {
        let reason = &worker.trouble.as_ref()?.in_full;
        Some(format!(
            "the worker {} cannot be used: {reason}",
            worker.name
        ))
    });
    let reasons: Vec<_> = reasons.collect();
    match reasons.is_empty() {
        true => ApiError::NotKnownYet,
        false => ApiError::NotKnownBecause(reasons.join("; ")),
    }
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
