//! Asks the watched addresses, each at intervals, and reports what comes of it.
//!
//! | module   | subject                                             |
//! |----------|-----------------------------------------------------|
//! | `plan`   | which address is asked next, and when; pure         |

#![expect(
    dead_code,
    reason = "the poller follows when the store takes what it learns"
)]

mod plan;

use std::collections::HashMap;
use std::sync::Arc;

use oxeye_db::ServerId;
use oxeye_probe::{AddressProbe, Asked, RefusedAddress, WatchError};
use parking_lot::Mutex;

use crate::config::WatchSettings;

/// Maximum number of questions at the same time. Each is one open connection.
pub(crate) const MAX_AT_ONCE: usize = 256;

/// What the poller shares with those who add addresses and show them.
#[derive(Debug, Clone)]
pub(crate) struct AddressWatch {
    probe: Arc<AddressProbe>,
    /// Why the last question to a server came to nothing. A server that answered is not in it.
    failures: Arc<Mutex<HashMap<ServerId, WatchError>>>,
}

impl AddressWatch {
    /// Prepares the questions. Nobody is asked yet.
    pub(crate) fn new(settings: &WatchSettings) -> Self {
        Self {
            probe: Arc::new(AddressProbe::new(settings.policy, settings.dns)),
            failures: Arc::default(),
        }
    }

    /// Takes what an admin typed as an address, and asks there once.
    ///
    /// # Errors
    /// When the address is not accepted.
    pub(crate) async fn ask_once(&self, text: &str) -> Result<Asked, RefusedAddress> {
        self.probe.ask_once(text).await
    }

    /// Returns why the last question to a server came to nothing; `None` if it was answered or has not been asked.
    pub(crate) fn last_failure(&self, server: ServerId) -> Option<WatchError> {
        self.failures.lock().get(&server).copied()
    }
}
