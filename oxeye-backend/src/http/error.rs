//! Every refusal: this file alone picks statuses.
//!
//! The mod shows `error` to the operator of the Minecraft server, so each is one sentence (`sentences.rs`). What went
//! wrong on our side is never revealed: it travels as `Cause` to the one place that logs it.

mod refusals;
pub(crate) mod sentences;

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use oxeye_db::{GuildId, LostFile, ServerName, UnixSeconds};
use oxeye_plugin_proto::limits::BOOT_ID_HEADER;
use oxeye_plugin_proto::{Epoch, EpochResponse, ErrorResponse, PlayerName};

/// Why a request was not answered with what it asked for.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The body is not what its content type says.
    Malformed(String),
    /// The body is JSON, but a value in it cannot be used.
    Invalid(String),
    /// The body is not declared as JSON.
    NotJson,
    /// The body has more bytes than this.
    BodyTooLarge(usize),
    /// The body did not arrive in time.
    BodyTooSlow,
    /// The connection broke within the body.
    BodyBroken,
    /// No API key, or one that is not valid.
    NotLinked,
    /// No operator token, or a wrong one.
    NotOperator,
    /// A text that cannot be a link code.
    MalformedCode,
    /// A link code that does not work, for whatever reason.
    UnknownCode,
    /// A server of that name is linked.
    NameTaken,
    /// Another server of the guild has the name, linked or not.
    NameInUse,
    /// The picture is no skin; the sentence of the decoder.
    BadSkin(String),
    /// A skin of a player whom the server has not reported with this texture.
    SkinNotReported,
    /// No route of that path.
    NoSuchRoute,
    /// A route, but not with this method.
    WrongMethod,
    /// The operator named a server that the guild does not have.
    UnknownServer {
        /// The guild.
        guild: GuildId,
        /// Its servers.
        servers: Vec<ServerName>,
    },
    /// The operator named a guild without servers.
    UnknownGuild {
        /// The guild.
        guild: GuildId,
        /// Guilds with servers, sorted.
        guilds: Vec<GuildId>,
    },
    /// The operator unlinks a server that is not linked.
    AlreadyUnlinked,
    /// The operator named a player of whom nothing is known there.
    UnknownPlayer,
    /// The operator named a player who is to be forgotten, and nobody is called exactly that; the
    /// name that differs in nothing but case.
    NobodyToForget(Option<PlayerName>),
    /// Something in the URL that cannot be used.
    BadUrl(String),
    /// Too many requests; try again after this.
    TooMany(Duration),
    /// A player is new, and the server has reported too many new ones; try again after this.
    TooManyNewPlayers(Duration),
    /// The events of a batch belong to an epoch that does not go on.
    EpochRefused {
        /// The sentence of the store.
        why: String,
        /// The newest epoch that goes on; 0 when there is none.
        newest: u64,
        /// Our clock.
        now: UnixSeconds,
    },
    /// The store's queue is full.
    Busy,
    /// The store cannot be written; the text is for the log alone.
    StoreFails(String),
    /// The store's files were deleted, moved or changed under us; the log has said so once.
    StoreLost(LostFile),
    /// We did not manage to answer in time.
    TimedOut,
    /// The process is about to end.
    Stopping,
    /// All connections are taken.
    Full,
    /// All connections of one address are taken.
    AddressFull,
    /// Too much is being received at once.
    BodiesFull,
    /// Too many exports or backups are being made at once.
    CopiesFull,
    /// HTTP/2 without asking.
    Http2,
    /// No host, two of them, or an invalid one.
    BadHost,
    /// The head of the request is no HTTP/1.1.
    UnreadableHead,
    /// The head of the request does not fit into memory kept for it.
    HeadTooLarge,
    /// The URL alone does not fit.
    UrlTooLong,
    /// Our own fault; the text is for the log alone.
    Internal(String),
}

/// What the log is told about a failure of ours. It travels in the response's extensions.
#[derive(Debug, Clone)]
pub(crate) struct Cause(pub(crate) String);

/// The failure is logged already, so it needs no line per request. In the response's extensions.
#[derive(Debug, Clone)]
pub(crate) struct AlreadyLogged;

