//! Requests to upgrade a connection to WebSocket (RFC 6455, 4.2).

use axum::extract::Request;
use axum::http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::error::ApiError;

const VERSION: HeaderValue = HeaderValue::from_static("13");

/// Returns whether a request asks for an upgrade to WebSocket.
pub(crate) fn wants_websocket(headers: &HeaderMap) -> bool {
    has_word(headers, &CONNECTION, "upgrade") && has_word(headers, &UPGRADE, "websocket")
}

/// Returns whether a list of words contains this one, in upper or lower case.
fn has_word(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let lines = headers.get_all(name).iter();
    let mut words = lines.flat_map(|line| line.to_str().unwrap_or_default().split(','));
    words.any(|listed| listed.trim().eq_ignore_ascii_case(word))
}

/// Accepts a request to upgrade.
///
/// # Errors
/// If it is not of version 13, the only one there is.
pub(crate) fn accept(request: &Request) -> Result<Response, ApiError> {
    let headers = request.headers();
    let version = headers.get(SEC_WEBSOCKET_VERSION);
    let is_right = request.method() == Method::GET && version == Some(&VERSION);
    let key = headers.get(SEC_WEBSOCKET_KEY).filter(|_| is_right);
    let key = key.ok_or(ApiError::NotWebSocket)?;
    let headers = [
        (CONNECTION, HeaderValue::from_static("upgrade")),
        (UPGRADE, HeaderValue::from_static("websocket")),
    ];
    let accept = [(SEC_WEBSOCKET_ACCEPT, derive_accept_key(key.as_bytes()))];
    Ok((StatusCode::SWITCHING_PROTOCOLS, headers, accept).into_response())
}
