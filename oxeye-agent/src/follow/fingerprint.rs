//! Recognises a log file after it was renamed, compressed or copied.

use std::fs::Metadata;
use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How many bytes are compared, of the beginning of a file or of what was read last. They contain
/// times, so the files of one server rarely begin with the same bytes.
pub(super) const HEAD_BYTES: usize = 1024;

/// The device and inode of a file. Two files that exist at the same time have different ones; a renamed
/// file keeps its own, a copied or compressed one does not. Some network drives make them up on the
/// fly, so a difference alone proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    pub(super) fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        Some(Self(metadata.dev(), metadata.ino()))
    }

    /// Returns `None`: on this system nothing distinguishes files reliably, not even the creation time.
    #[cfg(not(unix))]
    pub(super) fn of(_: &Metadata) -> Option<Self> {
        None
    }
}

/// The digest of the first bytes of a file. The bytes themselves may name players and addresses, so
/// they are not stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fingerprint {
    bytes: usize,
    sha256: String,
}

impl Fingerprint {
    /// Takes the fingerprint of at most the first [`HEAD_BYTES`] bytes.
    pub(super) fn of(head: &[u8]) -> Self {
        let head = &head[..head.len().min(HEAD_BYTES)];
        Self {
            bytes: head.len(),
            sha256: format!("{:x}", Sha256::digest(head)),
        }
    }

    /// Returns the number of bytes it was taken from.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether a file that begins with `head` is the one the fingerprint was taken from, or a longer
    /// version of it. A fingerprint of no bytes fits no file.
    pub(super) fn fits(&self, head: &[u8]) -> bool {
        self.bytes > 0
            && head
                .get(..self.bytes)
                .is_some_and(|head| Self::of(head) == *self)
    }
}

/// Returns at most the first [`HEAD_BYTES`] bytes of `reader`, or those before an error.
pub(super) fn head_of(reader: &mut impl Read) -> Vec<u8> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    let mut room = reader.take(HEAD_BYTES as u64);
    // `read_to_end` keeps what it read before it failed, which is all a damaged file yields.
    let _: io::Result<usize> = room.read_to_end(&mut head);
    head
}

/// The bytes before the position up to which a file was read, which is the end of a complete line. They
/// distinguish two files that begin with the same bytes, as a custom log layout can make them.
#[derive(Debug, Default)]
pub(super) struct Tail {
    before: Vec<u8>,
    /// The last bytes of the unfinished line after that position.
    unfinished: Vec<u8>,
    unfinished_bytes: u64,
}

impl Tail {
    /// Returns the tail of a file that is read on after these bytes.
    pub(super) fn after(before: Vec<u8>) -> Self {
        Self {
            before,
            ..Self::default()
        }
    }

    /// Takes in the next bytes, after which the unfinished line is `unfinished_bytes` long.
    pub(super) fn read(&mut self, bytes: &[u8], unfinished_bytes: u64) {
        self.unfinished.extend_from_slice(bytes);
        self.unfinished_bytes += bytes.len() as u64;
        if unfinished_bytes < self.unfinished_bytes {
            let unfinished = usize::try_from(unfinished_bytes).unwrap_or(usize::MAX);
            let end = self.unfinished.len().saturating_sub(unfinished);
            self.before.extend(self.unfinished.drain(..end));
            self.unfinished_bytes = unfinished_bytes;
        }
        keep_last(&mut self.before);
        keep_last(&mut self.unfinished);
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.before)
    }
}

fn keep_last(bytes: &mut Vec<u8>) {
    let excess = bytes.len().saturating_sub(HEAD_BYTES);
    bytes.drain(..excess);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_same_however_the_bytes_arrive() {
        let log = [
            &b"x".repeat(700),
            &b"\ny\n"[..],
            &b"z".repeat(3000),
            b"\nend",
        ]
        .concat();
        let unfinished = |to: usize| {
            let line = log[..to].iter().rposition(|byte| *byte == b'\n');
            to - line.map_or(0, |at| at + 1)
        };
        for size in [1, 3, 500, 1500, 9000] {
            let mut tail = Tail::default();
            let mut read = 0;
            for chunk in log.chunks(size) {
                read += chunk.len();
                tail.read(chunk, unfinished(read) as u64);
                let known = &log[..read - unfinished(read)];
                let expected = &known[known.len().saturating_sub(HEAD_BYTES)..];
                assert_eq!(
                    tail.fingerprint(),
                    Fingerprint::of(expected),
                    "{size} {read}"
                );
            }
            tail.read(b"", 0);
            let expected = &log[log.len() - HEAD_BYTES..];
            assert_eq!(tail.fingerprint(), Fingerprint::of(expected));
        }
    }

    #[test]
    fn a_file_that_has_grown_is_recognised() {
        let fingerprint = Fingerprint::of(b"[12:00:00] first");

        assert!(fingerprint.fits(b"[12:00:00] first\n[12:00:01] second\n"));
        assert!(!fingerprint.fits(b"[12:00:09] other"));
        assert!(!fingerprint.fits(b"[12:"));
    }

    #[test]
    fn an_empty_file_is_not_recognised() {
        assert!(!Fingerprint::of(b"").fits(b""));
        assert!(!Fingerprint::of(b"").fits(b"[12:00:00] first"));
    }

    #[test]
    fn only_the_beginning_of_a_file_is_compared() {
        let long = vec![b'x'; HEAD_BYTES + 5];
        let mut other = long.clone();
        other[HEAD_BYTES + 1] = b'y';

        assert!(Fingerprint::of(&long).fits(&other));
    }
}
