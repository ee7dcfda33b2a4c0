//! A log that comes through standard input: `docker logs -t -f mc | oxeye-agent run --log -`.
//!
//! Such an input begins with everything ever written. Nothing is reported until that history is over;
//! then everybody who is on is.

use std::io::{self, Read as _};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use oxeye_process::clock::Clock;

use super::log::{not_understood, warn_of_what_is_left_out};
use super::{Message, Messages, send_update};
use crate::follow::StreamFollower;
use crate::game_event::TimedEvent;
use crate::source_update::{SourceKind, SourceUpdate};

/// The name of this log in messages.
const INPUT: &str = "standard input";

/// Bytes read per call.
const CHUNK_BYTES: usize = 64 * 1024;

/// The pause that ends the history: old lines come without one.
const PAUSE: Duration = Duration::from_secs(1);

/// The longest history: a server that logs without a pause is believed after this time.
const LONGEST_HISTORY: Duration = Duration::from_secs(60);

/// How long to wait for a line that is understood before other sources are used.
const UNDERSTOOD_WITHIN: Duration = Duration::from_secs(10);

/// Starts to read. The threads end with the input or with the program: a read cannot be interrupted.
///
/// # Errors
///
/// When no thread can be started.
pub fn start(follower: StreamFollower, clock: Clock, messages: Messages) -> anyhow::Result<()> {
    // At most one chunk waits, so whoever writes into the pipe waits too.
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
        is_reported: false,
        is_complained_of: false,
        is_doubted: false,
    };
    thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || input.take(&chunks))
        .context("cannot start to read standard input")?;
    Ok(())
}

/// Returns `None` at the end and when reading fails.
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
    /// The history is over, and everybody who is on has been reported.
    is_reported: bool,
    is_complained_of: bool,
    /// Whether the log was last reported as one that records no disconnects.
    is_doubted: bool,
}

impl Input {
    fn take(mut self, chunks: &Receiver<Vec<u8>>) {
        let mut events = Vec::new();
        loop {
            match chunks.recv_timeout(PAUSE) {
                Ok(chunk) => {
                    self.follower.feed(&chunk, (self.clock)(), &mut events);
                    if self.is_reported {
                        self.send_events(&mut events);
                    } else if self.began.elapsed() > LONGEST_HISTORY {
                        self.history_is_over(&mut events);
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.history_is_over(&mut events),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.follower.finish((self.clock)(), &mut events);
        self.history_is_over(&mut events);
        self.send_events(&mut events);
        // Nobody receives any more once the agent stops.
        let _ = self.messages.send(Message::InputEnded);
    }

    /// Reports everybody who is on. Earlier events are not reported: standard input has no position
    /// that could show which of them were reported already.
    fn history_is_over(&mut self, events: &mut Vec<TimedEvent>) {
        if self.is_reported {
            return;
        }
        if !self.follower.is_understood() {
            if self.began.elapsed() > UNDERSTOOD_WITHIN && !self.is_complained_of {
                self.is_complained_of = true;
                let why = not_understood(self.follower.reader(), INPUT);
                send_update(&self.messages, SourceKind::Log, SourceUpdate::Failed(why));
            }
            return;
        }
        self.is_reported = true;
        events.clear();
        self.follower.history_is_over();
        self.send_everything(Vec::new());
    }

    /// Reports everybody who is on, with the events since the last update.
    fn send_everything(&mut self, events: Vec<TimedEvent>) {
        self.is_doubted = self.follower.reader().records_no_ends();
        warn_of_what_is_left_out(self.follower.reader(), INPUT);
        let names = SourceUpdate::Roster {
            roster: self.follower.roster().clone(),
            knows_everyone: self.follower.knows_everyone(),
            events,
        };
        send_update(&self.messages, SourceKind::Log, names);
    }

    fn send_events(&mut self, events: &mut Vec<TimedEvent>) {
        if self.is_reported && !events.is_empty() {
            let events = std::mem::take(events);
            if self.follower.reader().records_no_ends() != self.is_doubted {
                self.send_everything(events);
                return;
            }
            send_update(
                &self.messages,
                SourceKind::Log,
                SourceUpdate::Events(events),
            );
        }
    }
}
