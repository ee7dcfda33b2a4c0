//! Cuts bytes into lines of bounded length, however they arrive.

/// The longest part of a line that is kept; the rest is skipped. The longest line that matters to us
/// has a few hundred bytes.
pub const MAX_LINE_BYTES: usize = 16 * 1024;

/// Cuts a stream of bytes into lines. It holds at most [`MAX_LINE_BYTES`] of an unfinished line.
#[derive(Debug, Default)]
pub struct Lines {
    /// The start of an unfinished line.
    unfinished: Vec<u8>,
    /// Number of bytes of that line so far, including those that were skipped.
    unfinished_bytes: u64,
}

impl Lines {
    /// Returns a reader that has read nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Passes each line that these bytes complete to `each`, without its line break.
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

    /// Ends the stream and passes an unfinished last line to `each`.
    pub fn finish(&mut self, mut each: impl FnMut(&[u8])) {
        if self.unfinished_bytes > 0 {
            each(line(&self.unfinished));
            self.forget();
        }
    }

    /// Returns the number of bytes in the unfinished last line.
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

/// Returns the bytes without leading NULs. A crash of the machine, or emptying a log while its server
/// goes on writing, leaves any number of NULs before a line. They are not part of it and must not use
/// up its space.
fn without_nuls(bytes: &[u8]) -> &[u8] {
    let nuls = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[nuls..]
}

/// Returns the line without a carriage return at its end, cut to the longest length.
fn line(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    &bytes[..bytes.len().min(MAX_LINE_BYTES)]
}
