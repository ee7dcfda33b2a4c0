//! The reports that wait for the writer.

use std::collections::VecDeque;
use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;
use parking_lot::Mutex;
use tokio::sync::oneshot;

use super::report::{ActivityAnswer, ActivityReport, TakeActivityError};
use crate::reporter::Reporter;

/// How many events one job takes, unless a single batch has more.
const MAX_EVENTS_PER_JOB: usize = 8192;

/// What became of a report.
pub(super) type Outcome = Result<ActivityAnswer, TakeActivityError>;

/// A report that waits for the writer.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) reporter: Reporter,
    pub(super) report: ActivityReport,
    pub(super) now: UnixSeconds,
    pub(super) answer: oneshot::Sender<Outcome>,
}

/// The reports that wait for the writer. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Queue(Arc<Mutex<Reports>>);

#[derive(Debug, Default)]
struct Reports {
    waiting: VecDeque<Waiting>,
    /// Number of events in them.
    events: usize,
    /// Number of jobs that have yet to take reports.
    jobs: usize,
}

impl Queue {
    /// Adds a report. Returns whether it needs another job: those that are on their way may be enough for everything
    /// that waits.
    #[must_use]
    pub(super) fn push(&self, waiting: Waiting) -> bool {
        let mut reports = self.0.lock();
        let needs_job = reports.events >= reports.jobs * MAX_EVENTS_PER_JOB;
        reports.jobs += usize::from(needs_job);
        reports.events += waiting.report.count();
        reports.waiting.push_back(waiting);
        needs_job
    }

    /// Removes the reports of one job, in order.
    pub(super) fn take(&self) -> Vec<Waiting> {
        let mut reports = self.0.lock();
        let (mut taken, mut events) = (Vec::new(), 0);
        while events < MAX_EVENTS_PER_JOB
            && let Some(waiting) = reports.waiting.pop_front()
        {
            events += waiting.report.count();
            taken.push(waiting);
        }
        reports.events -= events;
        reports.jobs = reports.jobs.saturating_sub(1);
        taken
    }

    /// Removes all reports, because there will be no job for them. Jobs that are on their way find nothing.
    pub(super) fn take_all(&self) -> Vec<Waiting> {
        let mut reports = self.0.lock();
        reports.events = 0;
        reports.jobs = reports.jobs.saturating_sub(1);
        reports.waiting.drain(..).collect()
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::{ActivityEvent, Epoch, EventBatch, PlayerName, Seq};

    use super::*;
    use crate::ids::ServerId;

    /// A report of this many events. Nobody waits for its answer.
    fn report(events: usize) -> Waiting {
        let alex = PlayerName::try_from("Alex").unwrap();
        let event = ActivityEvent::new(alex, "warp".parse().unwrap());
        let epoch = Epoch::try_from(1_700_000_000).unwrap();
        let batch = EventBatch::new(epoch, Seq::try_from(1).unwrap(), vec![event; events]);
        Waiting {
            reporter: ServerId(1).into(),
            report: ActivityReport::Batch(batch.unwrap()),
            now: UnixSeconds(0),
            answer: oneshot::channel().0,
        }
    }

    #[test]
    fn reports_that_come_while_a_job_is_on_its_way_need_none_of_their_own() {
        let queue = Queue::default();

        assert_eq!(
            [1, 1, 1].map(|events| queue.push(report(events))),
            [true, false, false]
        );
        assert_eq!(queue.take().len(), 3);
        assert!(queue.push(report(1)), "the job has run");
    }

    #[test]
    fn there_are_always_enough_jobs_for_all_that_waits() {
        for size in [1, 7, 499, 500] {
            let queue = Queue::default();
            let pushed = 40_000 / size;
            let jobs = (0..pushed).filter(|_| queue.push(report(size))).count();

            let taken: usize = (0..jobs).map(|_| queue.take().len()).sum();

            assert_eq!(taken, pushed, "reports of {size} events");
            assert!(jobs <= 5, "{jobs} jobs for reports of {size} events");
            assert!(queue.push(report(size)));
        }
    }

    #[test]
    fn after_a_job_could_not_be_queued_the_next_report_needs_one() {
        let queue = Queue::default();
        assert!(queue.push(report(1)));

        assert_eq!(queue.take_all().len(), 1);

        assert!(queue.push(report(1)));
    }
}
