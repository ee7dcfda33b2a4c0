//! `POST /connect` exchanges a link code for an API key.

use serde::{Deserialize, Serialize};

use crate::{ApiKey, LinkCode};

/// Redeems a link code, which works once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectRequest {
    /// The code as the operator typed it.
    pub code: LinkCode,
}

/// The body of a 201 answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectResponse {
    /// The key. It is sent only once; the backend keeps only its SHA-256.
    pub api_key: ApiKey,
    /// Whether it replaces the key of a server that stays linked: its plugin goes on with its events and their
    /// numbers. Left out if not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replaces_key: bool,
}
