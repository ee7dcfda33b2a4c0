//! Errors as Discord words them.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::super::rates::Headers;

/// An error response.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: u64,
    message: String,
    wait: Option<Wait>,
}

/// How long a 429 asks the bot to wait, and for what.
#[derive(Debug, Clone, Copy)]
struct Wait {
    time: Duration,
    global: bool,
}

/// The code of an error, for the log of requests.
#[derive(Debug, Clone, Copy)]
pub(super) struct ErrorCode(pub(super) u64);

impl Refusal {
    pub(super) fn new(status: StatusCode, code: u64, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            wait: None,
        }
    }

    /// 404 with one of the codes for things that do not exist.
    pub(super) fn unknown(code: u64, what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, format!("Unknown {what}"))
    }

    pub(super) fn missing_access() -> Self {
        Self::new(StatusCode::FORBIDDEN, 50_001, "Missing Access")
    }

    pub(super) fn missing_permissions() -> Self {
        Self::new(StatusCode::FORBIDDEN, 50_013, "Missing Permissions")
    }

    pub(super) fn bad_request(code: u64, message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 429 with `Retry-After`.
    pub(super) fn rate_limited(time: Duration, global: bool, code: u64) -> Self {
        let message = "You are being rate limited.";
        Self {
            wait: Some(Wait { time, global }),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, message)
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({"message": self.message, "code": self.code});
        let Some(Wait { time, global }) = self.wait else {
            let mut response = (self.status, Json(body)).into_response();
            response.extensions_mut().insert(ErrorCode(self.code));
            return response;
        };
        let seconds = time.as_secs_f64();
        body["retry_after"] = json!(seconds);
        body["global"] = json!(global);
        if self.code == 0 {
            // The body of a plain 429 has no code.
            body.as_object_mut().map(|body| body.remove("code"));
        }
        let scope = if global { "global" } else { "user" };
        let headers = [
            ("retry-after", seconds.ceil().to_string()),
            ("x-ratelimit-scope", scope.to_owned()),
            ("x-ratelimit-remaining", "0".to_owned()),
            ("x-ratelimit-reset-after", format!("{seconds:.3}")),
        ];
        let mut response = (self.status, headers, Json(body)).into_response();
        response.extensions_mut().insert(ErrorCode(self.code));
        if global {
            let headers = response.headers_mut();
            headers.insert(
                "x-ratelimit-global",
                "true".parse().expect("a valid header"),
            );
        }
        response
    }
}

/// Adds the headers that say how much of a limit is left.
pub(super) fn with_headers(mut response: Response, said: Headers) -> Response {
    let values = [
        ("x-ratelimit-limit", said.limit.to_string()),
        ("x-ratelimit-remaining", said.remaining.to_string()),
        (
            "x-ratelimit-reset-after",
            format!("{:.3}", said.reset_after.as_secs_f64()),
        ),
    ];
    for (name, value) in values {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
