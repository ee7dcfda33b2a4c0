//! Follows the log on a thread of its own, and keeps its place in a file.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context;

use super::place::{self, Place};
use super::{Message, Messages, tell};
use crate::clock::Clock;
use crate::follow::{Checkpoint, Follower, LogFileSettings};
use crate::happening::{Happening, Seen};
use crate::log::{Concern, LogReader};
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
            is_doubted: false,
            pending: Vec::new(),
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
    /// It records no disconnects, and was told so.
    is_doubted: bool,
    /// What has happened since the log last worked.
    pending: Vec<Seen>,
}

/// What was last told of the log as a whole.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Untold,
    Works,
    Fails(String),
}

/// What became of what was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// There was nothing to tell.
    Nothing,
    /// All of it is on disk.
    OnDisk {
        /// The log is believed, so the backend is told whoever is on by it.
        is_believed: bool,
    },
    /// Some of it is not on disk, and has to be told again.
    Lost,
}

impl Reader {
    fn follow(mut self, settings: &LogFileSettings) {
        loop {
            if let Err(error) = self.follow_until_lost(settings) {
                self.fails(error);
            }
            if self.is_stopped_after(RETRY_EVERY) {
                return;
            }
        }
    }

    /// Follows the log from where it was left until the agent stops, or until something that was told
    /// could not be put on disk: then all since the last place is to be told again.
    fn follow_until_lost(&mut self, settings: &LogFileSettings) -> Result<(), String> {
        let place = self.place.read();
        let told = place.as_ref().map(|place| (place.is_told, place.kept_at));
        let checkpoint = place.map(|place| place.checkpoint);
        let before = checkpoint.as_ref().map(Checkpoint::presence);
        let last_event = checkpoint.as_ref().and_then(Checkpoint::last_event);
        let (follower, opened) = Follower::open(settings.clone(), checkpoint, (self.clock)())
            .map_err(|error| error.to_string())?;
        let outcome = match (before, told) {
            (Some(before), Some((is_told, kept_at))) => self.tell_and_wait(News::Resumed {
                before,
                is_told,
                last_event,
                seen: opened.seen_since_checkpoint,
                forgotten: opened.forgotten,
                seen_until: kept_at,
            }),
            // From here on nothing is missed, even if the agent is killed before it has told this.
            _ => {
                let now = (self.clock)();
                self.place.write(follower.checkpoint(), false, now);
                Outcome::Nothing
            }
        };
        if outcome != Outcome::Lost {
            self.go_on(follower);
        }
        Ok(())
    }

    fn go_on(&mut self, mut follower: Follower) {
        let mut place_kept: Option<Instant> = None;
        let mut is_told = false;
        loop {
            let outcome = self.look(&mut follower);
            match outcome {
                Outcome::Nothing => {}
                Outcome::OnDisk { is_believed } => is_told = is_believed,
                Outcome::Lost => return,
            }
            let is_due = place_kept.is_none_or(|kept| kept.elapsed() >= KEEP_PLACE_EVERY);
            if self.state == State::Works && (outcome != Outcome::Nothing || is_due) {
                self.place
                    .write(follower.checkpoint(), is_told, (self.clock)());
                place_kept = Some(Instant::now());
            }
            if self.is_stopped_after(LOOK_EVERY) {
                return;
            }
        }
    }

    /// Reads what has come, and tells it.
    fn look(&mut self, follower: &mut Follower) -> Outcome {
        let mut seen = Vec::new();
        let read = follower.poll((self.clock)(), &mut seen);
        self.pending.append(&mut seen);
        let trouble = match read {
            Ok(()) if follower.is_understood() => None,
            Ok(()) => {
                let path = self.path.display();
                Some(not_understood(follower.reader(), &path.to_string()))
            }
            Err(error) => Some(error.to_string()),
        };
        if trouble.is_none() && self.is_to_be_told_again(follower) {
            self.state = State::Untold;
        }
        let outcome = match (&self.state, &trouble) {
            (State::Works, _) if self.pending.is_empty() => Outcome::Nothing,
            (State::Works, _) => {
                let seen = std::mem::take(&mut self.pending);
                self.tell_and_wait(News::Happened(seen))
            }
            (_, None) => self.tell_everything(follower),
            // Told as a whole once it works.
            (_, Some(_)) => Outcome::Nothing,
        };
        if let Some(why) = trouble {
            self.fails(why);
        }
        outcome
    }

    /// Whether it has turned out that the log records no disconnects, or that it does. At each start of
    /// such a server, everybody seems to be known.
    fn is_to_be_told_again(&mut self, follower: &Follower) -> bool {
        let is_doubted = follower.reader().records_no_ends();
        let was_doubted = std::mem::replace(&mut self.is_doubted, is_doubted);
        let starts = |seen: &Seen| matches!(seen.what, Happening::Boot | Happening::Start);
        is_doubted != was_doubted || (is_doubted && self.pending.iter().any(starts))
    }

    /// A log that begins to work is told as a whole, with what has led to it since it last did.
    fn tell_everything(&mut self, follower: &Follower) -> Outcome {
        self.state = State::Works;
        warn_of_what_is_left_out(follower.reader(), &self.path.display().to_string());
        let seen = std::mem::take(&mut self.pending);
        self.tell_and_wait(News::Names {
            presence: follower.presence().clone(),
            knows_everyone: follower.knows_everyone(),
            seen,
        })
    }

    fn fails(&mut self, why: String) {
        let fails = State::Fails(why.clone());
        if self.state != fails {
            self.state = fails;
            tell(&self.messages, SourceKind::Log, News::Fails(why));
        }
    }

    fn tell_and_wait(&self, news: News) -> Outcome {
        let (receipt, on_disk) = mpsc::channel();
        let message = Message::News {
            from: SourceKind::Log,
            news,
            receipt: Some(receipt),
        };
        if self.messages.send(message).is_err() {
            return Outcome::Lost;
        }
        let mut outcome = Outcome::Lost;
        // Ends when all receipts are dropped.
        for handled in &on_disk {
            match handled {
                Handled::Taken { is_believed } => outcome = Outcome::OnDisk { is_believed },
                Handled::Lost => return Outcome::Lost,
            }
        }
        outcome
    }

    fn is_stopped_after(&self, wait: Duration) -> bool {
        let outcome = self.stopped.recv_timeout(wait);
        outcome != Err(mpsc::RecvTimeoutError::Timeout)
    }
}

/// Why nothing of a log is understood so far.
pub(super) fn not_understood(reader: &LogReader, log: &str) -> String {
    match reader.not_as_named() {
        Some((named, _)) => format!("no line of {log} is understood as a log of {named} so far"),
        None => format!("no line of {log} is understood so far"),
    }
}

/// Writes into our own log what the server's does not tell.
pub(super) fn warn_of_what_is_left_out(reader: &LogReader, log: &str) {
    for concern in Concern::left_out(reader) {
        tracing::warn!("{}", concern.in_words(log));
    }
}

#[cfg(test)]
mod tests;
