//! How an attempt at a board can end, and what the board waits for before the next one.

use std::time::Duration;

use oxeye_process::backoff::ceiling;
use tokio::time::Instant;

/// Shortest time between two accepted edits of one board.
pub(crate) const EDIT_EVERY: Duration = Duration::from_secs(15);
/// Pause after a failure that is likely to pass, and the longest one. The second attempt comes as soon
/// as the first. A change is shown within 20 s: 15 s after the last edit, and up to three failures.
const RETRY: Duration = Duration::from_secs(1);
const LONGEST_RETRY: Duration = Duration::from_secs(60);
/// Pause after Discord refused a board, or limited its edits, and the longest one.
const REFUSED: Duration = Duration::from_secs(60);
const LONGEST_REFUSED: Duration = Duration::from_secs(15 * 60);
/// Doublings after which that pause is the longest.
const LONGEST_DOUBLINGS: u32 = 4;
/// Pause after a check of a board that turned out to be unchanged.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How an attempt at a board ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Discord accepted it.
    Accepted,
    /// An earlier attempt, at this time, turned out to have been accepted. Whether what it showed is
    /// still true has to be checked again.
    AcceptedBefore(Instant),
    /// It shows what it should show already.
    Unchanged,
    /// There was no answer, or a bad one: Discord may have accepted it.
    Unsure,
    /// A failure that is likely to pass. Discord may have said when to try again.
    Failed(Option<Duration>),
    /// Discord limits edits of messages that are older than an hour (code 30046).
    TooManyOldEdits,
    /// Something is wrong that does not pass without help, such as a missing permission.
    Blocked,
    /// The board is stopped: it waits for nothing.
    Stopped,
}

/// What a board waits for.
#[derive(Debug, Default)]
pub(crate) struct Waits {
    /// After an accepted edit. Nothing shortens this.
    pub(crate) edit: Option<Instant>,
    /// Because of the start of the program.
    pub(crate) held: Option<Instant>,
    /// After a failure or refusal, which may end early.
    retry: Option<Instant>,
    failures: u32,
    /// How often Discord limited its edits, less the edits accepted since.
    limited: u32,
    refusals: u32,
}

impl Waits {
    /// Takes note of how an attempt ended.
    pub(crate) fn note(&mut self, outcome: Outcome, now: Instant) {
        self.retry = None;
        self.held = None;
        match outcome {
            Outcome::Accepted => {
                self.edit = Some(now + EDIT_EVERY);
                self.succeeded();
                self.limited = self.limited.saturating_sub(1);
            }
            Outcome::AcceptedBefore(at) => {
                self.edit = Some(at + EDIT_EVERY);
                self.succeeded();
            }
            Outcome::Unchanged => {
                self.retry = Some(now + LOOK_EVERY);
                self.succeeded();
            }
            Outcome::Unsure => self.failed(now, Duration::ZERO),
            Outcome::Failed(retry_after) => self.failed(now, retry_after.unwrap_or_default()),
            Outcome::TooManyOldEdits => {
                self.retry = Some(now + ceiling(REFUSED, LONGEST_REFUSED, self.limited));
                self.limited = self.limited.saturating_add(1).min(LONGEST_DOUBLINGS);
            }
            Outcome::Blocked => {
                self.retry = Some(now + ceiling(REFUSED, LONGEST_REFUSED, self.refusals));
                self.refusals = self.refusals.saturating_add(1);
            }
            Outcome::Stopped => {}
        }
    }

    /// Ends the wait after a refusal, since what caused it may be over.
    pub(crate) fn forgive(&mut self) {
        self.held = None;
        self.refusals = 0;
        if self.failures == 0 && self.limited == 0 {
            self.retry = None;
        }
    }

    /// Returns `due`, or a later time if the board has to wait.
    pub(crate) fn not_before(&self, due: Instant) -> Instant {
        let waits = [self.edit, self.held, self.retry].into_iter().flatten();
        waits.fold(due, Instant::max)
    }

    fn failed(&mut self, now: Instant, at_least: Duration) {
        let pause = ceiling(RETRY, LONGEST_RETRY, self.failures.saturating_sub(1));
        self.failures = self.failures.saturating_add(1);
        self.retry = Some(now + pause.max(at_least));
    }

    fn succeeded(&mut self) {
        self.failures = 0;
        self.refusals = 0;
    }
}
