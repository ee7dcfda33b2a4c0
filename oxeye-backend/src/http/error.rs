//! All error responses. Only this file and the enums below it choose their status.
//!
//! | module        | subject                                                       |
//! |---------------|---------------------------------------------------------------|
//! | `request`     | requests that cannot be used: their head, body, URL           |
//! | `unknown`     | what a request names and is not there                         |
//! | `unavailable` | why Oxeye cannot answer at the moment                         |
//! | `sentences`   | the sentences of all other errors                             |
//! | `codes`       | their codes, for programs                                     |
//! | `refusals`    | makes these errors of those of other layers                   |
//!
//! The mod shows `error` to the operator of the Minecraft server, so each is one sentence; beside it are a code and the
//! facts in it, for programs. We never reveal what went wrong on our side: the `Cause` travels to the one place that
//! logs it.

mod codes;
mod refusals;
mod request;
mod sentences;
mod unavailable;
mod unknown;

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use oxeye_db::{NoticeLimit, UnixSeconds};
use oxeye_plugin_proto::limits::BOOT_ID_HEADER;
use oxeye_text::WatchRefusal;

pub(crate) use self::refusals::NO_USER_ID;
pub(crate) use self::request::RequestError;
pub(crate) use self::unavailable::{Unavailable, lost_store};
pub(crate) use self::unknown::Unknown;
use crate::api_messages::refusal::ErrorAnswer;
use crate::portable_lines::ImportRefusal;

/// Why a request was not answered with what it asked for.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The request cannot be used as it is.
    Request(RequestError),
    /// What the request names is not there.
    Unknown(Unknown),
    /// Oxeye cannot answer at the moment.
    Unavailable(Unavailable),
    /// No API key, or one that is not valid.
    NotLinked,
    /// No operator token, or a wrong one.
    NotOperator,
    /// The reader token, where only the operator token is enough.
    OnlyReader,
    /// The route does not accept this method.
    WrongMethod,
    /// A text that cannot be a link code.
    MalformedCode,
    /// A link code that does not work, for whatever reason.
    UnknownCode,
    /// A server of that name is linked.
    NameTaken,
    /// Another server of the guild has the name, linked or not.
    NameInUse,
    /// The operator wants a new key for a server that has none.
    NoKey,
    /// Fewer days of sessions are to be kept, which would delete this many.
    DeletesSessions(usize),
    /// The operator wants to unlink a server that is not linked.
    AlreadyUnlinked,
    /// An address is not watched, for this reason.
    Unwatchable(WatchRefusal),
    /// The operator wants to stop watching the address of a server that has none.
    NotWatched,
    /// A member is told about the player already.
    NoticeExists,
    /// The member or the guild has as many notices as it may have.
    TooManyNotices(NoticeLimit),
    /// The guild has as many alerts as it may have.
    TooManyAlerts(usize),
    /// The lines of an import cannot be used.
    NotImported(ImportRefusal),
    /// The picture is not a skin; holds the message of the decoder.
    BadSkin(String),
    /// The picture is not an icon; holds the message of the decoder.
    BadIcon(String),
    /// A skin of a player that the server has not reported with this texture.
    SkinNotReported,
    /// Too many requests; holds how long to wait.
    TooMany(Duration),
    /// A player is new, and the server has reported too many new ones; holds how long to wait.
    TooManyNewPlayers(Duration),
    /// The events of a batch belong to an epoch that cannot continue.
    EpochRefused {
        /// The reason, as the store puts it.
        why: String,
        /// The newest epoch that can continue; 0 if there is none.
        newest: u64,
        /// Our clock.
        now: UnixSeconds,
    },
    /// An error of ours; the text is for the log alone.
    Internal(String),
}

/// The cause of an error of ours, for the log. It travels in the response's extensions.
#[derive(Debug, Clone)]
pub(crate) struct Cause(pub(crate) String);

/// Marks a failure that has already been logged, so that it needs no line per request. It travels in the response's
/// extensions.
#[derive(Debug, Clone)]
pub(crate) struct AlreadyLogged;

