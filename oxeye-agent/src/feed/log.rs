//! Follows the log on a thread of its own, and keeps its place in a file.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context;

use super::place::{self, Place};
use super::{Message, Messages, tell};
use crate::clock::Clock;
use crate::follow::{Follower, LogFileSettings};
use crate::happening::Seen;
use crate::news::{News, SourceKind};
use crate::outbox::Handled;

/// How often the file is looked at: a join must be with the backend within a second.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How often a log that cannot be opened is tried again.
const RETRY_EVERY: Duration = Duration::from_secs(2);

/// How often the place is kept while nothing happens but chat.
const KEEP_PLACE_EVERY: Duration = Duration::from_secs(30);

/// A log that is followed.
#[derive(Debug)]
pub struct LogFeed {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl LogFeed {
    /// Starts to follow. The place is kept in `data_dir`.
    ///
    /// # Errors
    ///
    /// When no thread can be started.
    pub fn start(
        settings: LogFileSettings,
        data_dir: &Path,
        clock: Clock,
        messages: Messages,
    ) -> anyhow::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let reader = Reader {
            path: settings.path.clone(),
            place: Place::in_folder(data_dir),
            clock,
            messages,
            stopped,
            state: State::Untold,
        };
        let thread = thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || reader.follow(&settings))
            .context("cannot start to follow the log")?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl LogFeed {
    /// Nothing new is read from now on.
    pub fn stop(&mut self) {
        drop(self.stop.take());
    }
}

impl Drop for LogFeed {
    /// The place is kept afterwards. Whoever holds receipts must have let go of them.
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Forgets up to where the log was told: the next run reads it back to its last boot.
///
/// # Errors
///
/// What the disk says.
pub fn forget_place(data_dir: &Path) -> std::io::Result<()> {
    place::forget(data_dir)
}

struct Reader {
    path: PathBuf,
    place: Place,
    clock: Clock,
    messages: Messages,
    stopped: mpsc::Receiver<()>,
    state: State,
}

/// What was last told of the log as a whole.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Untold,
    Works,
    Fails(String),
}

impl Reader {
    fn follow(mut self, settings: &LogFileSettings) {
        while let Err(error) = self.open(settings) {
            self.fails(error);
            if self.is_stopped_after(RETRY_EVERY) {
                return;
            }
        }
    }

    /// Follows the log until the agent stops, unless it cannot even be opened.
    fn open(&mut self, settings: &LogFileSettings) -> Result<(), String> {
        let place = self.place.read();
        let before = place.as_ref().map(|place| place.presence().clone());
        let (follower, opened) = Follower::open(settings.clone(), place, (self.clock)())
            .map_err(|error| error.to_string())?;
        if let Some(before) = before {
            let seen = opened.seen_since_checkpoint;
            self.tell_and_wait(News::Resumed { before, seen });
        }
        self.go_on(follower);
        Ok(())
    }

    fn go_on(&mut self, mut follower: Follower) {
        let mut place_kept = None;
        loop {
            let is_kept = self.look(&mut follower);
            let is_due = place_kept.is_none_or(|kept: Instant| kept.elapsed() >= KEEP_PLACE_EVERY);
            if is_kept == Some(true) || (is_kept.is_none() && is_due) {
                self.place.write(&follower.checkpoint());
                place_kept = Some(Instant::now());
            }
            if self.is_stopped_after(LOOK_EVERY) {
                return;
            }
        }
    }

    /// Reads what has come, and tells it. Whether all of it is on disk; `None` when nothing came.
    fn look(&mut self, follower: &mut Follower) -> Option<bool> {
        let mut seen = Vec::new();
        let outcome = follower.poll((self.clock)(), &mut seen);
        let is_news = !seen.is_empty();
        if let Err(error) = outcome {
            let is_kept = self.tell_happened(follower, seen);
            self.fails(error.to_string());
            return is_news.then_some(is_kept);
        }
        if !follower.is_understood() {
            let path = self.path.display();
            self.fails(format!("no line of {path} is understood so far"));
            return None;
        }
        let is_kept = self.tell_happened(follower, seen);
        is_news.then_some(is_kept)
    }

    /// A log that begins to work is told as a whole, later only what is new.
    fn tell_happened(&mut self, follower: &Follower, seen: Vec<Seen>) -> bool {
        if self.state == State::Works {
            return seen.is_empty() || self.tell_and_wait(News::Happened(seen));
        }
        self.state = State::Works;
        self.tell_and_wait(News::Names {
            presence: follower.presence().clone(),
            knows_everyone: follower.knows_everyone(),
        })
    }

    fn fails(&mut self, why: String) {
        let fails = State::Fails(why.clone());
        if self.state != fails {
            self.state = fails;
            tell(&self.messages, SourceKind::Log, News::Fails(why));
        }
    }

    /// Whether everything that follows from the news is on disk.
    fn tell_and_wait(&self, news: News) -> bool {
        let (receipt, on_disk) = mpsc::channel();
        let message = Message::News {
            from: SourceKind::Log,
            news,
            receipt: Some(receipt),
        };
        if self.messages.send(message).is_err() {
            return false;
        }
        // Ends when all receipts are dropped.
        let handled: Vec<_> = on_disk.iter().collect();
        handled.contains(&Handled::Taken) && !handled.contains(&Handled::Lost)
    }

    fn is_stopped_after(&self, wait: Duration) -> bool {
        let outcome = self.stopped.recv_timeout(wait);
        outcome != Err(mpsc::RecvTimeoutError::Timeout)
    }
}
