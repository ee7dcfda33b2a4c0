//! What can go wrong between the agent and a Minecraft server, as sentences for the one who runs
//! them.
//!
//! No variant holds a secret, anything a player wrote, or a player's address.

use std::io;

use crate::source::{Address, Fingerprint};

/// Why a source did not tell who is on.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The machine is there, but nothing has the port open.
    #[error("nothing listens at {address}; check that the server runs and that the port is right")]
    Refused {
        /// Where.
        address: Address,
    },
    /// Such as a host name that nobody knows.
    #[error("{address} cannot be reached")]
    Unreachable {
        /// Where.
        address: Address,
        /// What the network said.
        source: io::Error,
    },
    /// Silence.
    #[error("{address} did not answer in time")]
    NoAnswer {
        /// Where.
        address: Address,
    },
    /// The connection ended without a reason.
    #[error("the server at {address} closed the connection")]
    Closed {
        /// Where.
        address: Address,
    },
    /// The password or token is not the server's.
    #[error(
        "the server at {address} does not accept the secret; it must be what server.properties has for {setting}"
    )]
    WrongSecret {
        /// Where.
        address: Address,
        /// The line of `server.properties` that holds it.
        setting: &'static str,
    },
    /// No server can have this password or token.
    #[error(
        "the secret for {setting} is empty or has characters other than letters, digits and signs of ASCII"
    )]
    UnusableSecret {
        /// The line of `server.properties` that holds it.
        setting: &'static str,
    },
    /// The management server looked at an `Origin`: something between it and us took our secret
    /// away.
    #[error(
        "the management server at {address} wants an allowed origin; check that no proxy in between removes the Authorization header"
    )]
    OriginNotAllowed {
        /// Where.
        address: Address,
    },
    /// A plain connection was not welcome.
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
        /// What TLS said.
        source: rustls::Error,
    },
    /// A web server, but no WebSocket for management.
    #[error(
        "what answers at {address} is not a management server (HTTP status {status}); check the port against management-server-port"
    )]
    NotManagement {
        /// Where.
        address: Address,
        /// The HTTP status of the strange answer.
        status: u16,
    },
    /// Something answered, but with nothing that this protocol has.
    #[error("what answers at {address} does not speak {protocol} as we know it; check the port")]
    NotUnderstood {
        /// Where.
        address: Address,
        /// The protocol's name.
        protocol: &'static str,
    },
    /// The server answers, but keeps to itself what we want to know.
    #[error("the ping is answered at {address}, but the answer does not tell how many are on")]
    NoCount {
        /// Where.
        address: Address,
    },
    /// The server says more than any Minecraft server has to say.
    #[error(
        "the server at {address} sends more than a Minecraft server has to tell, so it is left alone for a while"
    )]
    Flood {
        /// Where.
        address: Address,
    },
    /// The server takes commands, but makes something else of `list`.
    #[error(
        "the server at {address} answers none of the forms of the command list with how many are on"
    )]
    NoListing {
        /// Where.
        address: Address,
    },
    /// The server understood and said no.
    #[error("the server at {address} does not tell who is on (error {code})")]
    Declined {
        /// Where.
        address: Address,
        /// The server's number for the reason.
        code: i64,
    },
}

impl SourceError {
    /// Whether nobody listens on the port.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// Whether the server lives, although it does not tell who is on.
    #[must_use]
    pub fn shows_life(&self) -> bool {
        matches!(self, Self::NoCount { .. })
    }

    /// Whether the server is to be left alone for a while.
    #[must_use]
    pub fn is_flood(&self) -> bool {
        matches!(self, Self::Flood { .. })
    }

    pub(super) fn flood(address: &Address) -> Self {
        let address = address.clone();
        Self::Flood { address }
    }

    pub(super) fn no_answer(address: &Address) -> Self {
        let address = address.clone();
        Self::NoAnswer { address }
    }

    pub(super) fn closed(address: &Address) -> Self {
        let address = address.clone();
        Self::Closed { address }
    }

    pub(super) fn not_understood(address: &Address, protocol: &'static str) -> Self {
        let address = address.clone();
        Self::NotUnderstood { address, protocol }
    }

    /// What the operating system says of a connection.
    pub(super) fn network(address: &Address, source: io::Error) -> Self {
        let address = address.clone();
        match source.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused { address },
            io::ErrorKind::TimedOut => Self::NoAnswer { address },
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Self::Closed { address },
            _ => Self::Unreachable { address, source },
        }
    }
}
