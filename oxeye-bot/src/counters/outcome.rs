//! What an answer of Discord means for a counter.

use std::time::Duration;

use crate::rest::{RestError, code as discord};

/// Wait after Discord wanted no more requests without saying for how long.
const UNKNOWN_WAIT: Duration = Duration::from_secs(60);

/// What became of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Discord shows it.
    Accepted,
    /// Discord wants no more of this kind for a while.
    Limited(Duration),
    /// Discord or the network failed; the same request is likely to succeed later.
    Failed,
    /// A permission is missing.
    Forbidden,
    /// Only voice channels have a status.
    NoStatus,
    /// The channel does not exist any more.
    Gone,
    /// Discord does not accept the text.
    Refused,
}

impl Outcome {
    pub(super) fn of(result: &Result<(), RestError>) -> Self {
        match result {
            Ok(()) => Self::Accepted,
            Err(error) => Self::of_error(error),
        }
    }

    /// Returns what it means if the guild cannot be reached because of an outage: whatever Discord
    /// refuses then says nothing about permissions or channels.
    pub(super) fn in_outage(self, is_away: bool) -> Self {
        match self {
            Self::Forbidden | Self::NoStatus | Self::Gone | Self::Refused if is_away => {
                Self::Failed
            }
            other => other,
        }
    }

    pub(super) fn of_error(error: &RestError) -> Self {
        let RestError::Refused {
            status,
            code,
            retry_after,
            ..
        } = error
        else {
            return Self::Failed;
        };
        match (*status, *code) {
            (429, _) => Self::Limited(retry_after.unwrap_or(UNKNOWN_WAIT)),
            (_, discord::UNKNOWN_CHANNEL) => Self::Gone,
            // Not from Discord's API, so it says nothing about the channel.
            (404, 0) => Self::Failed,
            (_, discord::WRONG_CHANNEL_TYPE) => Self::NoStatus,
            (_, discord::MISSING_ACCESS | discord::MISSING_PERMISSIONS) | (403, _) => {
                Self::Forbidden
            }
            // The token was refused: the connection finds out and says so.
            (401, _) => Self::Failed,
            (400..=499, _) => Self::Refused,
            _ => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, code: u32, wait: Option<u64>, expected: Outcome) {
        let error = RestError::Refused {
            status,
            code,
            message: String::new(),
            retry_after: wait.map(Duration::from_secs),
        };
        assert_eq!(Outcome::of_error(&error), expected, "{status} {code}");
    }

    #[test]
    fn each_answer_of_discord_means_one_thing() {
        assert_eq!(Outcome::of(&Ok(())), Outcome::Accepted);
        check(
            429,
            0,
            Some(599),
            Outcome::Limited(Duration::from_secs(599)),
        );
        check(429, 0, None, Outcome::Limited(UNKNOWN_WAIT));
        check(403, 50_001, None, Outcome::Forbidden);
        check(403, 50_013, None, Outcome::Forbidden);
        check(400, 50_024, None, Outcome::NoStatus);
        check(404, 10_003, None, Outcome::Gone);
        check(404, 0, None, Outcome::Failed);
        check(400, 50_035, None, Outcome::Refused);
        check(401, 0, None, Outcome::Failed);
        check(502, 0, None, Outcome::Failed);
        assert_eq!(Outcome::Forbidden.in_outage(true), Outcome::Failed);
        assert_eq!(Outcome::Forbidden.in_outage(false), Outcome::Forbidden);
        let limited = Outcome::Limited(UNKNOWN_WAIT);
        assert_eq!(limited.in_outage(true), limited);
        let lost = RestError::Lost("the connection broke".to_owned());
        assert_eq!(Outcome::of(&Err(lost)), Outcome::Failed);
    }
}
