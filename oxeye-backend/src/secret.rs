//! A token that cannot be printed by accident.

use std::fmt;

use sha2::{Digest, Sha256};

/// A bearer token. `Debug` hides it and there is no `Display`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes a token that was already checked.
    pub fn new(token: String) -> Secret {
        Secret(token)
    }

    /// The token itself, for the one header it belongs in.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept for comparing: two digests take equally long to compare, whatever the tokens are.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(hidden)")
    }
}
