//! A record of who did what and when, for diagnosing a failure.

use std::time::Duration;

use parking_lot::Mutex;

/// What happened since the last successful check. Its lock is held for one entry at a time.
#[derive(Debug, Default)]
pub(super) struct Journal(Mutex<Vec<(Duration, String)>>);

impl Journal {
    pub(super) fn note(&self, what: impl Into<String>) {
        self.0.lock().push((now(), what.into()));
    }

    /// Discards all entries: everything was right up to here.
    pub(super) fn forget(&self) {
        self.0.lock().clear();
    }

    pub(super) fn lines(&self) -> Vec<String> {
        let entries = self.0.lock();
        let line = |(at, what): &(Duration, String)| {
            format!("{}.{:03} {what}", at.as_secs(), at.subsec_millis())
        };
        entries.iter().map(line).collect()
    }
}

/// Returns the time since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the server of a trial prints the present time into its log"
)]
pub(super) fn now() -> Duration {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since_1970.expect("it is after 1970")
}
