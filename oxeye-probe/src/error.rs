//! What can go wrong between us and a game server, as sentences for the people who run it.
//!
//! No variant holds a secret, anything a player wrote, or a player's address.

use std::io;

use crate::Address;

/// Why a server did not tell us what we asked.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
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
}

impl ProbeError {
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

    /// Returns the error for a server that sends without end.
    #[must_use]
    pub fn flood(address: &Address) -> Self {
        let address = address.clone();
        Self::Flood { address }
    }

    /// Returns the error for a server that was silent for too long.
    #[must_use]
    pub fn no_answer(address: &Address) -> Self {
        let address = address.clone();
        Self::NoAnswer { address }
    }

    /// Returns the error for a connection that ended without a reason.
    #[must_use]
    pub fn closed(address: &Address) -> Self {
        let address = address.clone();
        Self::Closed { address }
    }

    /// Returns the error for an answer that `protocol` does not have.
    #[must_use]
    pub fn not_understood(address: &Address, protocol: &'static str) -> Self {
        let address = address.clone();
        Self::NotUnderstood { address, protocol }
    }

    /// Returns the error for what the operating system says about a connection.
    #[must_use]
    pub fn network(address: &Address, source: io::Error) -> Self {
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
