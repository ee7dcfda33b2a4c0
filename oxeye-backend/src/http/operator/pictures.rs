//! Answers with a picture. Whoever has it already is told so.

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use oxeye_text::Text;
use sha2::{Digest, Sha256};

/// The media types of pictures.
pub(super) const PNG: &str = "image/png";
pub(super) const SVG: &str = "image/svg+xml";

/// Returns the language of the words in a picture; English unless another is asked for.
pub(super) fn language(tag: Option<&str>) -> Text {
    Text::of_tag(tag.unwrap_or_default())
}

/// Returns a picture, or that it has not changed.
pub(super) fn picture_response(asked: &HeaderMap, kind: &'static str, picture: Bytes) -> Response {
    let hash = Sha256::digest(&picture);
    let tag: String = hash[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let etag = format!("\"{tag}\"");
    let mut known = asked.get_all(IF_NONE_MATCH).iter();
    let is_known = known.any(|value| value.to_str().is_ok_and(|tags| tags.contains(&etag)));
    let headers = [
        (CACHE_CONTROL, "private, max-age=60".to_owned()),
        (ETAG, etag),
    ];
    if is_known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, [(CONTENT_TYPE, kind)], Body::from(picture)).into_response()
}
