//! The body of every answer that is not a success.

use serde::{Deserialize, Serialize};

/// The mod shows `error` to the server operator, so it is one sentence they can act on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorResponse {
    /// What is wrong and what to do about it.
    pub error: String,
    /// More for who looks closely, such as where in the body the mistake is. Never a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
}

impl ErrorResponse {
    /// An error without details.
    #[must_use]
    pub fn new(error: impl Into<String>) -> Self {
        Self {
            error: error.into(),
            details: None,
        }
    }
}
