//! The body of every error answer.

use serde::{Deserialize, Serialize};

/// An error. The mod shows `error` to the server operator, so it is one sentence that they can act on. Some codes come
/// with the facts that the sentence names, under keys of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorResponse {
    /// What is wrong and what to do about it.
    pub error: String,
    /// The same for programs: `not_linked`, `unknown_link_code`. A code keeps its meaning; new ones may follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// More details for debugging, such as where in the body the mistake is. Never contains a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
}

impl ErrorResponse {
    /// Makes an error without a code and details.
    #[must_use]
    pub fn new(error: impl Into<String>) -> Self {
        Self {
            error: error.into(),
            code: None,
            details: None,
        }
    }
}
