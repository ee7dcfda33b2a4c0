//! Which runs of containers were asked to exit, so that a stop never reaches a later run.

use std::collections::HashMap;

use parking_lot::Mutex;
use tokio::time::Instant;

use super::state::State;

/// One run of a container: a stop that was meant for it never reaches the next one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Started {
    container: String,
    /// When the container was started, in the engine's words.
    at: String,
}

impl Started {
    pub(super) fn new(container: &str, at: &str) -> Self {
        Self {
            container: container.to_owned(),
            at: at.to_owned(),
        }
    }

    pub(super) fn container(&self) -> &str {
        &self.container
    }

    /// Returns whether this run goes on without being stopped, as far as the engine says.
    pub(super) fn goes_on(&self, now: &State) -> bool {
        now.is_running() && !now.is_stopping() && now.started_at == self.at
    }

    pub(super) fn is_stopping(&self, now: &State) -> bool {
        now.is_stopping() && now.started_at == self.at
    }
}

/// The runs that were asked to exit by this program, and when the engine kills them.
#[derive(Debug, Default)]
pub(super) struct Stops(Mutex<HashMap<Started, Option<Instant>>>);

impl Stops {
    /// Notes when a run is killed, and returns whether that is sooner than what was asked before.
    pub(super) fn shorten(&self, started: &Started, kill_at: Option<Instant>) -> bool {
        let mut stops = self.0.lock();
        let is_sooner = match stops.get(started) {
            None => true,
            Some(None) => kill_at.is_some(),
            Some(Some(known)) => kill_at.is_some_and(|kill_at| kill_at < *known),
        };
        if is_sooner {
            stops.insert(started.clone(), kill_at);
        }
        is_sooner
    }

    pub(super) fn end(&self, started: &Started) {
        self.0.lock().remove(started);
    }

    /// Forgets what was asked of earlier runs of a container.
    pub(super) fn forget(&self, container: &str) {
        self.0
            .lock()
            .retain(|started, _| started.container != container);
    }
}
