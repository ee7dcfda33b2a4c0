//! Whether Discord is connected: for the health page, `oxeye check` and anyone else who asks.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use oxeye_db::UnixSeconds;
use parking_lot::RwLock;

/// What the bot is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum BotState {
    /// It has not connected yet.
    #[default]
    Starting,
    /// Every shard is connected.
    Ready {
        /// Since when, without an interruption that we noticed.
        since: UnixSeconds,
    },
    /// It lost or never reached Discord, and keeps trying.
    Reconnecting,
    /// Discord refused us. The bot tries again only every quarter of an hour.
    Refused {
        /// Why Discord refused us, without secrets.
        reason: String,
    },
}

impl BotState {
    /// Returns whether somebody has to change something before the bot can connect.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

impl fmt::Display for BotState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => f.write_str("starting"),
            Self::Ready { .. } => f.write_str("ready"),
            Self::Reconnecting => f.write_str("reconnecting"),
            Self::Refused { reason } => write!(f, "refused: {reason}"),
        }
    }
}

/// The shared state of the bot. Clones are cheap and refer to the same state.
///
/// The lock is held only to copy the value in or out.
#[derive(Debug, Clone, Default)]
pub struct BotHealth(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: RwLock<BotState>,
    lacks_presence_intent: AtomicBool,
    skipped_activities: AtomicU64,
}

impl BotHealth {
    /// Returns what the bot is doing now.
    #[must_use]
    pub fn state(&self) -> BotState {
        self.0.state.read().clone()
    }

    pub(crate) fn set(&self, state: BotState) {
        *self.0.state.write() = state;
    }

    /// Returns whether Discord refuses us the presence intent, so that of members only voice, screen
    /// share and camera are seen.
    #[must_use]
    pub fn lacks_presence_intent(&self) -> bool {
        self.0.lacks_presence_intent.load(Ordering::Relaxed)
    }

    pub(crate) fn set_lacks_presence_intent(&self) {
        self.0.lacks_presence_intent.store(true, Ordering::Relaxed);
    }

    /// Returns how many activities of members Discord sent that nobody could read.
    #[must_use]
    pub fn skipped_activities(&self) -> u64 {
        self.0.skipped_activities.load(Ordering::Relaxed)
    }

    pub(crate) fn count_skipped_activities(&self, count: u64) {
        self.0
            .skipped_activities
            .fetch_add(count, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clone_sees_the_same_state() {
        let health = BotHealth::default();
        let clone = health.clone();
        assert_eq!(clone.state(), BotState::Starting);

        health.set(BotState::Refused {
            reason: "no".to_owned(),
        });

        assert_eq!(clone.state().to_string(), "refused: no");
    }
}
