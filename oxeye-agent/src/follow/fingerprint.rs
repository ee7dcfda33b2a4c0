//! How a log file is known again after it was renamed, compressed or copied.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// More of a file's beginning is never compared. Times are printed in it, so no two files of one
/// server begin with the same bytes.
pub(super) const HEAD_BYTES: usize = 1024;

/// The first bytes of a file, as a digest: the text itself may name players and addresses, and has
/// no business in a file of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fingerprint {
    bytes: usize,
    sha256: String,
}

impl Fingerprint {
    /// Of the bytes a file begins with; more than [`HEAD_BYTES`] do not count.
    pub(super) fn of(head: &[u8]) -> Self {
        let head = &head[..head.len().min(HEAD_BYTES)];
        Self {
            bytes: head.len(),
            sha256: format!("{:x}", Sha256::digest(head)),
        }
    }

    /// A file that begins with `head` is the one this was taken of, or a longer version of it. A
    /// fingerprint of nothing fits no file.
    pub(super) fn fits(&self, head: &[u8]) -> bool {
        self.bytes > 0
            && head
                .get(..self.bytes)
                .is_some_and(|head| Self::of(head) == *self)
    }
}

/// The first bytes that `reader` gives, at most [`HEAD_BYTES`]; what comes before an error counts.
pub(super) fn head_of(reader: &mut impl Read) -> Vec<u8> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    let mut room = reader.take(HEAD_BYTES as u64);
    // `read_to_end` keeps what it read before it failed, which is all a damaged file can give.
    let _: io::Result<usize> = room.read_to_end(&mut head);
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_grew_is_known_again() {
        let fingerprint = Fingerprint::of(b"[12:00:00] first");

        assert!(fingerprint.fits(b"[12:00:00] first\n[12:00:01] second\n"));
        assert!(!fingerprint.fits(b"[12:00:09] other"));
        assert!(!fingerprint.fits(b"[12:"));
    }

    #[test]
    fn nothing_is_known_of_an_empty_file() {
        assert!(!Fingerprint::of(b"").fits(b""));
        assert!(!Fingerprint::of(b"").fits(b"[12:00:00] first"));
    }

    #[test]
    fn only_the_beginning_counts() {
        let long = vec![b'x'; HEAD_BYTES + 5];
        let mut other = long.clone();
        other[HEAD_BYTES + 1] = b'y';

        assert!(Fingerprint::of(&long).fits(&other));
    }
}
