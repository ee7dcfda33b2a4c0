//! The calls of the engine, and the runs of a server that they begin and end.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ids::{PlayerId, WorldName};

/// How often a slot's server has been started; it tells one run of a server from the next.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Run(pub u32);

impl Run {
    /// Returns the run after this one. The last one that can be counted is followed by itself.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Tells one call of the engine from all others of this program, even from those of steps that were
/// undone, so that a late or repeated answer is not taken for the answer to a newer call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CallNumber(pub u64);

/// What the engine is asked to do for a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Make a container, without starting it.
    Create {
        /// The port.
        port: u16,
        /// The world, which may exist already.
        world: WorldName,
        /// The player that it is for.
        player: PlayerId,
    },
    /// Start it.
    Start {
        /// The number of this run.
        run: Run,
    },
    /// Ask it to stop.
    Stop {
        /// How long it may take before the engine kills it.
        grace: Duration,
    },
    /// Kill it.
    Kill,
    /// Remove it.
    Remove {
        /// Whether its world is deleted, too.
        discards_world: bool,
    },
}

impl Order {
    /// Returns which call this is.
    #[must_use]
    pub fn call(&self) -> Call {
        match self {
            Self::Create { .. } => Call::Create,
            Self::Start { .. } => Call::Start,
            Self::Stop { .. } => Call::Stop,
            Self::Kill => Call::Kill,
            Self::Remove { .. } => Call::Remove,
        }
    }
}

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
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// As many worlds are kept as may be, so nothing was done for a new one. The sentence is for operators. It
    /// says nothing about worlds that are there.
    #[error("{0}")]
    NoNewWorlds(String),
    /// The engine has no room for it now, so nothing was done. The sentence is for operators. It says nothing
    /// about what the engine can do later.
    #[error("{0}")]
    Full(String),
    /// The engine cannot be reached, so nothing was done.
    #[error("the engine cannot be reached")]
    Unreachable,
    /// Nobody knows whether it was done, because the engine did not answer in time.
    #[error("the engine did not answer in time")]
    Unknown,
}
