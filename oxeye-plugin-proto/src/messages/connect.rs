//! `POST /connect`: exchanges a link code for an API key.

use serde::{Deserialize, Serialize};

use crate::{ApiKey, LinkCode};

/// The body of `POST /connect`. A code works once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectRequest {
    /// The code as the operator typed it.
    pub code: LinkCode,
}

/// The answer 201 to `POST /connect`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectResponse {
    /// The key, which is shown only here; the backend keeps its SHA-256.
    pub api_key: ApiKey,
}
