//! The newest state, as bytes that all clients share.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Bytes;
use oxeye_process::tasks::Tasks;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::frames;
use crate::http::messages::{Snapshot, Wording};
use crate::time::{Clock, Now};
use crate::view::FleetView;

/// The longest time between two messages: spans in them become outdated.
const AT_LEAST_EVERY: Duration = Duration::from_secs(2);

/// The shortest time between two messages. Changes in between are sent together.
const AT_MOST_EVERY: Duration = Duration::from_millis(250);

const INITIAL: &[u8] = br#"{"type":"initial","data":"#;
const UPDATE: &[u8] = br#"{"type":"update","data":"#;
const END: &[u8] = b"}";

/// A state as the frames that clients get.
#[derive(Debug)]
pub(super) struct SharedState {
    update: Bytes,
    initial: OnceLock<Bytes>,
}

impl SharedState {
    pub(super) fn of(view: &FleetView, wording: &Wording, now: Now) -> Self {
        let data = serde_json::to_vec(&Snapshot::of(view, wording, now)).unwrap_or_else(|error| {
            tracing::error!(%error, "the state of the fleet cannot be written as JSON");
            b"null".to_vec()
        });
        Self {
            update: frames::text(&[UPDATE, &data, END]),
            initial: OnceLock::new(),
        }
    }

    /// Returns the message for a client that had an earlier state.
    pub(super) fn update(&self) -> Bytes {
        self.update.clone()
    }

    /// Returns the message for a client that has just come.
    pub(super) fn initial(&self) -> Bytes {
        let initial = self.initial.get_or_init(|| {
            let rest = &frames::content_of(&self.update)[UPDATE.len()..];
            frames::text(&[INITIAL, rest])
        });
        initial.clone()
    }
}

/// Prepares each state as it comes: `None` until the engine has said what it has. A slow client gets
/// only the newest.
pub(super) fn prepare(
    mut changes: watch::Receiver<Arc<FleetView>>,
    wording: Wording,
    clock: Clock,
    tasks: &Tasks,
) -> watch::Receiver<Option<Arc<SharedState>>> {
    let newest = move |changes: &mut watch::Receiver<Arc<FleetView>>| {
        let view = Arc::clone(&changes.borrow_and_update());
        let state = || Arc::new(SharedState::of(&view, &wording, clock.now()));
        view.is_known().then(state)
    };
    let (sender, states) = watch::channel(newest(&mut changes));
    let stop = tasks.stop_signal();
    tasks.spawn(async move {
        while next_is_due(&mut changes, &stop).await {
            let state = newest(&mut changes);
            if sender.send(state).is_err() {
                return;
            }
            sleep(AT_MOST_EVERY).await;
        }
    });
    states
}

/// Waits until there is something to send. Returns false if there never will be.
async fn next_is_due(
    changes: &mut watch::Receiver<Arc<FleetView>>,
    stop: &CancellationToken,
) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        changed = timeout(AT_LEAST_EVERY - AT_MOST_EVERY, changes.changed()) => {
            !matches!(changed, Ok(Err(_)))
        }
    }
}

#[cfg(test)]
mod tests;
