//! Reads and reports the log, step by step.

mod reporting;

use std::mem;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use oxeye_process::clock::Clock;

use super::super::activity::take_activity;
use super::super::log_position::LogPosition;
use super::super::{Messages, SentKind, send_update};
use super::delivery::Outcome;
use super::not_understood;
use crate::follow::{Checkpoint, FollowError, Follower, LogFileSettings};
use crate::game_event::{GameEvent, TimedEvent};
use crate::log::ActivityKinds;
use crate::source_update::{SourceKind, SourceUpdate};

/// How often the file is polled. A join must reach the backend within a second.
const POLL_EVERY: Duration = Duration::from_millis(250);

/// How long to wait before another attempt to open the log.
const RETRY_EVERY: Duration = Duration::from_secs(2);

/// How often the position is saved while there are no events.
const SAVE_POSITION_EVERY: Duration = Duration::from_secs(30);

/// The most activity that waits for the position to be saved, in events. Beyond that, the oldest is
/// dropped, and the agent's log says how much.
const MOST_ACTIVITY: usize = 20_000;

/// Reads the log and reports what is new. The agent saves the position together with the reports.
pub(super) struct Reader {
    path: PathBuf,
    position: LogPosition,
    clock: Clock,
    messages: Messages,
    stopped: mpsc::Receiver<()>,
    state: State,
    /// Whether the log was last reported as one that records no disconnects.
    is_doubted: bool,
    sent_kind: SentKind,
    /// Events that have not been reported yet, because the log does not work at present.
    pending: Vec<TimedEvent>,
    /// The kinds of activity to report.
    kinds: ActivityKinds,
    /// Activity that is reported once the position behind it has been saved. An agent that is killed may
    /// lose some, but never reports any twice.
    activity: Vec<TimedEvent>,
    /// How much activity was dropped since some was last reported, in events.
    dropped_activity: usize,
}

/// What was last reported about the log as a whole.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Unreported,
    Works,
    Fails(String),
}

impl Reader {
    pub(super) fn new(
        settings: &LogFileSettings,
        position: LogPosition,
        clock: Clock,
        messages: Messages,
        stopped: mpsc::Receiver<()>,
    ) -> Self {
        Self {
            path: settings.path.clone(),
            position,
            clock,
            messages,
            stopped,
            state: State::Unreported,
            is_doubted: false,
            sent_kind: SentKind::default(),
            pending: Vec::new(),
            kinds: settings.options.activity.kinds,
            activity: Vec::new(),
            dropped_activity: 0,
        }
    }

    /// Follows the log until the agent stops.
    pub(super) fn follow(mut self, settings: &LogFileSettings) {
        loop {
            if let Err(error) = self.follow_until_lost(settings) {
                self.fails(error);
            }
            if self.is_stopped_after(RETRY_EVERY) {
                return;
            }
        }
    }

    /// Follows the log from the saved position until the agent stops, or until an event could not be
    /// written to disk: then it is beside that position, or its line is after it.
    fn follow_until_lost(&mut self, settings: &LogFileSettings) -> Result<(), String> {
        self.activity.clear();
        let saved = self.position.read();
        let reports = saved.as_ref().map(|saved| saved.reports.clone());
        let stored = self.store(reports.unwrap_or_default());
        if matches!(stored, Outcome::Lost { .. }) {
            return Ok(());
        }
        let reported = saved
            .as_ref()
            .map(|saved| (saved.is_reported, saved.saved_at));
        let checkpoint = saved.map(|saved| saved.checkpoint);
        let before = checkpoint.as_ref().map(Checkpoint::roster);
        let run = checkpoint.as_ref().and_then(Checkpoint::run);
        let visited = checkpoint.as_ref().map(Checkpoint::visited).cloned();
        let last_event = checkpoint.as_ref().and_then(Checkpoint::last_event);
        let (mut follower, mut opened) =
            Follower::open(settings.clone(), checkpoint, (self.clock)())
                .map_err(|error| error.to_string())?;
        let activity = take_activity(&mut opened.events_since_checkpoint);
        if opened.resumed {
            self.activity = activity;
        }
        let outcome = match (before, reported) {
            (Some(before), Some((is_reported, saved_at))) => self.report(
                &follower,
                SourceUpdate::Resumed {
                    before,
                    is_reported,
                    run,
                    visited: visited.unwrap_or_default(),
                    last_event,
                    events: opened.events_since_checkpoint,
                    forgotten: opened.forgotten,
                    visible_until: saved_at,
                },
                is_reported && opened.resumed,
            ),
            // From now on nothing is missed, even if the agent is killed before it reports the roster.
            _ => {
                self.save_position(&follower, false);
                Outcome::Nothing
            }
        };
        if !matches!(outcome, Outcome::Lost { .. }) {
            self.keep_polling(&mut follower);
        }
        Ok(())
    }

