//! `POST /connect`: a link code becomes an API key.

use serde::{Deserialize, Serialize};

use crate::{ApiKey, LinkCode};

/// Redeems a link code; it works once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectRequest {
    /// The code as the operator typed it.
    pub code: LinkCode,
}

/// The answer 201.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectResponse {
    /// Shown only here; the backend keeps its SHA-256.
    pub api_key: ApiKey,
}
