//! Why Discord did not carry out a request.

use std::time::Duration;

use serde::Deserialize;

use super::limits;

/// Why Discord did not carry out a request, or may not have.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum RestError {
    /// There was no answer, so the request may have been carried out.
    #[error("Discord did not answer: {0}")]
    Lost(String),
    /// Discord refused the request, or we did not send it because of a rate limit.
    #[error("Discord refused it with {status} ({code}: {message})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's own number for the error, 0 if there is none.
        /// <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>
        code: u32,
        /// What Discord says, in English.
        message: String,
        /// When to try again, for a rate limit.
        retry_after: Option<Duration>,
    },
}

/// The body of a refusal.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RefusalBody {
    code: u32,
    message: String,
    /// In seconds.
    retry_after: Option<f64>,
    /// Whether a rate limit holds for all requests.
    pub(super) global: bool,
}

impl RefusalBody {
    /// Returns when to try again. The body knows better than the header, which has whole seconds.
    pub(super) fn retry_after(&self, header: Option<Duration>) -> Option<Duration> {
        self.retry_after.and_then(limits::wait).or(header)
    }

    pub(super) fn into_error(self, status: u16, retry_after: Option<Duration>) -> RestError {
        RestError::Refused {
            status,
            code: self.code,
            message: self.message,
            retry_after,
        }
    }
}

impl RestError {
    /// The refusal that stands for a request we did not send because its route is under a rate limit.
    pub(super) fn limited(retry_after: Duration) -> Self {
        Self::Refused {
            status: 429,
            code: 0,
            message: "the rate limit has not passed yet".to_owned(),
            retry_after: Some(retry_after),
        }
    }

    /// Returns Discord's own number for the error, 0 if there is none.
    pub(crate) fn code(&self) -> u32 {
        match self {
            Self::Lost(_) => 0,
            Self::Refused { code, .. } => *code,
        }
    }

    /// Returns the HTTP status of a refusal.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Lost(_) => None,
            Self::Refused { status, .. } => Some(*status),
        }
    }

    /// Returns when to try again, if Discord has said so.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Lost(_) => None,
            Self::Refused { retry_after, .. } => *retry_after,
        }
    }

    /// Whether this is a rate limit of requests. Error 30046, too many edits of an old message, has the
    /// same status but is none: it says nothing of when to try again.
    pub(crate) fn is_rate_limit(&self) -> bool {
        matches!(self, Self::Refused { status: 429, code, .. } if *code != code::TOO_MANY_OLD_EDITS)
    }

    /// Whether the same request may succeed a little later without anybody doing anything.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Lost(_) => true,
            Self::Refused { status, .. } => *status >= 500 || self.is_rate_limit(),
        }
    }
}

/// Discord's numbers for errors, as far as they mean something to us.
/// <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>
pub(crate) mod code {
    pub(crate) const UNKNOWN_CHANNEL: u32 = 10_003;
    pub(crate) const UNKNOWN_MEMBER: u32 = 10_007;
    pub(crate) const UNKNOWN_MESSAGE: u32 = 10_008;
    /// "Maximum number of emojis reached".
    pub(crate) const TOO_MANY_EMOJI: u32 = 30_008;
    /// "Maximum number of edits to messages older than 1 hour reached. Try again later".
    pub(crate) const TOO_MANY_OLD_EDITS: u32 = 30_046;
    /// A request that is too large.
    pub(crate) const TOO_LARGE: u32 = 40_005;
    /// A message instead of a post with a title, in a forum.
    pub(crate) const POST_NEEDED: u32 = 40_058;
    /// A post in a forum whose posts need a tag.
    pub(crate) const TAG_NEEDED: u32 = 40_067;
    /// "Cannot send messages to this user".
    pub(crate) const CANNOT_MESSAGE: u32 = 50_007;
    /// "Cannot send messages to this user due to having no mutual guilds".
    pub(crate) const NO_COMMON_GUILD: u32 = 50_278;
    pub(crate) const MISSING_ACCESS: u32 = 50_001;
    /// "Cannot send messages in a non-text channel".
    pub(crate) const NO_TEXT_CHANNEL: u32 = 50_008;
    pub(crate) const MISSING_PERMISSIONS: u32 = 50_013;
    pub(crate) const WRONG_CHANNEL_TYPE: u32 = 50_024;
    pub(crate) const THREAD_ARCHIVED: u32 = 50_083;
    pub(crate) const THREAD_LOCKED: u32 = 160_005;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> RestError {
        let body: RefusalBody = serde_json::from_str(body).unwrap();
        let retry_after = body.retry_after(None);
        body.into_error(status, retry_after)
    }

    #[test]
    fn a_rate_limit_says_when_to_try_again() {
        let error = refused(
            429,
            r#"{"message": "slow", "retry_after": 1.5, "global": false}"#,
        );

        assert!(error.is_rate_limit() && error.is_transient());
        assert_eq!(error.retry_after(), Some(Duration::from_millis(1_500)));
    }

    #[test]
    fn too_many_edits_of_an_old_message_are_no_rate_limit() {
        let error = refused(
            429,
            r#"{"message": "Maximum number of edits", "code": 30046}"#,
        );

        assert!(!error.is_rate_limit() && !error.is_transient());
        assert_eq!((error.code(), error.retry_after()), (30046, None));
    }

    #[test]
    fn impossible_times_are_ignored() {
        for time in ["-1", "null"] {
            let error = refused(429, &format!(r#"{{"retry_after": {time}}}"#));
            assert_eq!(error.retry_after(), None, "{time}");
        }
    }

    #[test]
    fn no_rate_limit_lasts_longer_than_a_day() {
        for time in ["86401", "1e19", "1e300"] {
            let error = refused(429, &format!(r#"{{"retry_after": {time}}}"#));
            let day = Duration::from_secs(86_400);
            assert_eq!(error.retry_after(), Some(day), "{time}");
        }
    }
}
