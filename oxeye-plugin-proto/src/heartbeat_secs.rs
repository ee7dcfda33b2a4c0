//! How soon a server promises its next message.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Number;

use crate::limits::MAX_HEARTBEAT;

/// The longest time until a server's next message, as a whole number of seconds from 1 to
/// [`MAX_HEARTBEAT`]. A server that breaks this promise a few times is shown as silent, and later its
/// sessions are closed. This never happens to one that made no promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct HeartbeatSecs(u32);

/// The number is out of range or not whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("heartbeat_secs is a whole number from 1 to {}, not {given}", MAX_HEARTBEAT.as_secs())]
pub struct InvalidHeartbeatSecs {
    given: String,
}

impl HeartbeatSecs {
    /// Returns the promise in seconds.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// Returns the longest time between two messages.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.0))
    }
}

impl TryFrom<u64> for HeartbeatSecs {
    type Error = InvalidHeartbeatSecs;

    fn try_from(seconds: u64) -> Result<Self, Self::Error> {
        u32::try_from(seconds)
            .ok()
            .filter(|_| (1..=MAX_HEARTBEAT.as_secs()).contains(&seconds))
            .map(Self)
            .ok_or_else(|| InvalidHeartbeatSecs {
                given: seconds.to_string(),
            })
    }
}

impl<'de> Deserialize<'de> for HeartbeatSecs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?;
        number
            .as_u64()
            .and_then(|seconds| Self::try_from(seconds).ok())
            .ok_or_else(|| {
                D::Error::custom(InvalidHeartbeatSecs {
                    given: number.to_string(),
                })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_between_a_second_and_an_hour() {
        for seconds in [1, 15, 3600] {
            let read: HeartbeatSecs =
                serde_json::from_str(&seconds.to_string()).expect("a promise");
            assert_eq!(read.duration(), Duration::from_secs(seconds));
            assert_eq!(HeartbeatSecs::try_from(seconds), Ok(read));
        }
    }

    #[test]
    fn a_promise_out_of_range_is_refused_with_a_clear_message() {
        for given in ["0", "3601", "-1", "1.5", "18446744073709551615"] {
            let error = serde_json::from_str::<HeartbeatSecs>(given)
                .expect_err(given)
                .to_string();
            let sentence = format!("heartbeat_secs is a whole number from 1 to 3600, not {given}");
            assert!(error.starts_with(&sentence), "{error}");
        }
    }
}
