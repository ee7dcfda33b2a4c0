//! Whether Discord is connected, for whoever asks: the log, the health page, `oxeye check`.

use std::fmt;
use std::sync::Arc;

use oxeye_db::UnixSeconds;
use parking_lot::RwLock;

/// What the bot is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum BotState {
    /// It has not been connected yet.
    #[default]
    Starting,
    /// Every shard is connected.
    Ready {
        /// Since this moment without a break that we noticed.
        since: UnixSeconds,
    },
    /// It lost Discord, or has not reached it, and tries again by itself.
    Reconnecting,
    /// Discord refused us. It is tried again only every quarter of an hour.
    Refused {
        /// A sentence without secrets that says what to change.
        reason: String,
    },
}

impl BotState {
    /// Whether somebody has to change something before the bot can be connected.
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

/// The bot's state, shared: cheap to clone, all clones are the same.
///
/// One lock around one small value; it is held only to copy that value in or out.
#[derive(Debug, Clone, Default)]
pub struct BotHealth(Arc<RwLock<BotState>>);

impl BotHealth {
    /// What the bot is doing now.
    #[must_use]
    pub fn state(&self) -> BotState {
        self.0.read().clone()
    }

    pub(crate) fn set(&self, state: BotState) {
        *self.0.write() = state;
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
