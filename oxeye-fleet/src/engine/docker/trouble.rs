//! What a failed call means. Docker and podman answer the same trouble with different status codes, so a
//! code alone decides nothing: whoever gets a refusal looks at the container afterwards.

use bollard::errors::Error;

use crate::engine::words::readable;
use crate::rules::CallFailure;

/// Why a call of the container engine did not work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// Nothing was sent.
    #[error("{0}")]
    Unreachable(String),
    /// It was sent, and nobody knows what became of it.
    #[error("{0}")]
    Unanswered(String),
    /// The engine answered with this sentence.
    #[error("{words}")]
    Said {
        /// Whether it said that something is missing.
        is_missing: bool,
        /// Its sentence, fit for a log.
        words: String,
    },
}

impl Trouble {
    /// Makes one of what the engine said.
    pub(super) fn said(status: u16, words: &str) -> Self {
        Self::Said {
            is_missing: status == 404,
            words: readable(words),
        }
    }

    /// Returns whether the engine said that something is missing.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::Said { is_missing, .. } if *is_missing)
    }

    /// Returns what the rules need to know: `what` begins the sentence of a refusal.
    pub(super) fn failure(self, what: &str) -> CallFailure {
        match self {
            Self::Unreachable(_) => CallFailure::Unreachable,
            Self::Unanswered(_) => CallFailure::Unknown,
            Self::Said { words, .. } => CallFailure::Refused(format!("{what}: {words}")),
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::DockerResponseServerError {
                status_code,
                message,
            } => Self::said(status_code, &message),
            Error::SocketNotFoundError(path) => Self::Unreachable(format!("there is no {path}")),
            Error::HyperLegacyError { err } if err.is_connect() => {
                Self::Unreachable(with_causes(&err))
            }
            // The engine may have begun: it goes on with a stop, for example, when nobody waits for it.
            other => Self::Unanswered(with_causes(&other)),
        }
    }
}

/// Returns an error with its causes, which say more than itself.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    readable(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_was_not_answered_in_time_is_unknown_and_not_failed() {
        let trouble = Trouble::from(Error::RequestTimeoutError);
        assert_eq!(trouble.failure("cannot stop"), CallFailure::Unknown);
    }

    #[test]
    fn without_a_socket_nothing_was_sent() {
        let trouble = Trouble::from(Error::SocketNotFoundError("/run/x.sock".to_owned()));
        assert_eq!(trouble.failure("cannot stop"), CallFailure::Unreachable);
    }

    #[test]
    fn what_the_engine_says_fits_on_one_line() {
        let message = format!("no\n\u{1b}[31m such image{}", "!".repeat(1_000));
        let trouble = Trouble::from(Error::DockerResponseServerError {
            status_code: 404,
            message,
        });

        assert!(trouble.is_missing());
        let CallFailure::Refused(sentence) = trouble.failure("cannot make a container") else {
            panic!("it is a refusal");
        };
        assert!(sentence.starts_with("cannot make a container: no  [31m such image!!!"));
        assert!(sentence.len() < 400, "{sentence}");
    }
}
