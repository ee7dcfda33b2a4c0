//! Asks the backend whether it knows a key.

use oxeye_plugin_client::{Client, RetryPolicy};
use oxeye_plugin_proto::ApiKey;

/// The backend's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeyCheck {
    /// It knows the key.
    Known,
    /// It does not know the key, or no longer does.
    Unknown,
    /// It did not answer, for this reason.
    NoAnswer(String),
}

impl KeyCheck {
    /// Asks once.
    pub(super) async fn ask(backend: &str, key: &ApiKey) -> Self {
        let client = Client::with_key(backend, key.clone()).retrying(RetryPolicy::never());
        match client.status().await {
            Ok(true) => Self::Known,
            Ok(false) => Self::Unknown,
            Err(error) => Self::NoAnswer(error.to_string()),
        }
    }
}
