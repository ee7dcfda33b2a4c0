//! `POST /activity`: what players did, one event or a numbered batch.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use oxeye_db::{ActivityReport, StoreError, TakeActivityError, UnixSeconds};
use oxeye_plugin_proto::limits::{
    MAX_ACTIVITY_BATCH_BYTES, MAX_EVENTS_PER_BATCH, MAX_IDEMPOTENCY_KEY_CHARS,
};
use oxeye_plugin_proto::{ActivityRequest, ActivityResponse, EventsResponse};

use super::batches::{acked_seq, epoch_refusal, wire_refusals};
use crate::http::app::App;
use crate::http::authentication::ActivityReporter;
use crate::http::body::JsonWithin;
use crate::http::error::{ApiError, RequestError, Unavailable, Unknown, json_response};

/// The header by which a single event is recognised when it is sent again.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The value of that header, if there is one. Not checked yet, because it has no meaning beside a batch.
pub(crate) struct IdempotencyKey(Option<HeaderValue>);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.headers.get(IDEMPOTENCY_KEY).cloned()))
    }
}

/// Responds once everything new is on disk.
pub(crate) async fn activity(
    State(app): State<Arc<App>>,
    reporter: ActivityReporter,
    key: IdempotencyKey,
    request: Result<JsonWithin<MAX_ACTIVITY_BATCH_BYTES, ActivityRequest>, ApiError>,
) -> Result<Response, ApiError> {
    let now = app.now();
    let limits = &reporter.server.limits;
    let JsonWithin(request) = request.inspect_err(|error| {
        if matches!(error, ApiError::Request(_)) {
            limits.charge_activity(events_in(reporter.body_length), now);
        }
    })?;
    let last_seq = match &request {
        ActivityRequest::Batch(batch) => Some(batch.last_seq()),
        ActivityRequest::Single(_) => None,
    };
    let report = match request {
        ActivityRequest::Batch(batch) => ActivityReport::Batch(batch),
        ActivityRequest::Single(event) => ActivityReport::Single {
            event,
            idempotency_key: key.checked()?,
        },
    };
    limits.charge_activity(report.count().saturating_sub(1), now);
    let taken = app
        .database
        .take_activity(reporter.server.reporter, report, now);
    let answer = taken.await.map_err(|error| activity_refusal(error, now))?;
    let Some(last_seq) = last_seq else {
        let answer = ActivityResponse { server_time: now };
        return Ok(json_response(StatusCode::OK, &answer));
    };
    let response = EventsResponse {
        acked_seq: acked_seq(answer.acked_seq, last_seq),
        resync: false,
        server_time: now,
        missing: Vec::new(),
        refused: wire_refusals(answer.refused),
    };
    Ok(json_response(StatusCode::OK, &response))
}

/// Returns as how many events a body counts that could not be used: as many as a batch of that length may have.
fn events_in(body_length: Option<usize>) -> usize {
    let length = body_length.unwrap_or(usize::MAX);
    length.min(MAX_ACTIVITY_BATCH_BYTES) / (MAX_ACTIVITY_BATCH_BYTES / MAX_EVENTS_PER_BATCH)
}

impl IdempotencyKey {
    fn checked(self) -> Result<Option<String>, ApiError> {
        let Self(Some(value)) = self else {
            return Ok(None);
        };
        let key = value.to_str().unwrap_or_default().trim();
        let is_key = (1..=MAX_IDEMPOTENCY_KEY_CHARS).contains(&key.len());
        if is_key && key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Some(key.to_owned()));
        }
        let why = format!(
            "Idempotency-Key has 1 to {MAX_IDEMPOTENCY_KEY_CHARS} visible ASCII characters"
        );
        Err(RequestError::Invalid(why.into()).into())
    }
}

fn activity_refusal(error: TakeActivityError, now: UnixSeconds) -> ApiError {
    match error {
        TakeActivityError::Off => Unknown::ActivityOff.into(),
        TakeActivityError::Refused(why) => RequestError::Invalid(why.into()).into(),
        TakeActivityError::TooManyNewPlayers(too_many) => {
            ApiError::TooManyNewPlayers(too_many.wait)
        }
        TakeActivityError::NotLinked => ApiError::NotLinked,
        TakeActivityError::Epoch(error) => epoch_refusal(error, now),
        TakeActivityError::Store(StoreError::Lost(lost)) => Unavailable::ActivityLost(lost).into(),
        TakeActivityError::Store(error) => error.into(),
    }
}
