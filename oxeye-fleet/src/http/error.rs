//! Every error response: only this file picks its status and its sentence.

use std::time::Duration;

use axum::http::header::{RETRY_AFTER, SEC_WEBSOCKET_VERSION, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::messages::Failure;
use crate::controller::{BindError, JoinError, NotServing, StopError};
use crate::ids::{InvalidPlayerId, InvalidSlotId};

/// Why a request was not answered with what it asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApiError {
    /// The body or the URL is not what it should be.
    #[error("{0}")]
    Malformed(String),
    /// The body has more bytes than this.
    #[error("the body must have at most {} KB", .0 / 1024)]
    BodyTooLarge(usize),
    /// The body did not arrive in time.
    #[error("the body took too long to arrive")]
    BodyTooSlow,
    /// The join lacks the shared secret.
    #[error("joins need the shared secret: Authorization: Bearer SECRET")]
    NoJoinSecret,
    /// No operator token, or a wrong one.
    #[error("this needs the operator token: Authorization: Bearer TOKEN")]
    NotOperator,
    /// No such session. The original design has this sentence.
    #[error("Session not found")]
    UnknownSession,
    /// A server is not being stopped.
    #[error("{0}")]
    NotStopped(#[from] StopError),
    /// A world is not bound to another worker.
    #[error("{0}")]
    NotBound(#[from] BindError),
    /// No such world.
    #[error("there is no such world")]
    UnknownWorld,
    /// No such worker.
    #[error("there is no such worker")]
    UnknownWorker,
    /// A slot has the world, or something else is in its place.
    #[error("{0}")]
    WorldConflict(String),
    /// The world lies on a worker, if there is one.
    #[error(
        "a world on a worker cannot be copied or deleted from here: it is in the FLEET_DATA of that worker, or in a volume of its engine"
    )]
    WorldsWithWorker,
    /// No such path.
    #[error("there is nothing at this path")]
    NoSuchRoute,
    /// The path exists, but not for this method.
    #[error("this path does not take this method")]
    WrongMethod,
    /// The address joins too often.
    #[error("too many joins from your address")]
    TooManyJoins(Duration),
    /// There is no room for another server, or none can be started.
    #[error("{0}")]
    NoServer(#[from] JoinError),
    /// The player's server is not running yet.
    #[error("Your server is starting")]
    ServerStarting,
    /// The player's server does not answer. The original design has this sentence.
    #[error("Your dedicated server is unavailable")]
    ServerUnavailable,
    /// The engine has not said what it has since the program started.
    #[error("the fleet is starting and does not know its servers yet")]
    NotKnownYet,
    /// The same, for operators, with the reasons of the workers.
    #[error("the fleet is starting and does not know its servers yet; {0}")]
    NotKnownBecause(String),
    /// Nothing can be said about a session at the moment.
    #[error("{0}")]
    NotServing(#[from] NotServing),
    /// An upgrade request that is not one of WebSocket, version 13.
    #[error("the feed speaks WebSocket, version 13")]
    NotWebSocket,
    /// The limit on connections to the feed has been reached.
    #[error("too many connections to the feed")]
    FeedFull,
    /// The limit on connections has been reached, or the address has its share of them.
    #[error("too many connections")]
    TooManyConnections,
    /// Our own fault; it has been logged.
    #[error("something went wrong; the log says what")]
    Internal,
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::BodyTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::NoJoinSecret | Self::NotOperator => StatusCode::UNAUTHORIZED,
            Self::UnknownSession
            | Self::NotStopped(StopError::Unknown)
            | Self::NotBound(BindError::UnknownWorld | BindError::UnknownWorker)
            | Self::UnknownWorld
            | Self::UnknownWorker
            | Self::NoSuchRoute => StatusCode::NOT_FOUND,
            Self::WorldConflict(_)
            | Self::WorldsWithWorker
            | Self::NotBound(BindError::InUse { .. }) => StatusCode::CONFLICT,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooManyJoins(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::NotWebSocket => StatusCode::UPGRADE_REQUIRED,
            Self::NoServer(_)
            | Self::NotStopped(StopError::NotNow(_))
            | Self::NotBound(BindError::NotNow(_))
            | Self::ServerStarting
            | Self::ServerUnavailable
            | Self::NotKnownYet
            | Self::NotKnownBecause(_)
            | Self::NotServing(_)
            | Self::FeedFull
            | Self::TooManyConnections => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns when the client should try again.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyJoins(after)
            | Self::NoServer(
                JoinError::Full { retry_after: after }
                | JoinError::Unavailable {
                    retry_after: after, ..
                },
            ) => Some(*after),
            Self::NotKnownYet | Self::NotKnownBecause(_) | Self::NotServing(_) => {
                Some(Duration::from_secs(1))
            }
            Self::ServerStarting => Some(Duration::from_secs(2)),
            Self::NotStopped(StopError::NotNow(_))
            | Self::NotBound(BindError::NotNow(_))
            | Self::ServerUnavailable
            | Self::FeedFull
            | Self::TooManyConnections => Some(Duration::from_secs(5)),
            _ => None,
        }
    }

    /// Puts the status and the headers of this error on a response with another body.
    pub(crate) fn describe<B: IntoResponse>(&self, body: B) -> Response {
        let mut response = body.into_response();
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        if let Some(after) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(after)));
        }
        if matches!(self, Self::NoJoinSecret | Self::NotOperator) {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if *self == Self::NotWebSocket {
            headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        }
        response
    }
}

/// Rounds up: a client that comes back early is refused again.
fn whole_seconds(span: Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
}

impl From<InvalidPlayerId> for ApiError {
    fn from(invalid: InvalidPlayerId) -> Self {
        Self::Malformed(invalid.to_string())
    }
}

impl From<InvalidSlotId> for ApiError {
    fn from(invalid: InvalidSlotId) -> Self {
        Self::Malformed(invalid.to_string())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.describe(axum::Json(Failure::because(self.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_at_the_cap_says_when_to_come_back() {
        let full = ApiError::NoServer(JoinError::Full {
            retry_after: Duration::from_millis(3_200),
        });

        assert_eq!(full.to_string(), "Maximum server limit reached");
        let response = full.into_response();

        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[RETRY_AFTER], "4");
    }

    #[test]
    fn a_fleet_that_is_starting_is_asked_again_soon() {
        let response = ApiError::NotKnownYet.into_response();

        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[RETRY_AFTER], "1");
    }
}
