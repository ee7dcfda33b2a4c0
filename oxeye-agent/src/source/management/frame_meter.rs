//! Counts every frame that a server sends, and ends the connection if there are too many.
//!
//! The WebSocket library returns only whole messages. A server could keep it busy forever with the empty
//! frames of a message that never ends, so we count below the library, where the bytes arrive.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use oxeye_probe::wire::Wire;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::budget::Budget;

/// The longest head of a frame: two bytes, eight of a length, and a mask of four.
const MAX_HEAD_BYTES: usize = 14;

/// A wire from a server with a limit on its frames. Reading fails with [`TooManyFrames`] beyond it.
pub(super) struct MeteredWire {
    wire: Box<dyn Wire>,
    frames: FrameLengths,
    budget: Budget,
}

/// The server has exceeded its allowance.
#[derive(Debug, thiserror::Error)]
#[error("the server sends too many frames")]
pub(super) struct TooManyFrames;

impl MeteredWire {
    pub(super) fn new(wire: Box<dyn Wire>) -> Self {
        Self {
            wire,
            frames: FrameLengths::default(),
            budget: Budget::new(Instant::now()),
        }
    }

    /// Counts the frames that begin in these bytes, which follow those that were counted before.
    pub(super) fn count(&mut self, bytes: &[u8]) -> Result<(), TooManyFrames> {
        let now = Instant::now();
        let budget = &mut self.budget;
        let is_within_budget = self.frames.read(bytes, |length| budget.take(length, now));
        if is_within_budget {
            Ok(())
        } else {
            Err(TooManyFrames)
        }
    }
}

impl AsyncRead for MeteredWire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = space.filled().len();
        ready!(Pin::new(&mut self.wire).poll_read(cx, space))?;
        let counted = self.count(&space.filled()[before..]);
        Poll::Ready(counted.map_err(io::Error::other))
    }
}

impl AsyncWrite for MeteredWire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}

/// Finds where frames begin in a stream of bytes that arrives in arbitrary pieces.
#[derive(Debug, Default)]
struct FrameLengths {
    /// The bytes of the current head that have arrived.
    head: [u8; MAX_HEAD_BYTES],
    head_bytes: usize,
    /// The bytes that are still missing from the content of the current frame.
    content_left: u64,
}

impl FrameLengths {
    /// Calls `allow` with the length of each frame whose head ends in these bytes. Returns `false` as
    /// soon as `allow` does.
    fn read(&mut self, mut bytes: &[u8], mut allow: impl FnMut(usize) -> bool) -> bool {
        while let [first, rest @ ..] = bytes {
            if self.content_left > 0 {
                let skipped = usize::try_from(self.content_left)
                    .map_or(bytes.len(), |left| left.min(bytes.len()));
                self.content_left -= skipped as u64;
                bytes = &bytes[skipped..];
                continue;
            }
            self.head[self.head_bytes] = *first;
            self.head_bytes += 1;
            bytes = rest;
            if let Some(length) = content_length(&self.head[..self.head_bytes]) {
                self.head_bytes = 0;
                self.content_left = length;
                if !allow(usize::try_from(length).unwrap_or(usize::MAX)) {
                    return false;
                }
            }
        }
        true
    }
}

/// Returns the length of a frame's content, or `None` while its head is incomplete (RFC 6455, 5.2).
fn content_length(head: &[u8]) -> Option<u64> {
    let second = *head.get(1)?;
    let (length_bytes, mask_bytes) = (
        match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        },
        if second & 0x80 == 0 { 0 } else { 4 },
    );
    if head.len() < 2 + length_bytes + mask_bytes {
        return None;
    }
    let length = match length_bytes {
        0 => u64::from(second & 0x7f),
        _ => head[2..2 + length_bytes]
            .iter()
            .fold(0, |length, byte| length << 8 | u64::from(*byte)),
    };
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the lengths that are found in these bytes, together and one by one.
    #[track_caller]
    fn check(bytes: &[u8], expected: &[usize]) {
        for piece in [1, 3, bytes.len()] {
            let mut frames = FrameLengths::default();
            let mut found = Vec::new();
            for bytes in bytes.chunks(piece) {
                let is_allowed = frames.read(bytes, |length| {
                    found.push(length);
                    true
                });
                assert!(is_allowed);
            }
            assert_eq!(found, expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn each_frame_is_found_whatever_its_length() {
        check(b"\x81\x02hi\x89\x00\x80\x00\x81\x01x", &[2, 0, 0, 1]);
        let medium = [b"\x82\x7e\x01\x00".as_slice(), &[0; 256], b"\x8a\x00"].concat();
        check(&medium, &[256, 0]);
        let long = [
            b"\x82\x7f\0\0\0\0\0\x01\x00\x00".as_slice(),
            &[7; 65536],
            b"\x8a\x00",
        ];
        check(&long.concat(), &[65536, 0]);
        check(b"\x81\x81\x00\x00\x00\x00x\x8a\x00", &[1, 0]);
    }

    #[test]
    fn the_longest_length_of_all_is_no_overflow() {
        let mut frames = FrameLengths::default();
        let head = b"\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0";
        let mut found = None;

        assert!(frames.read(head, |length| found.replace(length).is_none()));
        assert!(frames.read(&[0x81; 100], |_| false));
        assert_eq!(found, Some(usize::MAX));
    }

    #[test]
    fn counting_stops_at_the_first_frame_too_many() {
        let mut counted = 0;
        let is_allowed = FrameLengths::default().read(&[0; 100], |_| {
            counted += 1;
            counted < 3
        });

        assert!(!is_allowed);
        assert_eq!(counted, 3);
    }
}
