//! Shared secrets: what joins may need, and the token of operators.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use oxeye_process::Secret;
use sha2::{Digest, Sha256};

/// A token that callers must have, of which we keep only the SHA-256.
pub(crate) struct Token([u8; 32]);

impl Token {
    pub(crate) fn new(secret: &Secret) -> Self {
        Self(Sha256::digest(secret.expose()).into())
    }

    /// Returns whether a request carries it as a bearer token.
    pub(crate) fn came_with(&self, headers: &HeaderMap) -> bool {
        bearer(headers).is_some_and(|sent| self.is(sent))
    }

    /// Returns whether this is the token. Digests are compared to their end, so that the time it takes
    /// reveals nothing.
    pub(crate) fn is(&self, sent: &[u8]) -> bool {
        let sent: [u8; 32] = Sha256::digest(sent).into();
        let pairs = sent.iter().zip(&self.0);
        let difference = pairs.fold(0, |difference, (sent, ours)| difference | (sent ^ ours));
        std::hint::black_box(difference) == 0
    }
}

/// Returns what follows `Bearer`, whose case does not matter (RFC 9110, section 11.1).
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked(7)?;
    scheme
        .eq_ignore_ascii_case(b"bearer ")
        .then(|| token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sent: Option<&str>, is_right: bool) {
        let mut headers = HeaderMap::new();
        if let Some(sent) = sent {
            headers.insert(AUTHORIZATION, sent.parse().unwrap());
        }
        let token = Token::new(&Secret::new("the right one"));
        assert_eq!(token.came_with(&headers), is_right, "{sent:?}");
    }

    #[test]
    fn only_the_right_token_opens() {
        check(Some("Bearer the right one"), true);
        check(Some("bearer  the right one "), true);
        check(Some("Bearer the right on"), false);
        check(Some("Bearer "), false);
        check(Some("Basic the right one"), false);
        check(Some("Bear"), false);
        check(None, false);
    }
}
