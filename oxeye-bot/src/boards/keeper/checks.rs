//! What became of the messages of an earlier process: somebody may have deleted one, or we were killed
//! before an edit was answered.

use std::time::Duration;

use tokio::time::Instant;

use super::Keeper;

/// How long after the first edits we begin to look. They find out by themselves.
const CHECK_AFTER: Duration = Duration::from_secs(1);
/// Pause before the next message, so that looks take a quarter of the requests that we may send.
const CHECK_EVERY: Duration = Duration::from_millis(200);

impl Keeper<'_> {
    /// Prepares to look at all boards that are posted.
    pub(super) fn check_all(&mut self) {
        let kept = self.boards.values();
        let posted = kept.filter(|known| known.is_kept() && known.board.message.is_some());
        self.unchecked = posted.map(|known| known.board.id).collect();
        self.check_at = Some(self.started + self.tools.quiet_at_start + CHECK_AFTER);
    }

    /// Has the next board looked at, unless there are edits to make.
    pub(super) fn check_next(&mut self) {
        let now = Instant::now();
        self.check_at = Some(now + CHECK_EVERY);
        if self.attempts > 0 || self.plan.next_due().is_some_and(|due| due <= now) {
            return;
        }
        while let Some(id) = self.unchecked.pop_front() {
            let known = self.boards.get_mut(&id);
            if let Some(known) = known.filter(|known| known.is_kept() && known.is_inherited) {
                known.is_doubtful = true;
                // A board that is held until its servers report is looked at, too.
                self.plan.unhold(id, now);
                self.plan.changed(id, now);
                return;
            }
        }
        self.check_at = None;
    }
}
