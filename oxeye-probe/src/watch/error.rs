//! Why nothing came of a question, in sentences for the person who typed the address. None of them
//! repeats the address, which only some people may see.

use std::io;

use super::{Forbidden, InvalidTypedAddress};
use crate::ProbeError;

/// Why an address did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WatchError {
    /// Nobody has registered this name, or it leads nowhere.
    #[error("this host name does not exist")]
    UnknownHost,
    /// The name leads to a place that may not be asked.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Something else than a Minecraft server answers.
    #[error("something answers there, but it is not a Minecraft server")]
    NotMinecraft,
    /// Nothing answers: no process, no machine, or one that stays silent.
    #[error("nothing answers there")]
    NoAnswer,
    /// The DNS server did not answer.
    #[error("the host name could not be looked up: the DNS server did not answer")]
    NoDns,
    /// This machine has no connection to that network.
    #[error("this machine cannot reach that network")]
    OwnNetwork,
}

impl WatchError {
    /// Returns whether the error says something about the server, and not only about the way there.
    #[must_use]
    pub fn is_evidence(self) -> bool {
        !matches!(self, Self::NoDns | Self::OwnNetwork)
    }
}

impl From<&ProbeError> for WatchError {
    fn from(error: &ProbeError) -> Self {
        match error {
            ProbeError::NotUnderstood { .. } | ProbeError::Flood { .. } => Self::NotMinecraft,
            ProbeError::Unreachable { source, .. } => Self::of_network(source),
            _ => Self::NoAnswer,
        }
    }
}

impl WatchError {
    /// Returns what an error of the operating system about a connection means. An unreachable host is
    /// one that is switched off; anything else that is not about the host concerns this machine.
    pub(super) fn of_network(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::TimedOut => Self::NoAnswer,
            _ => Self::OwnNetwork,
        }
    }
}

/// Why an address is not accepted. Each is a sentence for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefusedAddress {
    /// The text cannot be an address.
    #[error(transparent)]
    Invalid(#[from] InvalidTypedAddress),
    /// The address leads to a place that may not be asked.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The host name does not exist.
    #[error("this host name does not exist; check the spelling")]
    UnknownHost,
    /// Something else answers there.
    #[error("something answers there, but it is not a Minecraft server; check the port")]
    NotMinecraft,
}
