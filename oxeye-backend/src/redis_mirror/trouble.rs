//! Why nothing can be written to Redis. The sentences hold no password, no key and no value: what a server answers
//! may repeat the command, so only the code of its answer is shown.

use oxeye_db::StoreError;
use redis::{ErrorKind, RedisError};

/// Why nothing can be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// There is no connection.
    #[error("Redis cannot be reached")]
    Unreachable,
    /// The connection ended.
    #[error("Redis has closed the connection")]
    Closed,
    /// No answer in time.
    #[error("Redis does not answer in time")]
    Silent,
    /// The password or the user.
    #[error("Redis does not accept the user and password of REDIS_URL")]
    Refused,
    /// The user lacks a permission.
    #[error("the Redis user of REDIS_URL may not run the commands that the copy needs")]
    NotPermitted,
    /// A replica, perhaps since a fail-over.
    #[error("Redis is a read-only replica")]
    ReadOnly,
    /// `maxmemory`.
    #[error("the memory of Redis is full (maxmemory)")]
    Full,
    /// The number of the database.
    #[error("Redis has no database with the number at the end of REDIS_URL")]
    NoDatabase,
    /// Any other answer.
    #[error("Redis answers with the error {0}")]
    Answer(String),
    /// Our own store.
    #[error("the store cannot be read; the log says why")]
    Store,
}

impl Trouble {
    /// Whether a key holds another kind of value than we write there.
    pub(super) fn is_wrong_type(&self) -> bool {
        matches!(self, Self::Answer(code) if code == "WRONGTYPE")
    }
}

impl From<RedisError> for Trouble {
    fn from(error: RedisError) -> Self {
        if error.is_timeout() {
            return Self::Silent;
        }
        if error.is_connection_refusal() {
            return Self::Unreachable;
        }
        match error.kind() {
            ErrorKind::Io => return Self::Closed,
            ErrorKind::AuthenticationFailed => return Self::Refused,
            _ => {}
        }
        // Redis: "DB index is out of range".
        if error.detail().is_some_and(|why| why.contains("DB index")) {
            return Self::NoDatabase;
        }
        let category = error.category().to_owned();
        let answers = error.into_server_errors();
        let code = answers.as_deref().and_then(<[_]>::first);
        match code.map(|(_, answer)| answer.code()) {
            Some("READONLY") => Self::ReadOnly,
            Some("OOM") => Self::Full,
            Some("WRONGPASS" | "NOAUTH") => Self::Refused,
            Some("NOPERM") => Self::NotPermitted,
            Some(code) => Self::Answer(code.chars().take(32).collect()),
            None => Self::Answer(category),
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        tracing::debug!(%error, "the copy in Redis cannot read the store");
        Self::Store
    }
}
