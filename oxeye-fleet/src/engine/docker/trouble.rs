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
        /// What that is about.
        about: About,
        /// Its sentence, fit for a log.
        words: String,
    },
}

/// What a sentence of the engine is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Something that is missing.
    Missing,
    /// A disk that is full.
    FullDisk,
    /// Anything else.
    Other,
}

/// What the engine says if its disk is full, at the end of a sentence.
const NO_SPACE: &str = "no space left on device";

/// What we say then. The engine also names files, and some of them have another name each time, but the rules compare
/// the sentences of different servers.
const DISK_FULL: &str = "the disk of the container engine is full";

impl Trouble {
    /// Makes one of what the engine said.
    pub(super) fn said(status: u16, words: &str) -> Self {
        let about = if words.contains(NO_SPACE) {
            About::FullDisk
        } else if status == 404 {
            About::Missing
        } else {
            About::Other
        };
        Self::Said {
            about,
            words: readable(words),
        }
    }

    /// Leaves out the id of a container, which differs from server to server.
    pub(super) fn without(self, container: &str) -> Self {
        match self {
            Self::Said { about, words } => Self::Said {
                about,
                words: words.replace(container, "the container"),
            },
            other => other,
        }
    }

    /// Returns whether the engine said that something is missing.
    pub(super) fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::Said {
                about: About::Missing,
                ..
            }
        )
    }

    /// Returns what the rules need to know: `what` begins the sentence of a refusal.
    pub(super) fn failure(self, what: &str) -> CallFailure {
        match self {
            Self::Unreachable(_) => CallFailure::Unreachable,
            Self::Unanswered(_) => CallFailure::Unknown,
            Self::Said {
                about: About::FullDisk,
                ..
            } => CallFailure::Refused(DISK_FULL.to_owned()),
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
    fn a_full_disk_is_the_same_trouble_whatever_cannot_be_written() {
        for words in [
            "adding volume to state: write /var/lib/libpod/bolt_state.db: no space left on device",
            "creating container storage: write /var/lib/overlay-layers/.tmp-layers.json2609876306: no space left on device",
        ] {
            let failure = Trouble::said(500, words).failure("cannot make a container");
            assert_eq!(failure, CallFailure::Refused(DISK_FULL.to_owned()));
        }
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
