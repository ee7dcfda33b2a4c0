//! Whether rows can be written.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::controller::FleetHandle;

/// How long an answer is reused. Anybody may ask, and finding out costs a write.
const ANSWER_LASTS: Duration = Duration::from_secs(1);

/// How long the store may take to write before it counts as not writable.
const STORE_TIMEOUT: Duration = Duration::from_secs(3);

/// The last answer, and when it was found.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    last: Mutex<Option<(Instant, bool)>>,
}

impl Disk {
    /// Returns whether rows can be written. Requests that come at the same time share one attempt.
    pub(crate) async fn is_writable(&self, fleet: &FleetHandle) -> bool {
        let mut last = self.last.lock().await;
        if let Some((at, is_writable)) = *last
            && at.elapsed() < ANSWER_LASTS
        {
            return is_writable;
        }
        let found = timeout(STORE_TIMEOUT, fleet.is_store_writable()).await;
        let is_writable = found.unwrap_or(false);
        *last = Some((Instant::now(), is_writable));
        is_writable
    }
}
