//! The body of every error answer.

use serde::{Deserialize, Serialize};

/// An error. The mod shows `error` to the server operator, so it is one sentence that they can act on. The backend
/// adds other keys, such as `code`, for programs that call its operator API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorResponse {
    /// What is wrong and what to do about it.
    pub error: String,
    /// More details for debugging, such as where in the body the mistake is. Never contains a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
}

impl ErrorResponse {
    /// Makes an error without details.
    #[must_use]
    pub fn new(error: impl Into<String>) -> Self {
        Self {
            error: error.into(),
            details: None,
        }
    }
}
