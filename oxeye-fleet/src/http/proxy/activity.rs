//! Keeps a session alive while a request of its player goes on, and ends a request that does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::controller::FleetHandle;
use crate::http::app::App;
use crate::ids::SessionId;

/// The longest time between two heartbeats for a session.
const LONGEST: Duration = Duration::from_secs(3);

/// How long nothing may move before a request no longer counts as activity, and ends: its client may be
/// gone without having closed the connection.
pub(super) const SILENCE: Duration = Duration::from_secs(300);

/// A request in progress. Its session is kept alive until this is dropped.
#[derive(Debug)]
pub(super) struct Activity {
    moved: Arc<AtomicBool>,
    is_silent: CancellationToken,
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
            is_silent: CancellationToken::new(),
            _ended: ended.clone().drop_guard(),
        });
        let (moved, is_silent) = (Arc::clone(&activity.moved), activity.is_silent.clone());
        let fleet = app.fleet.clone();
        app.tasks.spawn(async move {
            tokio::select! {
                () = ended.cancelled() => {}
                () = stop.cancelled() => {}
                () = keep_alive(&fleet, session, &moved, every) => is_silent.cancel(),
            }
        });
        activity
    }

    /// Returns an activity that keeps no session alive.
    #[cfg(test)]
    pub(super) fn of_nobody() -> Arc<Self> {
        Arc::new(Self {
            moved: Arc::default(),
            is_silent: CancellationToken::new(),
            _ended: CancellationToken::new().drop_guard(),
        })
    }

    /// Notes that bytes have moved.
    pub(super) fn moves(&self) {
        self.moved.store(true, Ordering::Relaxed);
    }

    /// Returns what is cancelled when nothing has moved for too long.
    pub(super) fn is_silent(&self) -> CancellationToken {
        self.is_silent.clone()
    }
}

/// Sends heartbeats for a session, if it is still there. Returns when nothing has moved for too long.
async fn keep_alive(fleet: &FleetHandle, session: SessionId, moved: &AtomicBool, every: Duration) {
    let (mut last, mut is_there) = (Instant::now(), true);
    while last.elapsed() < SILENCE {
        sleep(every).await;
        if moved.swap(false, Ordering::Relaxed) {
            last = Instant::now();
        }
        if is_there {
            is_there = matches!(fleet.locate(session).await, Ok(Some(_)));
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::{mpsc, watch};

    use super::*;
    use crate::controller::{Ask, Located};
    use crate::ids::SlotId;
    use crate::rules::{Limits, State};
    use crate::time::Now;
    use crate::view::FleetView;

    const EVERY: Duration = Duration::from_secs(3);

    /// Returns how many heartbeats a fleet gets that knows the session for so many of them.
    async fn heartbeats(known: usize, moved: &AtomicBool) -> usize {
        let view = FleetView::empty(&Limits::default(), Now::default());
        let (_views, view) = watch::channel(Arc::new(view));
        let (asking, mut asks) = mpsc::channel(1);
        let fleet = FleetHandle::new(view, asking);
        let mut heard = 0;
        let answering = async {
            while let Some(Ask::Locate { reply, .. }) = asks.recv().await {
                heard += 1;
                let located = (heard <= known).then(located);
                reply.send(located).unwrap();
            }
        };
        tokio::select! {
            () = answering => {}
            () = keep_alive(&fleet, SessionId::random(), moved, EVERY) => {}
        }
        heard
    }

    fn located() -> Located {
        Located {
            worker: crate::ids::WorkerName::local(),
            slot: SlotId(1),
            port: 8081,
            state: State::Running,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_counts_until_nothing_has_moved_for_too_long() {
        let started = Instant::now();

        assert_eq!(heartbeats(usize::MAX, &AtomicBool::new(false)).await, 100);
        assert_eq!(started.elapsed(), SILENCE);
        // What has moved by the first heartbeat counts from then on.
        assert_eq!(heartbeats(usize::MAX, &AtomicBool::new(true)).await, 101);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_of_a_session_that_is_over_ends_as_well() {
        let started = Instant::now();

        assert_eq!(heartbeats(1, &AtomicBool::new(false)).await, 2);

        assert_eq!(started.elapsed(), SILENCE);
    }
}