impl ApiError {
    /// Returns the status. Nothing else in the program chooses the status of an error.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Request(error) => error.status(),
            Self::Unknown(_) => StatusCode::NOT_FOUND,
            Self::Unavailable(error) => error.status(),
            Self::MalformedCode | Self::BadSkin(_) | Self::BadIcon(_) => StatusCode::BAD_REQUEST,
            Self::NotLinked | Self::NotOperator => StatusCode::UNAUTHORIZED,
            Self::OnlyReader => StatusCode::FORBIDDEN,
            Self::UnknownCode
            | Self::AlreadyUnlinked
            | Self::NotWatched
            | Self::Unwatchable(WatchRefusal::Off) => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::NameTaken
            | Self::NameInUse
            | Self::NoKey
            | Self::TooManyAlerts(_)
            | Self::NoticeExists
            | Self::TooManyNotices(_)
            | Self::DeletesSessions(_)
            | Self::EpochRefused { .. }
            | Self::Unwatchable(
                WatchRefusal::NameTaken(_)
                | WatchRefusal::AlreadyWatched(_)
                | WatchRefusal::HasAddress(_)
                | WatchRefusal::FullHere(_)
                | WatchRefusal::Full(_),
            ) => StatusCode::CONFLICT,
            Self::SkinNotReported | Self::NotImported(_) | Self::Unwatchable(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::TooMany(_) | Self::TooManyNewPlayers(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn details(&self) -> Option<String> {
        match self {
            Self::Request(RequestError::Malformed(why)) if !why.is_empty() => Some(why.clone()),
            _ => None,
        }
    }

    /// Returns after how many seconds the client should try again, rounded up.
    fn retry_after_secs(&self) -> Option<u64> {
        match self {
            Self::TooMany(wait) | Self::TooManyNewPlayers(wait) => Some(
                wait.as_millis()
                    .div_ceil(1000)
                    .try_into()
                    .unwrap_or(u64::MAX)
                    .max(1),
            ),
            Self::Unavailable(error) => Some(error.retry_after_secs()),
            _ => None,
        }
    }

    fn body(&self) -> ErrorAnswer {
        ErrorAnswer {
            error: self.sentence().into_owned(),
            details: self.details(),
            refusal: Some(self.code()),
        }
    }

    /// Returns the error for a status that we did not choose: that of axum's plain-text responses and hyper's empty
    /// ones.
    pub(crate) fn standing_for(status: u16) -> ApiError {
        match status {
            404 => Unknown::Route.into(),
            405 => ApiError::WrongMethod,
            414 => RequestError::UrlTooLong.into(),
            431 => RequestError::HeadTooLarge.into(),
            400..500 => RequestError::UnreadableHead.into(),
            status => ApiError::Internal(format!("an answer without a body, {status}")),
        }
    }

    /// Returns the whole response as bytes, for connections that never reach a route. It announces their close.
    pub(crate) fn to_wire(&self, boot_id: &HeaderValue) -> Vec<u8> {
        let body = serde_json::to_vec(&self.body()).unwrap_or_default();
        let retry_after = self
            .retry_after_secs()
            .map(|seconds| format!("retry-after: {seconds}\r\n"))
            .unwrap_or_default();
        let head = format!(
            "HTTP/1.1 {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{retry_after}{BOOT_ID_HEADER}: {}\r\nconnection: close\r\n\r\n",
            self.status(),
            body.len(),
            boot_id.to_str().unwrap_or_default(),
        );
        [head.into_bytes(), body].concat()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = json_response(self.status(), &self.body());
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_secs() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(self, Self::NotLinked | Self::NotOperator) {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // Where the next request would begin is unknown.
        if matches!(
            self,
            Self::Request(RequestError::BodyBroken | RequestError::BodyTooSlow)
        ) {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        match self {
            Self::Internal(cause) | Self::Unavailable(Unavailable::StoreFails(cause)) => {
                response.extensions_mut().insert(Cause(cause));
            }
            Self::Unavailable(Unavailable::StoreLost(_) | Unavailable::ActivityLost(_)) => {
                response.extensions_mut().insert(AlreadyLogged);
            }
            _ => {}
        }
        response
    }
}

/// Makes a JSON response. Serialising our own structs cannot fail; if it did, the body would be empty.
pub(crate) fn json_response(status: StatusCode, body: &impl serde::Serialize) -> Response {
    let mut response = Response::new(Body::from(serde_json::to_vec(body).unwrap_or_default()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Returns whether a response has a JSON body, as every error response must.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/json"))
}
