//! Requests that cannot be used as they are: their head, their body, their URL.

use std::borrow::Cow;

use axum::http::StatusCode;

use super::ApiError;
use crate::api_messages::refusal::{REQUEST_REFUSED, Refusal, URL_REFUSED, Why};

/// What is wrong with a request.
#[derive(Debug)]
pub(crate) enum RequestError {
    /// The body is not what its content type says.
    Malformed(String),
    /// The body is JSON, but a value in it cannot be used.
    Invalid(Why),
    /// The body is not declared as JSON.
    NotJson,
    /// The body has more bytes than this.
    BodyTooLarge(usize),
    /// The body did not arrive in time.
    BodyTooSlow,
    /// The connection broke while the body was being sent.
    BodyBroken,
    /// Something in the URL cannot be used.
    BadUrl(Why),
    /// The URL is too long.
    UrlTooLong,
    /// The client spoke HTTP/2 without asking for an upgrade.
    Http2,
    /// The `Host` header is missing, duplicated or invalid.
    BadHost,
    /// The body is encoded in another way than as chunks.
    UnknownTransferCoding,
    /// The head of the request is not HTTP/1.1.
    UnreadableHead,
    /// The head of the request is too large, or the body that it announces.
    HeadTooLarge,
}

impl RequestError {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_)
            | Self::BodyBroken
            | Self::BadUrl(_)
            | Self::BadHost
            | Self::UnreadableHead => StatusCode::BAD_REQUEST,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::UrlTooLong => StatusCode::URI_TOO_LONG,
            Self::UnknownTransferCoding => StatusCode::NOT_IMPLEMENTED,
            Self::Http2 => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            Self::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        }
    }

    pub(super) fn code(&self) -> Refusal {
        match self {
            Self::Malformed(_) => Refusal::MalformedBody,
            Self::Invalid(why) => Refusal::InvalidRequest {
                reason: why.reason.clone(),
            },
            Self::NotJson => Refusal::NotJson,
            Self::BodyTooLarge(limit) => Refusal::BodyTooLarge { byte_limit: *limit },
            Self::BodyTooSlow => Refusal::BodyTooSlow,
            Self::BodyBroken => Refusal::BodyIncomplete,
            Self::BadUrl(why) => Refusal::InvalidUrl {
                reason: why.reason.clone(),
            },
            Self::UrlTooLong => Refusal::UrlTooLong,
            Self::Http2 => Refusal::Http2,
            Self::BadHost => Refusal::BadHost,
            Self::UnknownTransferCoding | Self::UnreadableHead => Refusal::UnreadableRequest,
            Self::HeadTooLarge => Refusal::HeadersTooLarge,
        }
    }

    pub(super) fn sentence(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Malformed(_) => "The request body is not a valid JSON object.",
            Self::Invalid(why) => {
                return Cow::Owned(format!("{REQUEST_REFUSED}{why}"));
            }
            Self::NotJson => {
                "The request body must be JSON, sent with the header Content-Type: application/json."
            }
            Self::BodyTooLarge(limit) => {
                return Cow::Owned(format!(
                    "The request body is larger than the {limit} bytes Oxeye accepts."
                ));
            }
            Self::BodyTooSlow => {
                "The request body did not arrive in time; check the network and send it again."
            }
            Self::BodyBroken => "The request body did not arrive completely; send it again.",
            Self::BadUrl(why) => return Cow::Owned(format!("{URL_REFUSED}{why}")),
            Self::UrlTooLong => "The URL of the request is too long.",
            Self::Http2 => "Oxeye speaks HTTP/1.1 only; set the client or the proxy to HTTP/1.1.",
            Self::BadHost => {
                "An HTTP/1.1 request must have exactly one valid Host header; check the proxy between the client and Oxeye."
            }
            Self::UnknownTransferCoding => {
                "Oxeye reads no Transfer-Encoding but chunked; send the body without compression."
            }
            Self::UnreadableHead => {
                "This is not an HTTP/1.1 request Oxeye can read; check that the URL starts with the right http or https."
            }
            Self::HeadTooLarge => {
                "The headers of the request are too large, or its Content-Length is."
            }
        })
    }
}

impl From<RequestError> for ApiError {
    fn from(error: RequestError) -> ApiError {
        ApiError::Request(error)
    }
}
