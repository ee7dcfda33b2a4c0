//! The output of a process, line by line.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::task::JoinSet;

use crate::watched::Watched;

/// The lines a process has written so far.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) lines: Vec<String>,
    pub(crate) ended: bool,
}

impl Log {
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }

    pub(crate) fn listening(&self) -> Option<Result<SocketAddr, String>> {
        self.address_after("listening on http://")
    }

    /// The address of the operator API, if it has one of its own. It is logged before the other.
    pub(crate) fn operator_address(&self) -> Option<Result<SocketAddr, String>> {
        self.address_after("the operator API is at http://")
    }

    fn address_after(&self, words: &str) -> Option<Result<SocketAddr, String>> {
        self.lines.iter().find_map(|line| {
            let (_, rest) = line.split_once(words)?;
            let address = rest.split(|c: char| c.is_whitespace() || c == '"').next()?;
            Some(
                address
                    .parse()
                    .map_err(|_| format!("not an address: {line}")),
            )
        })
    }
}

pub(crate) fn read_lines(
    pipe: Option<impl AsyncRead + Unpin + Send + 'static>,
) -> (Arc<Watched<Log>>, JoinSet<()>) {
    let log = Arc::new(Watched::new(Log::default()));
    let writes = Arc::clone(&log);
    let mut reader = JoinSet::new();
    let pipe = pipe.expect("the process was started with pipes");
    reader.spawn(async move {
        let mut lines = BufReader::new(pipe).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            writes.change(|log| log.lines.push(line));
        }
        writes.change(|log| log.ended = true);
    });
    (log, reader)
}

/// Prints a text that people have to see even if the test passes: the test runner hides what passing tests print.
pub fn say_past_the_runner(text: &str) {
    // There is nothing to do about a closed standard error.
    let _ = writeln!(std::io::stderr(), "\n{text}\n");
}
