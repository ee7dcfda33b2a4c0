//! What is known of a slot's container, and what is being done to it.

use super::{Call, CallNumber, Run};
use crate::time::Moment;

/// What is known of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Container {
    /// There is none.
    #[default]
    Absent,
    /// It was made and has not been started.
    Made,
    /// It runs.
    Running,
    /// It has exited.
    Exited,
    /// A call was not answered. The next list says more.
    Unsure,
}

/// What is being done for a slot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Work {
    /// The last known state of the container.
    pub(super) container: Container,
    /// When that was learned. An older list is ignored.
    pub(super) learned_at: Moment,
    /// The call in flight.
    pub(super) call: Option<InFlight>,
    /// When the next call may be made, because the last one failed.
    pub(super) retry_at: Option<Moment>,
    /// When a crashed server is started again.
    pub(super) restart_at: Option<Moment>,
    /// When it was started again after a crash, in the last ten minutes. Crashes before a restart of ours
    /// count from then on.
    pub(super) restarts: Vec<Moment>,
    /// When the server was asked to stop.
    pub(super) stop_asked_at: Option<Moment>,
    /// When it was last killed.
    pub(super) killed_at: Option<Moment>,
    /// The question to an idle server about who is on.
    pub(super) question: Question,
    /// The last run whose exit is known. Another report of it says nothing about what was made since.
    pub(super) ended: Option<Run>,
    /// Whether it was kept over a restart of ours, and its worker has not said yet what it has.
    pub(super) is_restored: bool,
    /// Whether the container was made for a port that the slot no longer has, so that it is made again.
    pub(super) is_outdated: bool,
    /// How many ports were taken by other programs.
    pub(super) ports_tried: u32,
}

/// A call of the engine that has not been answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InFlight {
    pub(super) call: Call,
    pub(super) number: CallNumber,
    pub(super) since: Moment,
}

/// The question to an idle server about who is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Question {
    /// Counts the questions; only the answer to the last one counts.
    pub(super) number: u32,
    /// When the last one was asked, if it has not been answered.
    pub(super) asked_at: Option<Moment>,
    /// When the next one is due.
    pub(super) next_at: Option<Moment>,
    /// Since when the server has not answered.
    pub(super) silent_since: Option<Moment>,
}

impl Work {
    /// Whether a call of this kind is in flight.
    pub(super) fn awaits(&self, call: Call) -> bool {
        self.call.is_some_and(|in_flight| in_flight.call == call)
    }

    /// Whether a server runs, or perhaps does.
    pub(super) fn may_run(&self) -> bool {
        matches!(self.container, Container::Running | Container::Unsure) || self.awaits(Call::Start)
    }

    /// Notes what the container is now.
    pub(super) fn learn(&mut self, container: Container, now: Moment) {
        self.container = container;
        self.is_outdated &= container != Container::Absent;
        self.learned_at = now;
        self.retry_at = None;
    }

    /// Forgets what was asked of a server that has exited.
    pub(super) fn forget_stop(&mut self) {
        self.stop_asked_at = None;
        self.killed_at = None;
    }

    /// Moves all of its times by a gap that does not count.
    pub(super) fn shift(&mut self, gap: std::time::Duration) {
        let question = &mut self.question;
        let times = [
            &mut self.retry_at,
            &mut self.restart_at,
            &mut self.stop_asked_at,
            &mut self.killed_at,
            &mut question.asked_at,
            &mut question.next_at,
            &mut question.silent_since,
        ];
        for time in times.into_iter().flatten() {
            *time = *time + gap;
        }
    }
}
