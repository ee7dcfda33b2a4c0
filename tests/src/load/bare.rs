//! The cost of axum alone: reads the `Authorization` header, parses the same JSON, answers 200.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use oxeye_plugin_proto::{ActivityRequest, JoinRequest, LeaveRequest};

/// Proof that the request had an `Authorization` header.
struct Authorized;

impl<S: Sync> FromRequestParts<S> for Authorized {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let value = parts.headers.get(AUTHORIZATION).map(HeaderValue::to_str);
        match value {
            Some(Ok(value)) if value.starts_with("Bearer ") => Ok(Self),
            _ => Err(StatusCode::UNAUTHORIZED),
        }
    }
}

/// Returns the routes that the load program uses.
pub fn routes() -> Router {
    Router::new()
        .route("/join", post(join))
        .route("/leave", post(leave))
        .route("/activity", post(activity))
}

async fn join(_: Authorized, Json(request): Json<JoinRequest>) -> StatusCode {
    std::hint::black_box(request);
    StatusCode::OK
}

async fn leave(_: Authorized, Json(request): Json<LeaveRequest>) -> StatusCode {
    std::hint::black_box(request);
    StatusCode::OK
}

async fn activity(_: Authorized, Json(request): Json<ActivityRequest>) -> StatusCode {
    std::hint::black_box(request);
    StatusCode::OK
}
