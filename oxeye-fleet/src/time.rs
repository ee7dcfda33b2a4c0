//! Time, as the rules see it: always an argument.

use std::ops::Add;
use std::time::Duration;

use oxeye_process::clock;
use serde::Serialize;
use tokio::time::Instant;

/// A moment on a clock that never jumps: milliseconds since the program started. Deadlines are
/// moments. They mean nothing after a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(pub u64);

/// Milliseconds since 1970, as JavaScript counts them. Only shown to people, never used to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct UnixMillis(pub u64);

/// The most by which the clocks of two machines may differ, in milliseconds: a day. They are wrong now and then,
/// and are set back.
pub(crate) const MOST_CLOCKS_DIFFER: u64 = 24 * 60 * 60 * 1_000;

/// The present on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// For decisions.
    pub moment: Moment,
    /// For people.
    pub wall: UnixMillis,
}

/// A clock. Moments can only be compared if they come from clones of the same clock.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    started: Instant,
}

impl Clock {
    /// Starts a clock at moment zero.
    #[must_use]
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    /// Returns the present.
    #[must_use]
    pub fn now(&self) -> Now {
        Now {
            moment: Moment::default() + self.started.elapsed(),
            wall: UnixMillis(clock::now_millis()),
        }
    }
}

impl Moment {
    /// Returns the time since an earlier moment, or zero.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(millis))
    }
}

impl UnixMillis {
    /// Returns the milliseconds since an earlier time, or zero.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}
