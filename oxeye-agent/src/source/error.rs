//! What can go wrong between the agent and a Minecraft server, as sentences for operators.
//!
//! No variant holds a secret, text typed by a player, or a player's address.

use std::io;

use oxeye_probe::{Address, ProbeError};
use oxeye_process::fingerprint::Fingerprint;

/// Why a source does not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    /// An error of any protocol.
    #[error(transparent)]
    Probe(#[from] ProbeError),
    /// The management server checked an `Origin`, so something between it and us removed our secret.
    #[error(
        "the management server at {address} requires an allowed origin; check that no proxy in between removes the Authorization header"
    )]
    OriginNotAllowed {
        /// The address of the server.
        address: Address,
    },
    /// A plain connection was refused.
    #[error(
        "the server at {address} does not answer without TLS; if its server.properties has management-server-tls-enabled=true, use wss://"
    )]
    TlsNeeded {
        /// The address of the server.
        address: Address,
    },
    /// The server does not speak TLS.
    #[error(
        "the server at {address} does not answer with TLS; if its server.properties has management-server-tls-enabled=false, use ws://"
    )]
    TlsNotOffered {
        /// The address of the server.
        address: Address,
    },
    /// The server's certificate is self-signed, expired, for another name or not the pinned one.
    #[error(
        "the certificate of {address} is not trusted; if it is your server's own, set management_fingerprint to its SHA-256 fingerprint {presented}"
    )]
    CertificateNotTrusted {
        /// The address of the server.
        address: Address,
        /// The fingerprint of the certificate that the server presented.
        presented: Fingerprint,
    },
    /// Any other problem with TLS.
    #[error("no TLS connection to {address} could be established")]
    Tls {
        /// The address of the server.
        address: Address,
        /// The error from TLS.
        source: rustls::Error,
    },
    /// A web server answered that is not a management server.
    #[error(
        "the server at {address} is not a management server (HTTP status {status}); compare the port with management-server-port"
    )]
    NotManagement {
        /// The address of the server.
        address: Address,
        /// The HTTP status of the answer.
        status: u16,
    },
    /// The server answered with an error.
    #[error("the server at {address} refuses to say who is online (error {code})")]
    Declined {
        /// The address of the server.
        address: Address,
        /// The error code.
        code: i64,
    },
}

impl SourceError {
    /// Whether nothing listens on the port.
    #[must_use]
    pub(crate) fn is_refused(&self) -> bool {
        matches!(self, Self::Probe(error) if error.is_refused())
    }

    /// Whether the error shows that the server is up.
    #[must_use]
    pub(crate) fn shows_life(&self) -> bool {
        matches!(self, Self::Probe(error) if error.shows_life())
    }

    /// Whether the server sends too much and must be left alone for a while.
    #[must_use]
    pub(crate) fn is_flood(&self) -> bool {
        matches!(self, Self::Probe(error) if error.is_flood())
    }

    pub(super) fn flood(address: &Address) -> Self {
        ProbeError::flood(address).into()
    }

    pub(super) fn no_answer(address: &Address) -> Self {
        ProbeError::no_answer(address).into()
    }

    pub(super) fn closed(address: &Address) -> Self {
        ProbeError::closed(address).into()
    }

    pub(super) fn not_understood(address: &Address, protocol: &'static str) -> Self {
        ProbeError::not_understood(address, protocol).into()
    }

    /// Turns an error of the operating system about a connection into ours.
    pub(super) fn network(address: &Address, source: io::Error) -> Self {
        ProbeError::network(address, source).into()
    }
}
