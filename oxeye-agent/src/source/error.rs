//! What can go wrong between the agent and a Minecraft server, as sentences for the people who run
//! them.
//!
//! No variant holds a secret, anything a player wrote, or a player's address.

use std::io;

use oxeye_probe::{Address, ProbeError};

use crate::source::Fingerprint;

/// Why a source does not work.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// An error of any protocol.
    #[error(transparent)]
    Probe(#[from] ProbeError),
    /// The management server looked at an `Origin`: something between it and us took our secret
    /// away.
    #[error(
        "the management server at {address} wants an allowed origin; check that no proxy in between removes the Authorization header"
    )]
    OriginNotAllowed {
        /// Where.
        address: Address,
    },
    /// A plain connection was refused.
    #[error(
        "the server at {address} does not answer without TLS; if its server.properties has management-server-tls-enabled=true, use wss://"
    )]
    TlsNeeded {
        /// Where.
        address: Address,
    },
    /// TLS was not understood.
    #[error(
        "the server at {address} does not answer with TLS; if its server.properties has management-server-tls-enabled=false, use ws://"
    )]
    TlsNotOffered {
        /// Where.
        address: Address,
    },
    /// The server's certificate is self-signed, expired, for another name, or not the pinned one.
    #[error(
        "the certificate of {address} is not trusted; if it is your server's own, pin its SHA-256 fingerprint {presented}"
    )]
    CertificateNotTrusted {
        /// Where.
        address: Address,
        /// Of the certificate that the server showed.
        presented: Fingerprint,
    },
    /// Any other trouble with TLS.
    #[error("no TLS connection to {address} could be made")]
    Tls {
        /// Where.
        address: Address,
        /// The error from TLS.
        source: rustls::Error,
    },
    /// A web server, but no WebSocket for management.
    #[error(
        "what answers at {address} is not a management server (HTTP status {status}); check the port against management-server-port"
    )]
    NotManagement {
        /// Where.
        address: Address,
        /// The HTTP status of the answer.
        status: u16,
    },
    /// The server answered with an error.
    #[error("the server at {address} does not tell who is on (error {code})")]
    Declined {
        /// Where.
        address: Address,
        /// The error code.
        code: i64,
    },
}

impl SourceError {
    /// Whether nobody listens on the port.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Probe(error) if error.is_refused())
    }

    /// Whether the error shows that the server is up.
    #[must_use]
    pub fn shows_life(&self) -> bool {
        matches!(self, Self::Probe(error) if error.shows_life())
    }

    /// Whether the server is to be left alone for a while.
    #[must_use]
    pub fn is_flood(&self) -> bool {
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

    /// Returns the error of the operating system about a connection.
    pub(super) fn network(address: &Address, source: io::Error) -> Self {
        ProbeError::network(address, source).into()
    }
}