impl ApiError {
    /// The status; nothing else in the program chooses one for a refusal.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_)
            | Self::MalformedCode
            | Self::BadSkin(_)
            | Self::BadUrl(_)
            | Self::BodyBroken
            | Self::BadHost
            | Self::UnreadableHead => StatusCode::BAD_REQUEST,
            Self::UrlTooLong => StatusCode::URI_TOO_LONG,
            Self::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::NotLinked | Self::NotOperator => StatusCode::UNAUTHORIZED,
            Self::UnknownCode
            | Self::NoSuchRoute
            | Self::UnknownServer { .. }
            | Self::UnknownGuild { .. }
            | Self::AlreadyUnlinked
            | Self::UnknownPlayer
            | Self::NobodyToForget(_) => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::NameTaken | Self::NameInUse | Self::EpochRefused { .. } => StatusCode::CONFLICT,
            Self::BodyTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) | Self::SkinNotReported => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) | Self::TooManyNewPlayers(_) | Self::AddressFull => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::Http2 => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Busy
            | Self::StoreFails(_)
            | Self::StoreLost(_)
            | Self::TimedOut
            | Self::Stopping
            | Self::Full
            | Self::BodiesFull
            | Self::CopiesFull => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn details(&self) -> Option<String> {
        match self {
            Self::Malformed(why) if !why.is_empty() => Some(why.clone()),
            _ => None,
        }
    }

    /// Whole seconds, rounded up, after which the client is let in.
    fn retry_after_secs(&self) -> Option<u64> {
        match self {
            Self::TooMany(wait) | Self::TooManyNewPlayers(wait) => Some(
                wait.as_millis()
                    .div_ceil(1000)
                    .try_into()
                    .unwrap_or(u64::MAX)
                    .max(1),
            ),
            Self::Busy | Self::TimedOut | Self::BodiesFull => Some(1),
            Self::StoreFails(_)
            | Self::StoreLost(_)
            | Self::Stopping
            | Self::Full
            | Self::AddressFull
            | Self::CopiesFull => Some(5),
            _ => None,
        }
    }

    fn body(&self) -> ErrorResponse {
        ErrorResponse {
            error: self.sentence().into_owned(),
            details: self.details(),
        }
    }

    /// What a plugin needs besides the sentence to begin an epoch that goes on.
    fn epoch_body(&self) -> Option<EpochResponse> {
        let Self::EpochRefused { newest, now, .. } = self else {
            return None;
        };
        Some(EpochResponse {
            error: self.sentence().into_owned(),
            newest_epoch: Epoch::try_from(i64::try_from(*newest).ok()?).ok()?,
            server_time: *now,
        })
    }

    /// The refusal that stands for a status somebody else has chosen: axum's plain-text answers and hyper's empty ones.
    pub(crate) fn standing_for(status: u16) -> ApiError {
        match status {
            404 => ApiError::NoSuchRoute,
            405 => ApiError::WrongMethod,
            414 => ApiError::UrlTooLong,
            431 => ApiError::HeadTooLarge,
            400..500 => ApiError::UnreadableHead,
            status => ApiError::Internal(format!("an answer without a body, {status}")),
        }
    }

    /// The whole answer as it goes over the wire, for connections that never get as far as a route. It closes them.
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
        let mut response = match self.epoch_body() {
            Some(body) => json_response(self.status(), &body),
            None => json_response(self.status(), &self.body()),
        };
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_secs() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(self, Self::NotLinked | Self::NotOperator) {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        match self {
            Self::Internal(cause) | Self::StoreFails(cause) => {
                response.extensions_mut().insert(Cause(cause));
            }
            Self::StoreLost(_) => {
                response.extensions_mut().insert(AlreadyLogged);
            }
            _ => {}
        }
        response
    }
}

/// A JSON answer. Serialising our own structs cannot fail; if it did, the body would be empty.
pub(crate) fn json_response(status: StatusCode, body: &impl serde::Serialize) -> Response {
    let mut response = Response::new(Body::from(serde_json::to_vec(body).unwrap_or_default()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Whether an answer has the body that every refusal must have.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/json"))
}
