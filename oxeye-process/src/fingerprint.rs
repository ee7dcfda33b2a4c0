//! The fingerprint by which an operator trusts a certificate.

use std::fmt;
use std::str::FromStr;

use oxeye_plugin_proto::hex;
use sha2::{Digest as _, Sha256};

/// The SHA-256 of a certificate in DER form, which `openssl x509 -fingerprint -sha256` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

/// The error for a text that is not a fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a certificate's SHA-256 fingerprint has 64 hexadecimal digits, with or without colons")]
pub struct InvalidFingerprint;

impl Fingerprint {
    /// Returns the fingerprint of a certificate in DER form.
    #[must_use]
    pub fn of(certificate: &[u8]) -> Self {
        Self(Sha256::digest(certificate).into())
    }
}

impl FromStr for Fingerprint {
    type Err = InvalidFingerprint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text.trim().chars().filter(|c| *c != ':').collect();
        hex::parse_32_bytes(&digits)
            .map(Self)
            .ok_or(InvalidFingerprint)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write_lower(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_in_our_form_and_in_that_of_openssl() {
        let fingerprint = Fingerprint::of(b"certificate");
        let printed = fingerprint.to_string();
        let pairs: Vec<_> = printed
            .as_bytes()
            .chunks(2)
            .map(String::from_utf8_lossy)
            .collect();

        assert_eq!(printed.parse(), Ok(fingerprint));
        assert_eq!(pairs.join(":").to_uppercase().parse(), Ok(fingerprint));
        assert_eq!(printed[1..].parse::<Fingerprint>(), Err(InvalidFingerprint));
    }
}
