//! The tokens of the operator API: whose token somebody has sent.

use oxeye_process::Secret;
use sha2::{Digest, Sha256};

/// Who holds a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// The operator, who may do everything.
    Operator,
    /// Somebody who may read and change nothing.
    Reader,
}

/// The SHA-256 of each token.
#[derive(Clone)]
pub(crate) struct Tokens {
    operator: [u8; 32],
    reader: Option<[u8; 32]>,
}

impl Tokens {
    pub(crate) fn new(operator: &Secret, reader: Option<&Secret>) -> Tokens {
        let sha256 = |token: &Secret| Sha256::digest(token.expose()).into();
        Tokens {
            operator: sha256(operator),
            reader: reader.map(sha256),
        }
    }

    /// Returns whose token this is. It is compared with all tokens, so that timing reveals nothing.
    pub(crate) fn holder(&self, sent: &[u8]) -> Option<Holder> {
        let sent: [u8; 32] = Sha256::digest(sent).into();
        let is_operator = are_equal(&sent, &self.operator);
        let is_reader = self.reader.map(|reader| are_equal(&sent, &reader));
        match (is_operator, is_reader) {
            (true, _) => Some(Holder::Operator),
            (false, Some(true)) => Some(Holder::Reader),
            (false, _) => None,
        }
    }
}

/// Compares digests without stopping at the first difference.
fn are_equal(left: &[u8; 32], right: &[u8; 32]) -> bool {
    let difference = left
        .iter()
        .zip(right)
        .fold(0, |difference, (left, right)| difference | (left ^ right));
    std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_belongs_to_its_holder_and_others_to_nobody() {
        let (operator, reader) = (Secret::new("operator's"), Secret::new("reader's"));
        let both = Tokens::new(&operator, Some(&reader));
        let one = Tokens::new(&operator, None);

        assert_eq!(both.holder(b"operator's"), Some(Holder::Operator));
        assert_eq!(both.holder(b"reader's"), Some(Holder::Reader));
        assert_eq!(one.holder(b"reader's"), None);
        for sent in [&b""[..], b"operator", b"operator's ", &[0; 32]] {
            assert_eq!(both.holder(sent), None);
        }
    }
}
