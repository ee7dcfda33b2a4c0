//! Reports what was read, together with the position behind it.

use std::mem;

use super::super::super::Message;
use super::super::super::activity::send_activity;
use super::super::super::log_position::{Commit, NumberedReport, SavedPosition};
use super::super::delivery::{Outcome, send_and_wait};
use super::super::warn_of_what_is_left_out;
use super::{Reader, State};
use crate::follow::Follower;
use crate::source_update::{SourceKind, SourceUpdate};

impl Reader {
    /// Reports the log as a whole, with the events that have not been reported.
    pub(super) fn send_everything(&mut self, follower: &Follower) -> Outcome {
        self.state = State::Works;
        warn_of_what_is_left_out(
            follower.reading().reader(),
            &self.path.display().to_string(),
        );
        let update = SourceUpdate::Roster {
            roster: follower.reading().roster().clone(),
            knows_everyone: follower.reading().knows_everyone(),
            run: follower.reading().run(),
            events: mem::take(&mut self.pending),
        };
        self.report(follower, update, false)
    }

    /// Puts the reports that are saved beside the position into the spools, which may lack some of them.
    pub(super) fn store(&self, reports: Vec<NumberedReport>) -> Outcome {
        if reports.is_empty() {
            return Outcome::Nothing;
        }
        send_and_wait(&self.messages, |receipt| Message::Unstored {
            reports,
            receipt,
        })
    }

    /// Reports an update together with the position behind it and waits until it is on disk. If the
    /// position is too, sends the activity before it. `was_reported` says that an earlier run has reported
    /// everyone who is online there.
    pub(super) fn report(
        &mut self,
        follower: &Follower,
        update: SourceUpdate,
        was_reported: bool,
    ) -> Outcome {
        let (position, checkpoint) = (self.position.clone(), Box::new(follower.checkpoint()));
        let outcome = send_and_wait(&self.messages, |receipt| Message::Update {
            from: SourceKind::Log,
            update,
            commit: Some(Commit {
                position,
                checkpoint,
                was_reported,
                receipt,
            }),
        });
        if outcome.is_saved() {
            self.report_activity();
        }
        outcome
    }

    /// Reports the activity before the saved position, and logs how much was dropped before it.
    pub(super) fn report_activity(&mut self) {
        let dropped = mem::take(&mut self.dropped_activity);
        if dropped > 0 {
            tracing::warn!(
                "{dropped} events of activity were dropped; the newer ones are reported now"
            );
        }
        send_activity(&self.messages, self.kinds, self.activity.drain(..));
    }

    /// Saves the position when there is nothing to report, and returns whether that worked.
    pub(super) fn save_position(&self, follower: &Follower, is_reported: bool) -> bool {
        self.position.write(&SavedPosition {
            is_reported,
            saved_at: (self.clock)(),
            checkpoint: follower.checkpoint(),
            reports: Vec::new(),
        })
    }
}
