//! The one place that reads the wall clock; everything else takes `now` as an argument.

use std::time::{SystemTime, UNIX_EPOCH};

use oxeye_plugin_proto::UnixSeconds;

/// What a program passes around instead of asking the system, so that tests can hand in their own.
pub type Clock = fn() -> UnixSeconds;

/// Returns the current second.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the clock"
)]
#[must_use]
pub fn now() -> UnixSeconds {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    // A clock before 1970 is broken hardware; zero at least keeps the order of events.
    UnixSeconds(since_epoch.map_or(0, |elapsed| {
        i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
    }))
}
