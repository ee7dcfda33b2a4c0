//! The body of every error.

use serde::{Deserialize, Serialize};

/// An error. The mod shows `error` to the server's operator, so it is one sentence they can act on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorResponse {
    /// What is wrong and what to do about it.
    pub error: String,
    /// Further information, such as where in the body the mistake is. Never a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
}

impl ErrorResponse {
    /// Creates an error without details.
    #[must_use]
    pub fn new(error: impl Into<String>) -> Self {
        Self {
            error: error.into(),
            details: None,
        }
    }
}
