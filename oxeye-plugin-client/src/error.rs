//! What can go wrong between a plugin and a backend, as messages for the people who run the plugin.
//!
//! No variant contains a key or a code: there are none in the URLs of the routes and in the errors of
//! the backend.

use std::time::Duration;

use oxeye_plugin_proto::{Epoch, ErrorResponse, UnixSeconds};

/// Why a request failed. It has already been retried if that made sense.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No backend can have this address.
    #[error(
        "the backend's address must be like https://oxeye.example.org: http or https, without user name, password or query"
    )]
    Address,
    /// There was no complete answer. The request may have arrived.
    #[error(
        "the backend at {address} cannot be reached; check that it is running and that the address is right"
    )]
    Unreachable {
        /// The backend's address.
        address: String,
        /// The error of the network.
        source: reqwest::Error,
    },
    /// The address begins with `https://`, and what answers there speaks HTTP without TLS.
    #[error(
        "the server at {address} speaks plain HTTP; if it is on this machine or in your own network, use http:// in place of https://"
    )]
    PlainHttp {
        /// The backend's address.
        address: String,
    },
    /// The API key is not valid, or no longer valid. The server has to be linked again.
    #[error("this server is not linked any more; get a new link code and link it again")]
    NotLinked,
    /// The backend answered with an error.
    #[error("{}", refusal.error)]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The backend's error, on one line of bounded length without control characters.
        refusal: ErrorResponse,
        /// How long the backend asks us to wait.
        retry_after: Option<Duration>,
    },
    /// The backend does not accept the epoch of a batch.
    #[error("{error}")]
    EpochRefused {
        /// The backend's error, made safe to show.
        error: String,
        /// The newest epoch that the backend accepts.
        newest_epoch: Epoch,
        /// The backend's clock.
        server_time: UnixSeconds,
    },
    /// The answer does not belong to this protocol.
    #[error("the server at {address} is not an Oxeye backend; check the address")]
    NotOxeye {
        /// The backend's address.
        address: String,
        /// The HTTP status of the answer.
        status: u16,
    },
}

impl ClientError {
    /// Returns whether the backend does not offer the route (404): it is older than the route, or its
    /// operator has turned the feature off. Sending the same again helps only after that has changed.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        match self {
            Self::Refused { status, .. } | Self::NotOxeye { status, .. } => *status == 404,
            _ => false,
        }
    }
}
