//! Messages as lines of JSON. A line has a limit, and a reader that stops reading is given up.

use std::io;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long the other side may take to read what is waiting for it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// Lines that may wait for the other side to read them.
pub(crate) const QUEUE: usize = 128;

/// Why there is no further message.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LineError {
    /// The other side has closed the connection.
    #[error("the connection was closed")]
    Closed,
    /// A line is too long.
    #[error("a line has more than {0} bytes")]
    TooLong(usize),
    /// A line is not what was expected.
    #[error("a line was not understood: {0}")]
    NotUnderstood(#[from] serde_json::Error),
    /// The connection failed.
    #[error("the connection broke: {0}")]
    Broken(#[from] io::Error),
}

/// Reads messages.
pub(crate) struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
    limit: usize,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// Reads lines of at most `limit` bytes, with their end.
    pub(crate) fn new(reader: R, limit: usize) -> Self {
        Self {
            reader: BufReader::new(reader),
            line: Vec::new(),
            limit,
        }
    }

    /// Returns the next message. After an error, or if this was cancelled, no other can be read.
    pub(crate) async fn next<T: DeserializeOwned>(&mut self) -> Result<T, LineError> {
        self.line.clear();
        let limit = u64::try_from(self.limit).unwrap_or(u64::MAX);
        let mut limited = (&mut self.reader).take(limit);
        limited.read_until(b'\n', &mut self.line).await?;
        match self.line.last() {
            Some(b'\n') => Ok(serde_json::from_slice(&self.line)?),
            Some(_) if self.line.len() >= self.limit => Err(LineError::TooLong(self.limit)),
            _ => Err(LineError::Closed),
        }
    }
}

/// Returns a message as a line; an empty text if it cannot be written as JSON, which no message of ours
/// ever is.
pub(crate) fn line(message: &impl Serialize) -> String {
    let mut line = serde_json::to_string(message).unwrap_or_default();
    line.push('\n');
    line
}

/// Writes the lines of a queue until nobody can add to it any more.
///
/// # Errors
/// When the connection breaks, or the other side does not read in time.
pub(crate) async fn write_all(
    mut writer: impl AsyncWrite + Unpin,
    mut queue: mpsc::Receiver<String>,
) -> io::Result<()> {
    while let Some(line) = queue.recv().await {
        let written = timeout(WRITE_TIMEOUT, writer.write_all(line.as_bytes())).await;
        written.map_err(|_elapsed| io::Error::from(io::ErrorKind::TimedOut))??;
    }
    writer.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_at_the_limit_is_read_and_a_longer_one_is_not() {
        let mut lines = Lines::new(&b"\"123\"\n\"1234\"\n"[..], 6);

        assert_eq!(lines.next::<String>().await.unwrap(), "123");
        let refused = lines.next::<String>().await.unwrap_err();
        assert!(matches!(refused, LineError::TooLong(6)), "{refused:?}");
    }

    #[tokio::test]
    async fn what_is_not_a_whole_line_is_no_message() {
        let mut lines = Lines::new(&b"1\n2"[..], 100);

        assert_eq!(lines.next::<u32>().await.unwrap(), 1);
        let refused = lines.next::<u32>().await.unwrap_err();
        assert!(matches!(refused, LineError::Closed), "{refused:?}");
    }

    #[tokio::test]
    async fn what_is_not_json_is_not_understood() {
        let mut lines = Lines::new(&b"GET / HTTP/1.1\r\n\r\n"[..], 100);

        let refused = lines.next::<u32>().await.unwrap_err();

        assert!(
            matches!(refused, LineError::NotUnderstood(_)),
            "{refused:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_stops_reading_is_given_up() {
        let (ours, _theirs) = tokio::io::duplex(16);
        let (lines, queue) = mpsc::channel(4);
        lines.send("a".repeat(100)).await.unwrap();

        let given_up = write_all(ours, queue).await.unwrap_err();

        assert_eq!(given_up.kind(), io::ErrorKind::TimedOut);
    }
}
