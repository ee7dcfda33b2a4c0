//! Reads a body line by line, so that its length does not matter.

use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use tokio::time::timeout;

use crate::http::error::{ApiError, RequestError};
use crate::portable_lines::ImportRefusal;

/// The lines of a body, numbered from one. Empty lines are skipped.
pub(crate) struct Lines {
    body: Body,
    /// How long the next piece may take to arrive.
    frame_timeout: Duration,
    longest: usize,
    received: Vec<u8>,
    /// The number of bytes of `received` that have been returned.
    taken: usize,
    number: usize,
    ended: bool,
}

impl Lines {
    /// Reads a body whose lines have at most `longest` bytes.
    pub(crate) fn of(body: Body, longest: usize, frame_timeout: Duration) -> Lines {
        Lines {
            body,
            frame_timeout,
            longest,
            received: Vec::new(),
            taken: 0,
            number: 0,
            ended: false,
        }
    }

    /// Returns the number of the last line that was returned.
    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// Returns the next line, or `None` after the last.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, ApiError> {
        // The number of bytes already searched for the end of the line.
        let mut searched = 0;
        loop {
            let rest = &self.received[self.taken..];
            let end = rest[searched..].iter().position(|byte| *byte == b'\n');
            let (line, with_end) = match end.map(|end| searched + end) {
                Some(end) => (end, end + 1),
                None if self.ended && rest.is_empty() => return Ok(None),
                None if self.ended => (rest.len(), rest.len()),
                None => {
                    searched = rest.len();
                    self.check_length(searched, self.number + 1)?;
                    self.receive().await?;
                    continue;
                }
            };
            self.number += 1;
            self.check_length(line, self.number)?;
            let line = self.received[self.taken..][..line].trim_ascii().to_vec();
            self.taken += with_end;
            searched = 0;
            if !line.is_empty() {
                return Ok(Some(line));
            }
        }
    }

    fn check_length(&self, bytes: usize, number: usize) -> Result<(), ApiError> {
        if bytes <= self.longest {
            return Ok(());
        }
        Err(ApiError::NotImported(ImportRefusal::LineTooLong {
            line: number,
            longest: self.longest,
        }))
    }

    async fn receive(&mut self) -> Result<(), ApiError> {
        self.received.drain(..self.taken);
        self.taken = 0;
        match timeout(self.frame_timeout, self.body.frame()).await {
            Err(_elapsed) => Err(RequestError::BodyTooSlow.into()),
            Ok(Some(Err(_))) => Err(RequestError::BodyBroken.into()),
            Ok(None) => {
                self.ended = true;
                Ok(())
            }
            Ok(Some(Ok(frame))) => {
                if let Ok(data) = frame.into_data() {
                    self.received.extend_from_slice(&data);
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines_of(pieces: &'static [&'static str]) -> Result<Vec<String>, ApiError> {
        let pieces = pieces.iter().map(|piece| Ok::<_, std::io::Error>(*piece));
        let body = Body::from_stream(futures_util::stream::iter(pieces));
        let mut lines = Lines::of(body, 8, Duration::from_secs(1));
        let mut read = Vec::new();
        while let Some(line) = lines.next().await? {
            read.push(format!(
                "{}:{}",
                lines.number(),
                String::from_utf8_lossy(&line)
            ));
        }
        Ok(read)
    }

    #[tokio::test]
    async fn lines_are_whole_however_they_arrive() {
        let whole = lines_of(&["one\r\n\ntwo\nthree"]).await.unwrap();
        let torn = lines_of(&["o", "ne\r", "\n", "\nt", "wo\nthr", "ee"]).await;

        assert_eq!(whole, ["1:one", "3:two", "4:three"]);
        assert_eq!(torn.unwrap(), whole);
        assert!(lines_of(&[]).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_refused() {
        let endless = lines_of(&["one\n", "123456789", "1", "1"]).await;
        let long = lines_of(&["one\n123456789\n"]).await;

        assert!(matches!(endless, Err(ApiError::NotImported(_))));
        assert!(matches!(long, Err(ApiError::NotImported(_))));
        assert_eq!(lines_of(&["12345678"]).await.unwrap(), ["1:12345678"]);
    }
}
