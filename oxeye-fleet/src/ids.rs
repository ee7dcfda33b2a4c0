//! What players, sessions, slots, worlds and workers are called. A type whose constructor checks.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The longest id of a player, in bytes.
pub const MAX_PLAYER_ID: usize = 100;

/// What a player is called, as their client says: 1 to [`MAX_PLAYER_ID`] bytes without control
/// characters and without blanks at either end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlayerId(Arc<str>);

/// Why a text cannot be a player's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "playerId must have 1 to {MAX_PLAYER_ID} bytes, no control characters and no blanks at either end"
)]
pub struct InvalidPlayerId;

impl PlayerId {
    /// Makes an id for a player who came without one.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4().to_string().into())
    }

    /// Returns the id that stands for an unknown owner. No player can have it.
    pub(crate) fn nobody() -> Self {
        Self(Arc::default())
    }

    /// Returns whether this id stands for an unknown owner.
    pub(crate) fn is_nobody(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the id as the player's client sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PlayerId {
    type Err = InvalidPlayerId;

    fn from_str(text: &str) -> Result<Self, InvalidPlayerId> {
        let has_good_length = (1..=MAX_PLAYER_ID).contains(&text.len());
        let is_clean = !text.chars().any(char::is_control) && text.trim() == text;
        if has_good_length && is_clean {
            Ok(Self(text.into()))
        } else {
            Err(InvalidPlayerId)
        }
    }
}

impl Serialize for PlayerId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PlayerId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for PlayerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One visit of a player. Whoever knows it can keep the player's server alive or make them leave, so
/// it is never published and `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub Uuid);

impl SessionId {
    /// Makes an id that nobody can guess.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

/// A place for one game server. Shown as `auto-1762578000000`: the milliseconds since 1970 when it was
/// allocated, or the next free number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub u64);

/// Why a text cannot be the id of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a server's id looks like auto-1762578000000")]
pub struct InvalidSlotId;

impl fmt::Display for SlotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "auto-{}", self.0)
    }
}

impl FromStr for SlotId {
    type Err = InvalidSlotId;

    fn from_str(text: &str) -> Result<Self, InvalidSlotId> {
        let digits = text.strip_prefix("auto-").ok_or(InvalidSlotId)?;
        let slot = digits.parse().map(Self).map_err(|_| InvalidSlotId)?;
        // One slot has one text: not `auto-+5` or `auto-05`.
        (slot.to_string() == text)
            .then_some(slot)
            .ok_or(InvalidSlotId)
    }
}

impl Serialize for SlotId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SlotId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The name of a player's world: a folder name made of letters, digits, `-` and `_`, so that no player
/// can name a folder of their choice. The same player always gets the same world.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct WorldName(String);

/// Why a text cannot be the name of a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a world's name has letters, digits, - and _ only")]
pub struct InvalidWorldName;

impl WorldName {
    /// Returns the name of a player's world: up to 24 letters of the player's id, for people, and a part
    /// of its SHA-256.
    #[must_use]
    pub fn of(player: &PlayerId) -> Self {
        let readable: String = player
            .as_str()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
            .take(24)
            .collect();
        let digest = Sha256::digest(player.as_str());
        let hash: String = digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if readable.is_empty() {
            Self(hash)
        } else {
            Self(format!("{readable}-{hash}"))
        }
    }

    /// Returns the name of a player's first world, second world and so on. Only the first is ever needed
    /// unless players share servers.
    #[must_use]
    pub fn numbered(player: &PlayerId, number: u32) -> Self {
        let first = Self::of(player);
        match number {
            1 => first,
            _ => Self(format!("{first}-{number}")),
        }
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WorldName {
    type Err = InvalidWorldName;

    fn from_str(text: &str) -> Result<Self, InvalidWorldName> {
        let is_clean = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if (1..=64).contains(&text.len()) && text.chars().all(is_clean) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidWorldName)
        }
    }
}

impl<'de> Deserialize<'de> for WorldName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for WorldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The longest name of a worker, in bytes.
pub const MAX_WORKER_NAME: usize = 32;

/// What a worker is called, which stands for the worlds that lie on it: small letters, digits and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerName(Arc<str>);

/// Why a text cannot be the name of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a worker's name has 1 to {MAX_WORKER_NAME} small letters, digits and - only")]
pub struct InvalidWorkerName;

impl WorkerName {
    /// Returns the name of the engine that is part of the program, or of the only worker if it was given
    /// none.
    #[must_use]
    pub fn local() -> Self {
        Self("local".into())
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WorkerName {
    type Err = InvalidWorkerName;

    fn from_str(text: &str) -> Result<Self, InvalidWorkerName> {
        let is_clean = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if (1..=MAX_WORKER_NAME).contains(&text.len()) && text.chars().all(is_clean) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidWorkerName)
        }
    }
}

impl fmt::Display for WorkerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_has_one_text() {
        assert_eq!("auto-5".parse(), Ok(SlotId(5)));
        assert_eq!("auto-0".parse(), Ok(SlotId(0)));
        for text in [
            "auto-+5", "auto-05", "auto-", "auto--5", "auto- 5", "5", "Auto-5",
        ] {
            assert_eq!(text.parse::<SlotId>(), Err(InvalidSlotId), "{text}");
        }
    }
}
