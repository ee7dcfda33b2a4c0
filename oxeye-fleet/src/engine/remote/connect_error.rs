//! Why there is no connection to a worker, and how what a worker has said can be repeated.

use std::io;

use oxeye_process::Secret;
use oxeye_process::fingerprint::Fingerprint;

use crate::engine::Trouble;
use crate::engine::words::readable;
use crate::worker::lines::LineError;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error("{0}")]
    Socket(#[from] io::Error),
    #[error("its certificate has the SHA-256 {0}, which is not the one in FLEET_WORKERS")]
    OtherCertificate(Fingerprint),
    #[error("its certificate has expired, and the worker needs a new one")]
    Expired,
    #[error("its certificate is not valid yet, so one of the clocks is wrong")]
    NotValidYet,
    #[error("{0}")]
    Line(#[from] LineError),
    #[error("it answered: {0}")]
    Refused(String),
    #[error("it does not answer")]
    Silent,
    #[error("what answers there is not a worker")]
    NoWorker,
}

impl ConnectError {
    /// Returns what others learn of it. What the worker has said, only operators read.
    pub(super) fn trouble(&self) -> Trouble {
        let sentence = match self {
            Self::Socket(_) => "it cannot be reached",
            Self::OtherCertificate(_) => "it has another certificate",
            Self::Expired => "its certificate has expired",
            Self::NotValidYet => "its certificate is not valid yet",
            Self::Line(_) => "the connection to it broke",
            Self::Refused(_) => "it refuses this fleet",
            Self::Silent => "it does not answer",
            Self::NoWorker => "what answers there is not a worker",
        };
        Trouble {
            sentence,
            in_full: self.to_string(),
        }
    }
}

/// Returns what a worker has said on one line, without our secret, which a worker that was taken over may repeat.
pub(super) fn repeatable(words: &str, secret: Option<&Secret>) -> String {
    match secret {
        Some(secret) => readable(&words.replace(secret.expose(), "(secret)")),
        None => readable(words),
    }
}
