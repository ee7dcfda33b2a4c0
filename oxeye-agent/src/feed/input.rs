//! A log that comes through standard input: `docker logs -t -f mc | oxeye-agent run --log -`.
//!
//! Such an input begins with all that was ever written. Until that is over, nothing is told; then
//! whoever is on by it.

use std::io::{self, Read as _};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::log::{not_understood, warn_of_what_is_left_out};
use super::{Message, Messages, tell};
use crate::clock::Clock;
use crate::follow::StreamFollower;
use crate::happening::Seen;
use crate::news::{News, SourceKind};

/// What the log is called in sentences.
const INPUT: &str = "standard input";

/// So much is read at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// History comes without a pause. What comes after one is new.
const PAUSE: Duration = Duration::from_secs(1);

/// A server that logs without a pause is believed after this time at the latest.
const LONGEST_HISTORY: Duration = Duration::from_secs(60);

/// After this time without a line that is understood, other sources are asked.
const UNDERSTOOD_WITHIN: Duration = Duration::from_secs(10);

/// Starts to read. The threads end with the input or with the program: a read cannot be broken off.
///
/// # Errors
///
/// When no thread can be started.
pub fn start(follower: StreamFollower, clock: Clock, messages: Messages) -> anyhow::Result<()> {
    // One chunk waits at most: whoever writes into the pipe waits with it.
    let (sender, chunks) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name("input".to_owned())
        .spawn(move || {
            let mut chunk = vec![0; CHUNK_BYTES];
            while let Some(bytes) = read(&mut chunk) {
                if sender.send(chunk[..bytes].to_vec()).is_err() {
                    return;
                }
            }
        })
        .context("cannot start to read standard input")?;
    let input = Input {
        follower,
        clock,
        messages,
        began: Instant::now(),
        is_told: false,
        is_complained_of: false,
        is_doubted: false,
    };
    thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || input.take(&chunks))
        .context("cannot start to read standard input")?;
    Ok(())
}

/// `None` at the end, and when nothing can be read.
fn read(chunk: &mut [u8]) -> Option<usize> {
    loop {
        match io::stdin().lock().read(chunk) {
            Ok(0) => return None,
            Ok(bytes) => return Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

struct Input {
    follower: StreamFollower,
    clock: Clock,
    messages: Messages,
    began: Instant,
    /// History is over, and whoever is on by it was told.
    is_told: bool,
    is_complained_of: bool,
    /// It records no disconnects, and was told so.
    is_doubted: bool,
}

impl Input {
    fn take(mut self, chunks: &Receiver<Vec<u8>>) {
        let mut seen = Vec::new();
        loop {
            match chunks.recv_timeout(PAUSE) {
                Ok(chunk) => {
                    self.follower.feed(&chunk, (self.clock)(), &mut seen);
                    if self.is_told {
                        self.tell_happened(&mut seen);
                    } else if self.began.elapsed() > LONGEST_HISTORY {
                        self.history_is_over(&mut seen);
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.history_is_over(&mut seen),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.follower.finish((self.clock)(), &mut seen);
        self.history_is_over(&mut seen);
        self.tell_happened(&mut seen);
        // Nobody listens any more once the agent stops.
        let _ = self.messages.send(Message::InputEnded);
    }

    /// Whoever is on by all that came so far is told. What happened before is not: an input has no
    /// place from which it could be known what was told already.
    fn history_is_over(&mut self, seen: &mut Vec<Seen>) {
        if self.is_told {
            return;
        }
        if !self.follower.is_understood() {
            if self.began.elapsed() > UNDERSTOOD_WITHIN && !self.is_complained_of {
                self.is_complained_of = true;
                let why = not_understood(self.follower.reader(), INPUT);
                tell(&self.messages, SourceKind::Log, News::Fails(why));
            }
            return;
        }
        self.is_told = true;
        seen.clear();
        self.follower.history_is_over();
        self.tell_everything(Vec::new());
    }

    /// Whoever is on is told, with what has led to it.
    fn tell_everything(&mut self, seen: Vec<Seen>) {
        self.is_doubted = self.follower.reader().records_no_ends();
        warn_of_what_is_left_out(self.follower.reader(), INPUT);
        let names = News::Names {
            presence: self.follower.presence().clone(),
            knows_everyone: self.follower.knows_everyone(),
            seen,
        };
        tell(&self.messages, SourceKind::Log, names);
    }

    fn tell_happened(&mut self, seen: &mut Vec<Seen>) {
        if self.is_told && !seen.is_empty() {
            let seen = std::mem::take(seen);
            if self.follower.reader().records_no_ends() != self.is_doubted {
                self.tell_everything(seen);
                return;
            }
            tell(&self.messages, SourceKind::Log, News::Happened(seen));
        }
    }
}
