//! Reads a log from standard input: `docker logs -t -f mc | oxeye-agent run --log -`.
//!
//! Such an input begins with everything that was ever logged. Nothing is reported until that history is
//! over; then everyone who is online is reported.

use std::io::{self, Read as _};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use oxeye_process::clock::Clock;

use super::activity::{send_activity, take_activity};
use super::log::{not_understood, warn_of_what_is_left_out};
use super::{Message, Messages, SentKind, send, send_update};
use crate::follow::StreamFollower;
use crate::game_event::TimedEvent;
use crate::log::ActivityKinds;
use crate::source_update::{SourceKind, SourceUpdate};

/// The name of this log in messages.
const INPUT: &str = "standard input";

/// Bytes read per call.
const CHUNK_BYTES: usize = 64 * 1024;

/// The pause that ends the history: old lines arrive without pauses.
const PAUSE: Duration = Duration::from_secs(1);

/// The longest time for which lines count as history, for a server that never stops logging.
const LONGEST_HISTORY: Duration = Duration::from_secs(60);

/// How long to wait for the first line that is understood before other sources are used.
const UNDERSTOOD_WITHIN: Duration = Duration::from_secs(10);

/// Starts the threads. They end with the input or with the program, because a read cannot be
/// interrupted.
///
/// # Errors
///
/// When no thread can be started.
pub(crate) fn start(
    follower: StreamFollower,
    kinds: ActivityKinds,
    clock: Clock,
    messages: Messages,
) -> anyhow::Result<()> {
    // At most one chunk waits, so that the writer at the other end of the pipe waits too.
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
    let input = Input::new(follower, kinds, clock, messages);
    thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || input.follow(&chunks))
        .context("cannot start to read standard input")?;
    Ok(())
}

/// Returns the number of bytes read, or `None` at the end and when reading fails.
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
    /// Whether the history is over and everyone who is online has been reported.
    is_reported: bool,
    /// Whether we have reported that the log is not understood.
    has_complained: bool,
    /// Whether the log was last reported as one that records no disconnects.
    is_doubted: bool,
    sent_kind: SentKind,
    /// The kinds of activity to report.
    kinds: ActivityKinds,
}

impl Input {
    fn new(
        follower: StreamFollower,
        kinds: ActivityKinds,
        clock: Clock,
        messages: Messages,
    ) -> Self {
        Self {
            follower,
            clock,
            messages,
            began: Instant::now(),
            is_reported: false,
            has_complained: false,
            is_doubted: false,
            sent_kind: SentKind::default(),
            kinds,
        }
    }

    fn follow(mut self, chunks: &Receiver<Vec<u8>>) {
        let mut events = Vec::new();
        loop {
            match chunks.recv_timeout(PAUSE) {
                Ok(chunk) => {
                    self.follower.feed(&chunk, (self.clock)(), &mut events);
                    // Later lines may show that the log is not what it seemed to be.
                    self.is_reported &= self.follower.reading().reader().is_understood();
                    if self.is_reported {
                        self.send_events(&mut events);
                    } else if self.began.elapsed() > LONGEST_HISTORY {
                        self.end_history(&mut events);
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.end_history(&mut events),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.follower.finish((self.clock)(), &mut events);
        self.end_history(&mut events);
        self.send_events(&mut events);
        send(&self.messages, Message::InputEnded);
    }

    /// Reports everyone who is online. Earlier events are not reported, because standard input has no
    /// position that could show which of them were reported before.
    fn end_history(&mut self, events: &mut Vec<TimedEvent>) {
        if self.is_reported {
            return;
        }
        if !self.follower.reading().reader().is_understood() {
            if self.began.elapsed() > UNDERSTOOD_WITHIN && !self.has_complained {
                self.has_complained = true;
                let why = not_understood(self.follower.reading().reader(), INPUT);
                send_update(&self.messages, SourceKind::Log, SourceUpdate::Failed(why));
            }
            events.clear();
            return;
        }
        self.is_reported = true;
        self.has_complained = false;
        events.clear();
        self.follower.end_history();
        self.send_everything(Vec::new());
        self.sent_kind
            .update(self.follower.reading().reader(), &self.messages);
    }

    /// Reports everyone who is online, with the events since the last update.
    fn send_everything(&mut self, events: Vec<TimedEvent>) {
        self.is_doubted = self.follower.reading().reader().records_no_leaves();
        warn_of_what_is_left_out(self.follower.reading().reader(), INPUT);
        let names = SourceUpdate::Roster {
            roster: self.follower.reading().roster().clone(),
            knows_everyone: self.follower.reading().knows_everyone(),
            run: self.follower.reading().run(),
            events,
        };
        send_update(&self.messages, SourceKind::Log, names);
    }

    fn send_events(&mut self, events: &mut Vec<TimedEvent>) {
        if self.is_reported {
            self.sent_kind
                .update(self.follower.reading().reader(), &self.messages);
            send_activity(&self.messages, self.kinds, take_activity(events));
        }
        if self.is_reported && !events.is_empty() {
            let events = std::mem::take(events);
            if self.follower.reading().reader().records_no_leaves() != self.is_doubted {
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

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::UnixSeconds;
    use tokio::sync::mpsc as inbox;

    use super::*;
    use crate::log::{Family, LogOptions};

    #[test]
    fn events_of_a_log_that_is_not_of_the_given_family_are_not_kept() {
        let options = LogOptions {
            family: Some(Family::Pocketmine),
            ..LogOptions::default()
        };
        let (messages, _inbox) = inbox::unbounded_channel();
        let follower = StreamFollower::new(options, None);
        let clock = || UnixSeconds(1_795_262_405);
        let mut input = Input::new(follower, ActivityKinds::default(), clock, messages);
        let lines = "[12:00:00] [Server thread/INFO]: Starting minecraft server version 1.21\n\
                     [12:00:01] [Server thread/INFO]: Alex joined the game\n";
        let mut events = Vec::new();
        input
            .follower
            .feed(lines.as_bytes(), (input.clock)(), &mut events);
        assert_eq!(events.len(), 1);

        input.end_history(&mut events);

        assert_eq!((events.len(), input.is_reported), (0, false));
    }
}