    fn keep_polling(&mut self, follower: &mut Follower) {
        let mut position_saved: Option<Instant> = None;
        let mut is_reported = false;
        loop {
            let outcome = self.poll(follower);
            match outcome {
                Outcome::Nothing => {}
                Outcome::OnDisk {
                    is_believed,
                    is_saved,
                } => {
                    is_reported = is_believed;
                    position_saved = is_saved.then(Instant::now);
                }
                Outcome::Lost { .. } => return,
            }
            let is_due = position_saved.is_none_or(|saved| saved.elapsed() >= SAVE_POSITION_EVERY)
                || !self.activity.is_empty();
            // Whoever stopped listening will read these lines again in the next run.
            if !self.activity.is_empty() && self.messages.is_closed() {
                return;
            }
            if self.state == State::Works && outcome == Outcome::Nothing && is_due {
                let is_saved = self.save_position(follower, is_reported);
                position_saved = is_saved.then(Instant::now);
                if is_saved {
                    self.report_activity();
                }
            }
            if self.is_stopped_after(POLL_EVERY) {
                return;
            }
        }
    }

    /// Reads and reports new lines.
    fn poll(&mut self, follower: &mut Follower) -> Outcome {
        let mut events = Vec::new();
        let read = follower.poll((self.clock)(), &mut events);
        self.activity.append(&mut take_activity(&mut events));
        self.bound_activity();
        self.pending.append(&mut events);
        let is_understood = follower.reading().reader().is_understood();
        if self.state != State::Works && !is_understood {
            // Once the log is understood, it is reported as a whole.
            self.pending.clear();
        }
        let trouble = match read {
            Ok(()) if is_understood => None,
            Ok(()) if !self.path.exists() => {
                let path = self.path.clone();
                Some(FollowError::Missing { path }.to_string())
            }
            Ok(()) => {
                let path = self.path.display();
                Some(not_understood(
                    follower.reading().reader(),
                    &path.to_string(),
                ))
            }
            Err(error) => Some(error.to_string()),
        };
        if trouble.is_none() {
            self.note_doubt(follower);
            self.sent_kind
                .update(follower.reading().reader(), &self.messages);
        }
        let outcome = match (&self.state, &trouble) {
            (State::Works, _) if self.pending.is_empty() => Outcome::Nothing,
            (State::Works, _) => {
                let events = mem::take(&mut self.pending);
                self.report(follower, SourceUpdate::Events(events), false)
            }
            (_, None) => self.send_everything(follower),
            // The log is reported as a whole once it works.
            (_, Some(_)) => Outcome::Nothing,
        };
        if let Some(why) = trouble {
            self.fails(why);
        }
        outcome
    }

    /// Drops the oldest activity if too much waits.
    fn bound_activity(&mut self) {
        let excess = self.activity.len().saturating_sub(MOST_ACTIVITY);
        if excess > 0 && self.dropped_activity == 0 {
            tracing::warn!(
                "more than {MOST_ACTIVITY} events of activity wait until the position in the log can be \
                 saved; the oldest are dropped"
            );
        }
        self.dropped_activity += self.activity.drain(..excess).len();
    }

    /// Makes the next update report the log as a whole if we have learned that it does not record
    /// disconnects, or that it does after all. A log without disconnects is also reported as a whole at
    /// each start of the server, because its roster looks complete then.
    fn note_doubt(&mut self, follower: &Follower) {
        let is_doubted = follower.reading().reader().records_no_leaves();
        let was_doubted = mem::replace(&mut self.is_doubted, is_doubted);
        let starts = |event: &TimedEvent| matches!(event.what, GameEvent::Boot | GameEvent::Start);
        if is_doubted != was_doubted || (is_doubted && self.pending.iter().any(starts)) {
            self.state = State::Unreported;
        }
    }

    fn fails(&mut self, why: String) {
        let fails = State::Fails(why.clone());
        if self.state != fails {
            self.state = fails;
            send_update(&self.messages, SourceKind::Log, SourceUpdate::Failed(why));
        }
    }

    fn is_stopped_after(&self, wait: Duration) -> bool {
        let outcome = self.stopped.recv_timeout(wait);
        outcome != Err(mpsc::RecvTimeoutError::Timeout)
    }
}

#[cfg(test)]
mod tests;
