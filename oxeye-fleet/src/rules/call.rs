//! The calls of the engine, and the runs of a server that they begin and end.

use serde::Serialize;

/// How often a slot's server has been started; it tells one run of a server from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct Run(pub u32);

/// A call of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// Make the container, without starting it.
    Create,
    /// Start it.
    Start,
    /// Ask it to stop. Returns when the engine has passed the request on; the exit comes as an event.
    Stop,
    /// Kill it.
    Kill,
    /// Remove it, perhaps with its world. It exists and does not run.
    Remove,
}

/// Why a call of the engine did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// Another program uses the port.
    #[error("another program has the port")]
    PortTaken,
    /// The engine refuses, and would refuse again: a missing image or program, a full disk. The sentence
    /// is for operators.
    #[error("{0}")]
    Refused(String),
    /// The world of this player cannot be used, such as one that is a symbolic link. The sentence is for
    /// operators. It says nothing about other players.
    #[error("{0}")]
    WorldUnusable(String),
    /// The engine cannot be reached, so nothing was done.
    #[error("the engine cannot be reached")]
    Unreachable,
    /// Nobody knows whether it was done, because the engine did not answer in time.
    #[error("the engine did not answer in time")]
    Unknown,
}
