//! Cuts bytes into lines of bounded length, however they arrive.

/// The longest part of a line that is kept; the rest is skipped. The longest line that
/// matters to us has a few hundred bytes.
pub const MAX_LINE_BYTES: usize = 16 * 1024;

/// Cuts a stream of bytes into lines. It holds at most [`MAX_LINE_BYTES`] of an unfinished line.
#[derive(Debug, Default)]
pub struct Lines {
    /// The start of an unfinished line.
    unfinished: Vec<u8>,
    /// How many bytes that line has so far, kept or not.
    unfinished_bytes: u64,
}

impl Lines {
    /// Nothing has been read.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Hands each line that these bytes complete to `each`, without its line feed or carriage return
    /// and line feed.
    pub fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8])) {
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', bytes) {
            let rest = &bytes[start..end];
            if self.unfinished_bytes == 0 {
                each(line(without_nuls(rest)));
            } else {
                self.keep(rest);
                each(line(&self.unfinished));
                self.forget();
            }
            start = end + 1;
        }
        self.keep(&bytes[start..]);
    }

    /// Ends the stream: hands out the last line if it had no end.
    pub fn finish(&mut self, mut each: impl FnMut(&[u8])) {
        if self.unfinished_bytes > 0 {
            each(line(&self.unfinished));
            self.forget();
        }
    }

    /// How many bytes of the last, unfinished line were fed.
    #[must_use]
    pub fn unfinished_bytes(&self) -> u64 {
        self.unfinished_bytes
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.unfinished_bytes += bytes.len() as u64;
        let bytes = if self.unfinished.is_empty() {
            without_nuls(bytes)
        } else {
            bytes
        };
        let room = MAX_LINE_BYTES - self.unfinished.len();
        self.unfinished
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn forget(&mut self) {
        self.unfinished.clear();
        self.unfinished_bytes = 0;
    }
}

/// A crash of the machine, or a log that was emptied while its server wrote on, leaves NULs of any
/// number before a line. They are no part of it, and must not take the room that it has.
fn without_nuls(bytes: &[u8]) -> &[u8] {
    let nuls = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[nuls..]
}

/// The line as it counts: no carriage return at its end, no more than the bound.
fn line(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    &bytes[..bytes.len().min(MAX_LINE_BYTES)]
}
