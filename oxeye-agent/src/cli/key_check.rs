//! Whether the backend knows a key.

use oxeye_plugin_client::{Client, RetryPolicy};
use oxeye_plugin_proto::ApiKey;

/// Whether the backend knows a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeyCheck {
    /// It does.
    Known,
    /// It does not, or no longer does.
    Unknown,
    /// It did not answer, for this reason.
    Unsaid(String),
}

impl KeyCheck {
    /// Asks once.
    pub(super) async fn ask(backend: &str, key: &ApiKey) -> Self {
        let client = Client::with_key(backend, key.clone()).retrying(RetryPolicy::never());
        match client.status().await {
            Ok(true) => Self::Known,
            Ok(false) => Self::Unknown,
            Err(error) => Self::Unsaid(error.to_string()),
        }
    }
}
