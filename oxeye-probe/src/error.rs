//! What can go wrong between us and a game server, as messages for the people who run it.
//!
//! No variant contains a secret, anything that a player wrote, or a player's address.

use std::io;

use crate::Address;

/// Why a server did not answer our question.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The machine answers, but nothing listens on the port.
    #[error(
        "nothing listens at {address}; check that the server is running and that the port is right"
    )]
    Refused {
        /// The server's address.
        address: Address,
    },
    /// The network cannot reach the server, for example because its host name is unknown.
    #[error("{address} cannot be reached")]
    Unreachable {
        /// The server's address.
        address: Address,
        /// The error of the network.
        source: io::Error,
    },
    /// The server did not answer in time.
    #[error("{address} did not answer in time")]
    NoAnswer {
        /// The server's address.
        address: Address,
    },
    /// The server closed the connection without a reason.
    #[error("the server at {address} closed the connection")]
    Closed {
        /// The server's address.
        address: Address,
    },
    /// The server does not accept the password or token.
    #[error(
        "the server at {address} does not accept the secret; it must be the value of {setting} in server.properties"
    )]
    WrongSecret {
        /// The server's address.
        address: Address,
        /// The setting in `server.properties` that contains the secret.
        setting: &'static str,
    },
    /// No server can have this password or token.
    #[error(
        "the secret for {setting} is empty, too long, or contains characters that a secret cannot have"
    )]
    UnusableSecret {
        /// The setting in `server.properties` that contains the secret.
        setting: &'static str,
    },
    /// The answer does not belong to this protocol.
    #[error("the server at {address} does not speak {protocol} as we know it; check the port")]
    NotUnderstood {
        /// The server's address.
        address: Address,
        /// The name of the protocol.
        protocol: &'static str,
    },
    /// The server answers the ping, but hides the number of players.
    #[error("the server at {address} answers the ping, but hides the number of players")]
    NoCount {
        /// The server's address.
        address: Address,
    },
    /// The server sends more than any Minecraft server would.
    #[error(
        "the server at {address} sends more than any Minecraft server would, so it is left alone for a while"
    )]
    Flood {
        /// The server's address.
        address: Address,
    },
    /// The server accepts commands, but its answers to `list` cannot be read.
    #[error(
        "the server at {address} answers no form of the command list with the number of players"
    )]
    NoListing {
        /// The server's address.
        address: Address,
    },
}

impl ProbeError {
    /// Returns whether nothing listens on the port.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// Returns whether the server is running, although it does not say who is online.
    #[must_use]
    pub fn shows_life(&self) -> bool {
        matches!(self, Self::NoCount { .. })
    }

    /// Returns whether the server should be left alone for a while.
    #[must_use]
    pub fn is_flood(&self) -> bool {
        matches!(self, Self::Flood { .. })
    }

    /// Returns the error for a server that sends too much.
    #[must_use]
    pub fn flood(address: &Address) -> Self {
        let address = address.clone();
        Self::Flood { address }
    }

    /// Returns the error for a server that did not answer in time.
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

    /// Returns the error for an answer that does not belong to `protocol`.
    #[must_use]
    pub fn not_understood(address: &Address, protocol: &'static str) -> Self {
        let address = address.clone();
        Self::NotUnderstood { address, protocol }
    }

    /// Turns an error of the operating system about a connection into one of ours.
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
