//! A short pause between two refreshes of one message.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use serenity::all::MessageId;
use tokio::time::Instant;

/// Pause per message.
const PAUSE: Duration = Duration::from_secs(3);
/// Messages remembered at most; one that is not is simply refreshed.
const CAPACITY: usize = 1_024;

/// When each message was refreshed last, for a few seconds. One lock, never held across a wait.
///
/// Kept in time that only goes forward: the wall clock may be set back, and a button must not be
/// locked until it has caught up.
#[derive(Debug, Default)]
pub(crate) struct RefreshCooldown(Mutex<HashMap<MessageId, Instant>>);

impl RefreshCooldown {
    /// Takes the right to refresh this message now; false when that was done a moment ago.
    #[must_use]
    pub(crate) fn take(&self, message: MessageId, now: Instant) -> bool {
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
    fn a_message_is_refreshed_once_in_a_few_seconds() {
        let cooldown = RefreshCooldown::default();
        let (one, other) = (MessageId::new(1), MessageId::new(2));
        let start = Instant::now();

        assert!(cooldown.take(one, start));
        assert!(!cooldown.take(one, start + Duration::from_secs(2)));
        assert!(cooldown.take(other, start + Duration::from_secs(2)));
        assert!(cooldown.take(one, start + PAUSE));
    }

    #[test]
    fn it_never_remembers_more_than_its_capacity() {
        let cooldown = RefreshCooldown::default();
        let start = Instant::now();
        for id in 1..5_000 {
            assert!(cooldown.take(MessageId::new(id), start));
        }
        assert_eq!(cooldown.0.lock().len(), CAPACITY);
        assert!(cooldown.take(MessageId::new(9_999), start + PAUSE));
        assert_eq!(cooldown.0.lock().len(), 1);
    }
}
