//! Keeps a session alive while a request of its player goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::http::app::App;
use crate::ids::SessionId;

/// The longest time between two heartbeats for a session.
const LONGEST: Duration = Duration::from_secs(3);

/// How long nothing may move before a request no longer counts as activity: its client may be gone
/// without having closed the connection.
pub(super) const SILENCE: Duration = Duration::from_secs(300);

/// A request in progress. Its session is kept alive until this is dropped.
#[derive(Debug)]
pub(super) struct Activity {
    moved: Arc<AtomicBool>,
    _ended: DropGuard,
}

impl Activity {
    /// Starts to keep a session alive, until nothing moves for too long or it ends otherwise.
    pub(super) fn start(app: &Arc<App>, session: SessionId) -> Arc<Self> {
        let lost = app.fleet.view().limits.lost();
        let every = (lost / 3).clamp(Duration::from_millis(100), LONGEST);
        let (ended, stop) = (CancellationToken::new(), app.tasks.stop_signal());
        let activity = Arc::new(Self {
            moved: Arc::default(),
            _ended: ended.clone().drop_guard(),
        });
        let (fleet, moved) = (app.fleet.clone(), Arc::clone(&activity.moved));
        let mut movement = Movement::now();
        app.tasks.spawn(async move {
            loop {
                tokio::select! {
                    () = ended.cancelled() => return,
                    () = stop.cancelled() => return,
                    () = sleep(every) => {}
                }
                let is_over = movement.has_ended(moved.swap(false, Ordering::Relaxed));
                if is_over || !matches!(fleet.locate(session).await, Ok(Some(_))) {
                    return;
                }
            }
        });
        activity
    }

    /// Notes that bytes have moved.
    pub(super) fn moves(&self) {
        self.moved.store(true, Ordering::Relaxed);
    }
}

/// When bytes last moved.
struct Movement {
    last: Instant,
}

impl Movement {
    fn now() -> Self {
        Self {
            last: Instant::now(),
        }
    }

    /// Returns whether nothing has moved for too long.
    fn has_ended(&mut self, has_moved: bool) -> bool {
        if has_moved {
            self.last = Instant::now();
        }
        self.last.elapsed() >= SILENCE
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_request_counts_until_nothing_has_moved_for_too_long() {
        let mut movement = Movement::now();
        for _ in 0..10 {
            advance(SILENCE * 2 / 3).await;
            assert!(!movement.has_ended(true));
        }

        advance(SILENCE * 2 / 3).await;
        assert!(!movement.has_ended(false));
        advance(SILENCE * 2 / 3).await;
        assert!(movement.has_ended(false));
    }
}
