//! A short pause between two refreshes of one message.

use oxeye_db::UnixSeconds;
use parking_lot::Mutex;
use serenity::all::MessageId;
use std::collections::HashMap;
use std::time::Duration;

/// Pause per message.
const PAUSE: Duration = Duration::from_secs(3);
/// Messages remembered at most; one that is not is simply refreshed.
const CAPACITY: usize = 1_024;

/// When each message was refreshed last, for a few seconds. One lock, never held across a wait.
#[derive(Debug, Default)]
pub(crate) struct RefreshCooldown(Mutex<HashMap<MessageId, UnixSeconds>>);

impl RefreshCooldown {
    /// Takes the right to refresh this message now, or says when it comes back.
    pub(crate) fn take(&self, message: MessageId, now: UnixSeconds) -> Result<(), UnixSeconds> {
        let mut refreshed = self.0.lock();
        if let Some(again_at) = refreshed.get(&message).map(|at| at.plus(PAUSE))
            && again_at > now
        {
            return Err(again_at);
        }
        if refreshed.len() >= CAPACITY {
            refreshed.retain(|_, at| at.plus(PAUSE) > now);
        }
        if refreshed.len() < CAPACITY {
            refreshed.insert(message, now);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_refreshed_once_in_a_few_seconds() {
        let cooldown = RefreshCooldown::default();
        let (one, other) = (MessageId::new(1), MessageId::new(2));

        assert_eq!(cooldown.take(one, UnixSeconds(100)), Ok(()));
        assert_eq!(cooldown.take(one, UnixSeconds(102)), Err(UnixSeconds(103)));
        assert_eq!(cooldown.take(other, UnixSeconds(102)), Ok(()));
        assert_eq!(cooldown.take(one, UnixSeconds(103)), Ok(()));
    }

    #[test]
    fn it_never_remembers_more_than_its_capacity() {
        let cooldown = RefreshCooldown::default();
        for id in 1..5_000 {
            assert_eq!(cooldown.take(MessageId::new(id), UnixSeconds(0)), Ok(()));
        }
        assert_eq!(cooldown.0.lock().len(), CAPACITY);
        cooldown
            .take(MessageId::new(9_999), UnixSeconds(60))
            .unwrap();
        assert_eq!(cooldown.0.lock().len(), 1);
    }
}
