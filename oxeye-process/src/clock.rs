//! The only code that reads the wall clock. Everything else takes `now` as an argument.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oxeye_plugin_proto::UnixSeconds;

/// A source of the current time. Tests pass their own.
pub type Clock = fn() -> UnixSeconds;

/// Returns the current second.
#[must_use]
pub fn now() -> UnixSeconds {
    UnixSeconds(i64::try_from(since_1970().as_secs()).unwrap_or(i64::MAX))
}

/// Returns the milliseconds since 1970.
#[must_use]
pub fn now_millis() -> u64 {
    u64::try_from(since_1970().as_millis()).unwrap_or(u64::MAX)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the only code that may read the clock"
)]
fn since_1970() -> Duration {
    // Only broken hardware has a clock before 1970. Zero at least keeps events in order.
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
