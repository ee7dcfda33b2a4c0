//! The only code that reads the wall clock. Everything else takes `now` as an argument.

use std::time::{SystemTime, UNIX_EPOCH};

use oxeye_plugin_proto::UnixSeconds;

/// A source of the current time. Tests pass their own.
pub type Clock = fn() -> UnixSeconds;

/// Returns the current second.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the only code that may read the clock"
)]
#[must_use]
pub fn now() -> UnixSeconds {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    // Only broken hardware has a clock before 1970. Zero at least keeps events in order.
    UnixSeconds(since_epoch.map_or(0, |elapsed| {
        i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
    }))
}
