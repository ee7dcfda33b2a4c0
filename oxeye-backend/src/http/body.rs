//! Reads the JSON body of a request.

use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use http_body_util::BodyExt;
use oxeye_process::clients::address_network;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::app::App;
use super::authentication::{holder, sender};
use super::body_budget::{Charge, FREE_BYTES, Payer};
use super::client_address::ClientAddress;
use super::error::{ApiError, RequestError, Unavailable};
use super::tokens::Holder;
use crate::api_messages::refusal::Why;

/// The most characters of a parser's message that we send back: it can quote a long value.
const SENTENCE_CHARS: usize = 200;

/// A JSON object of this type.
pub(crate) struct Json<T>(pub(crate) T);

/// The same, of at most `BYTES` bytes.
pub(crate) struct JsonWithin<const BYTES: usize, T>(pub(crate) T);

/// The same, or no body at all.
pub(crate) struct OptionalJson<T>(pub(crate) Option<T>);

/// The same, and an empty one if the body is no JSON object at all, as clients of an original design expect it. The
/// values of an object have to be right.
pub(crate) struct LenientJson<T>(pub(crate) T);

impl<T: DeserializeOwned + Default> FromRequest<Arc<App>> for LenientJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = read(body, &parts, app, app.body_limit).await?;
        match parse(&bytes) {
            Err(ApiError::Request(RequestError::Malformed(_))) => Ok(LenientJson(T::default())),
            parsed => parsed.map(LenientJson),
        }
    }
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        json(request, app, app.body_limit).await.map(Json)
    }
}

impl<const BYTES: usize, T: DeserializeOwned> FromRequest<Arc<App>> for JsonWithin<BYTES, T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let limit = app.body_limit.min(BYTES);
        json(request, app, limit).await.map(JsonWithin)
    }
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for OptionalJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = read(body, &parts, app, app.body_limit).await?;
        if bytes.is_empty() {
            return Ok(OptionalJson(None));
        }
        require_json(&parts.headers)?;
        parse(&bytes).map(|value| OptionalJson(Some(value)))
    }
}

async fn json<T: DeserializeOwned>(
    request: Request,
    app: &App,
    limit: usize,
) -> Result<T, ApiError> {
    let (parts, body) = request.into_parts();
    require_json(&parts.headers)?;
    parse(&read(body, &parts, app, limit).await?)
}

fn require_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(RequestError::NotJson.into())
    }
}

async fn read(body: Body, parts: &Parts, app: &App, limit: usize) -> Result<Bytes, ApiError> {
    // If the announced length is too large, we refuse the body before we read any of it.
    if body.size_hint().lower() > limit as u64 {
        return Err(RequestError::BodyTooLarge(limit).into());
    }
    let received = receive(body, parts, app, limit);
    match tokio::time::timeout(app.request_timeout, received).await {
        Ok(received) => received,
        Err(_elapsed) => Err(RequestError::BodyTooSlow.into()),
    }
}

/// Copies what arrives into one buffer. The frames are slices of larger buffers, so keeping thousands of frames of
/// one byte each would take much more memory than their bytes.
async fn receive(
    mut body: Body,
    parts: &Parts,
    app: &App,
    limit: usize,
) -> Result<Bytes, ApiError> {
    let mut received = Vec::new();
    let mut charge = None;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| RequestError::BodyBroken)?.into_data() else {
            continue;
        };
        let bytes = received.len() + data.len();
        if bytes > limit {
            return Err(RequestError::BodyTooLarge(limit).into());
        }
        if received.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        if bytes > received.capacity() {
            let capacity = (received.capacity() * 2).min(limit).max(bytes);
            if capacity > FREE_BYTES {
                let charge = charge.get_or_insert_with(|| begin_charge(parts, app));
                make_room(charge, capacity).await?;
            }
            received.reserve_exact(capacity - received.len());
        }
        received.extend_from_slice(&data);
    }
    Ok(received.into())
}

/// Only large bodies get here, so small ones do not pay for a second look-up of the token.
fn begin_charge<'a>(parts: &Parts, app: &'a App) -> Charge<'a> {
    let budget = match holder(&parts.headers, app) {
        Some(Holder::Operator) => &app.operator_bodies,
        Some(Holder::Reader) | None => &app.bodies,
    };
    budget.charge(payers(parts, app))
}

async fn make_room(charge: &mut Charge<'_>, capacity: usize) -> Result<(), ApiError> {
    let grown = charge.grow_to(capacity).await;
    grown.map_err(|_spent| Unavailable::BodiesFull.into())
}

/// Returns who is charged for a body.
fn payers(parts: &Parts, app: &App) -> Vec<Payer> {
    let ClientAddress(address) = app.trusted_proxies.client_of(parts);
    let address = Payer::Address(address_network(address));
    let server = sender(parts).map(|server| Payer::Server(server.id));
    server.into_iter().chain([address]).collect()
}

/// Parses a body. Fails with 400 if it is not a JSON object, and with 422 if a value in it cannot be used.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // serde would accept a list as a struct, with the fields in order, but no plugin means that.
    let is_object = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    match serde_json::from_slice(bytes) {
        Ok(value) if is_object => Ok(value),
        Err(error) if is_object && error.classify() == Category::Data => {
            Err(RequestError::Invalid(Why::of_json(&error)).into())
        }
        Err(error) if error.classify() != Category::Data => {
            Err(RequestError::Malformed(sentence_with_place(&error)).into())
        }
        _ => Err(RequestError::Malformed("expected an object in braces".to_owned()).into()),
    }
}

/// Returns the parser's message with the position, without which nobody finds the mistake in a large body.
fn sentence_with_place(error: &serde_json::Error) -> String {
    error.to_string().chars().take(SENTENCE_CHARS).collect()
}
