//! A short pause between two refreshes of one message.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use serenity::all::MessageId;
use tokio::time::Instant;

/// Minimum time between two refreshes.
const PAUSE: Duration = Duration::from_secs(3);
/// How many messages we remember at most. One that is not remembered is simply refreshed.
const CAPACITY: usize = 1_024;

/// When each message was last refreshed. The lock is never held across an `.await`.
///
/// The times are monotonic: a wall clock that is set back must not lock a button until it has
/// caught up.
#[derive(Debug, Default)]
pub(crate) struct RefreshCooldown(Mutex<HashMap<MessageId, Instant>>);

impl RefreshCooldown {
    /// Returns whether the message may be refreshed now, and if so, starts its pause.
    #[must_use]
    pub(crate) fn try_refresh(&self, message: MessageId, now: Instant) -> bool {
        let recent = |at: &Instant| now.saturating_duration_since(*at) < PAUSE;
        let mut refreshed = self.0.lock();
        if refreshed.get(&message).is_some_and(recent) {
            return false;
        }
        if refreshed.len() >= CAPACITY {
            refreshed.retain(|_, at| recent(at));
        }
        if refreshed.len() < CAPACITY {
            refreshed.insert(message, now);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_refreshed_at_most_once_per_pause() {
        let cooldown = RefreshCooldown::default();
        let (one, other) = (MessageId::new(1), MessageId::new(2));
        let start = Instant::now();

        assert!(cooldown.try_refresh(one, start));
        assert!(!cooldown.try_refresh(one, start + Duration::from_secs(2)));
        assert!(cooldown.try_refresh(other, start + Duration::from_secs(2)));
        assert!(cooldown.try_refresh(one, start + PAUSE));
    }

    #[test]
    fn no_more_messages_are_remembered_than_the_capacity() {
        let cooldown = RefreshCooldown::default();
        let start = Instant::now();
        for id in 1..5_000 {
            assert!(cooldown.try_refresh(MessageId::new(id), start));
        }
        assert_eq!(cooldown.0.lock().len(), CAPACITY);
        assert!(cooldown.try_refresh(MessageId::new(9_999), start + PAUSE));
        assert_eq!(cooldown.0.lock().len(), 1);
    }
}
