//! What can go wrong between a plugin and a backend, as sentences for the one who runs the plugin.
//!
//! No variant holds a key or a code: the routes have none in their URLs, and the backend puts none
//! in its errors.

use std::time::Duration;

use oxeye_plugin_proto::{Epoch, ErrorResponse, UnixSeconds};

/// Why a request did not do what it was for. It was already retried as far as that made sense.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is not one a backend can have.
    #[error(
        "the backend's address must be like https://oxeye.example.org: http or https, without user name, password or query"
    )]
    Address,
    /// No complete answer came back. The request may have arrived.
    #[error(
        "the backend at {address} cannot be reached; check that it is running and that the address is right"
    )]
    Unreachable {
        /// The backend's address.
        address: String,
        /// What the network said.
        source: reqwest::Error,
    },
    /// The API key is not valid (any more): the server has to be linked again.
    #[error("this server is not linked any more; get a new link code and link it again")]
    NotLinked,
    /// The backend gave an error.
    #[error("{}", refusal.error)]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What the backend said about it, on one line of bounded length without control characters.
        refusal: ErrorResponse,
        /// How long the backend wants not to be asked again.
        retry_after: Option<Duration>,
    },
    /// The backend does not go on with the epoch of a batch.
    #[error("{error}")]
    EpochRefused {
        /// What the backend said about it, made fit to be shown.
        error: String,
        /// The newest epoch that it goes on with.
        newest_epoch: Epoch,
        /// Its clock.
        server_time: UnixSeconds,
    },
    /// Something answered, but it does not speak this protocol.
    #[error("what answers at {address} is not an Oxeye backend; check the address")]
    NotOxeye {
        /// The backend's address.
        address: String,
        /// The HTTP status of the strange answer.
        status: u16,
    },
}
