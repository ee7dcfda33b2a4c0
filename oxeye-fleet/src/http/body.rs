//! Reads the JSON body of a request, whatever its content type says: a page that is being closed sends
//! its leave as `text/plain`.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use http_body_util::BodyExt;
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::error::ApiError;
use crate::ids::{InvalidWorkerName, WorkerName};

/// The largest body in bytes.
const MAX_BYTES: usize = 16 * 1024;

/// How many bytes of a body that is too large we read and discard. A client that writes its whole body
/// before it reads then still sees the answer.
const DISCARDED_BYTES: usize = 1024 * 1024;

/// How long a body may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(10);

/// The fields of a JSON object. No body at all counts as an object without fields.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// Parses the bytes of a body.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        if bytes.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(malformed("the body must be a JSON object")),
            Err(_) => Err(malformed("the body is not JSON")),
        }
    }

    /// Returns a text; `None` if the field is absent or null.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, ApiError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(malformed(&format!("{name} must be a string"))),
        }
    }

    /// Returns the worker that is meant; `None` if the fleet is.
    pub(crate) fn worker(&self) -> Result<Option<WorkerName>, ApiError> {
        let parsed = self.text("worker")?.map(str::parse).transpose();
        parsed.map_err(|invalid: InvalidWorkerName| malformed(&invalid.to_string()))
    }

    /// Returns a field that must be true or false.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.0.get(name) {
            Some(Value::Bool(flag)) => Ok(*flag),
            _ => Err(malformed(&format!("{name} must be true or false"))),
        }
    }
}

fn malformed(sentence: &str) -> ApiError {
    ApiError::Malformed(sentence.to_owned())
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let arrived = timeout(ARRIVAL, collect(request.into_body())).await;
        let bytes = arrived.map_err(|_elapsed| ApiError::BodyTooSlow)??;
        Self::parse(&bytes)
    }
}

async fn collect(mut body: Body) -> Result<Bytes, ApiError> {
    let mut kept = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_broken| malformed("the body ended early"))?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        length += data.len();
        if length > DISCARDED_BYTES {
            break;
        }
        if length <= MAX_BYTES {
            kept.extend_from_slice(data);
        }
    }
    if length > MAX_BYTES {
        return Err(ApiError::BodyTooLarge(MAX_BYTES));
    }
    Ok(kept.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Result<Option<&str>, &str>) {
        let fields = Fields::parse(body.as_bytes());
        let text = fields
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|fields| fields.text("playerId"));
        assert_eq!(
            text.map_err(|error| error.to_string()),
            expected.map_err(str::to_owned)
        );
    }

    #[test]
    fn a_text_may_be_there_be_null_or_be_absent() {
        check(r#"{"playerId": "Ada"}"#, Ok(Some("Ada")));
        check(r#"{"playerId": ""}"#, Ok(Some("")));
        check(r#"{"playerId": "<b>Ada</b>"}"#, Ok(Some("<b>Ada</b>")));
        check(r#"{"playerId": null}"#, Ok(None));
        check(r#"{"other": 1}"#, Ok(None));
        check("", Ok(None));
    }

    #[test]
    fn what_is_no_text_is_refused_in_a_sentence() {
        for value in ["7", "7.5", "true", "[]", "{}"] {
            let body = format!(r#"{{"playerId": {value}}}"#);
            check(&body, Err("playerId must be a string"));
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        check("[]", Err("the body must be a JSON object"));
        check("null", Err("the body must be a JSON object"));
        check("playerId=Ada", Err("the body is not JSON"));
        check(r#"{"playerId": "Ada""#, Err("the body is not JSON"));
        check(&"[".repeat(10_000), Err("the body is not JSON"));
    }
}
