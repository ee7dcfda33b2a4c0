//! Keeps a session alive while a request of its player goes on.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::http::app::App;
use crate::ids::SessionId;

/// The longest time between two signs of life.
const LONGEST: Duration = Duration::from_secs(3);

/// Keeps a session alive until the guard is dropped, or the session ends otherwise.
pub(super) fn keep_alive(app: &Arc<App>, session: SessionId) -> DropGuard {
    let lost = app.fleet.view().limits.lost();
    let every = (lost / 3).clamp(Duration::from_millis(100), LONGEST);
    let (ended, stop) = (CancellationToken::new(), app.tasks.stop_signal());
    let guard = ended.clone().drop_guard();
    let fleet = app.fleet.clone();
    app.tasks.spawn(async move {
        loop {
            tokio::select! {
                () = ended.cancelled() => return,
                () = stop.cancelled() => return,
                () = sleep(every) => {}
            }
            if fleet.locate(session).await.is_none() {
                return;
            }
        }
    });
    guard
}
