//! Why the fleet gave no usable answer, as a sentence for operators. It names no address.

/// Why there is no usable answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// There is no connection.
    #[error("the fleet cannot be reached")]
    Unreachable,
    /// No whole answer in time.
    #[error("the fleet does not answer in time")]
    Silent,
    /// The connection ended in the middle.
    #[error("the connection to the fleet broke")]
    Closed,
    /// An answer that refuses, or leads elsewhere.
    #[error("the fleet answers with status {0}")]
    Status(u16),
    /// An answer of another program, or one that is too long.
    #[error("what answers there is not a fleet")]
    NotAFleet,
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
