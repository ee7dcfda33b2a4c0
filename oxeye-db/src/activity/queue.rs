//! The reports that wait for the writer.

use std::collections::VecDeque;
use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;
use parking_lot::Mutex;
use tokio::sync::oneshot;

use super::report::{ActivityAnswer, ActivityReport, TakeActivityError};
use crate::reporter::Reporter;

/// How many events one transaction takes, unless a single batch has more.
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
pub(super) struct Queue(Arc<Mutex<VecDeque<Waiting>>>);

impl Queue {
    pub(super) fn push(&self, waiting: Waiting) {
        self.0.lock().push_back(waiting);
    }

    /// Removes reports, in order, up to about as many events as one transaction takes.
    pub(super) fn take(&self) -> Vec<Waiting> {
        let mut queue = self.0.lock();
        let (mut taken, mut events) = (Vec::new(), 0);
        while events < MAX_EVENTS_PER_JOB
            && let Some(waiting) = queue.pop_front()
        {
            events += waiting.report.count();
            taken.push(waiting);
        }
        taken
    }
}
