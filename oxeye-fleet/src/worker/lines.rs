//! Messages as lines of JSON. A line has a limit, a reader that stops reading is given up, and so is a
//! connection on which nothing comes any more, not even a ping.

use std::io;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long the other side may take to read what is waiting for it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a side that has nothing to say waits before it sends a ping.
pub(crate) const PING_EVERY: Duration = Duration::from_secs(5);

/// The silence after which a connection counts as cut: three pings are missing.
pub(crate) const SILENCE: Duration = Duration::from_secs(15);

/// A ping, in both directions.
const PING: &str = "\"ping\"\n";

/// Lines that may wait for the other side to read them.
pub(crate) const QUEUE: usize = 128;

/// Why there is no further message.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LineError {
    /// The other side has closed the connection.
    #[error("the connection was closed")]
    Closed,
    /// Nothing came for too long.
    #[error("nothing came for {} s", SILENCE.as_secs())]
    Silent,
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
        loop {
            let read = timeout(SILENCE, self.reader.fill_buf()).await;
            let read = read.map_err(|_elapsed| LineError::Silent)??;
            if read.is_empty() {
                return Err(LineError::Closed);
            }
            let end = read.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(read.len(), |end| end + 1);
            if self.line.len() + taken > self.limit {
                return Err(LineError::TooLong(self.limit));
            }
            self.line.extend_from_slice(&read[..taken]);
            self.reader.consume(taken);
            if end.is_some() {
                return Ok(serde_json::from_slice(&self.line)?);
            }
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

/// Writes the lines of a queue until nobody can add to it any more, and pings while it is empty.
///
/// # Errors
/// When the connection breaks, or the other side does not read in time.
pub(crate) async fn write_all(
    mut writer: impl AsyncWrite + Unpin,
    mut queue: mpsc::Receiver<String>,
) -> io::Result<()> {
    loop {
        let line = match timeout(PING_EVERY, queue.recv()).await {
            Ok(Some(line)) => line,
            Ok(None) => return writer.shutdown().await,
            Err(_elapsed) => PING.to_owned(),
        };
        let written = timeout(WRITE_TIMEOUT, write(&mut writer, &line)).await;
        written.map_err(|_elapsed| io::Error::from(io::ErrorKind::TimedOut))??;
    }
}

/// Writes a line. TLS may hold back a part of it until it is flushed.
async fn write(writer: &mut (impl AsyncWrite + Unpin), line: &str) -> io::Result<()> {
    writer.write_all(line.as_bytes()).await?;
    writer.flush().await
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

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

    #[tokio::test(start_paused = true)]
    async fn a_side_that_has_nothing_to_say_pings() {
        let (ours, theirs) = tokio::io::duplex(1_024);
        let (sender, queue) = mpsc::channel(4);
        let mut lines = Lines::new(theirs, 100);
        let start = Instant::now();

        let (written, ()) = tokio::join!(write_all(ours, queue), async {
            for pings in 1..=4 {
                assert_eq!(lines.next::<String>().await.unwrap(), "ping");
                assert_eq!(start.elapsed(), PING_EVERY * pings);
            }
            drop(sender);
        });

        written.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_on_which_nothing_comes_is_given_up() {
        let (mut ours, theirs) = tokio::io::duplex(1_024);
        ours.write_all(b"1\n2").await.unwrap();
        let mut lines = Lines::new(theirs, 100);
        assert_eq!(lines.next::<u32>().await.unwrap(), 1);
        let start = Instant::now();

        let given_up = lines.next::<u32>().await.unwrap_err();

        assert_eq!(start.elapsed(), SILENCE);
        assert_eq!(given_up.to_string(), "nothing came for 15 s");
    }
}
