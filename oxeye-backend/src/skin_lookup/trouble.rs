//! Why a lookup failed, as a sentence for operators. It names no account.

use std::time::Duration;

/// Why there was no usable answer about an account. What is only wrong with that account, such as a skin that is not a
/// PNG, is no trouble: the account has no skin then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// There is no connection.
    #[error("the skin service cannot be reached")]
    Unreachable,
    /// No answer in time.
    #[error("the skin service does not answer in time")]
    Silent,
    /// The connection ended.
    #[error("the skin service closed the connection")]
    Closed,
    /// An answer that refuses.
    #[error("the skin service answers with status {status}")]
    Status {
        status: u16,
        /// How long to wait, if the answer says so.
        retry_after: Option<Duration>,
    },
    /// An answer of somebody else, perhaps of a proxy.
    #[error("the skin service answers with something other than a profile")]
    NotAProfile,
}

impl Trouble {
    /// Returns how long the skin service wants us to wait.
    pub(super) fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => retry_after,
            _ => None,
        }
    }
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::Silent
        } else if error.is_connect() {
            Self::Unreachable
        } else {
            Self::Closed
        }
    }
}
