//! A pause between leaving and joining again: each time somebody leaves, the file of sessions is rewritten.

use std::collections::HashMap;
use std::time::Duration;

use oxeye_db::{GuildId, UserId};
use parking_lot::Mutex;
use tokio::time::Instant;

/// Minimum time between leaving and joining again.
const PAUSE: Duration = Duration::from_secs(60);
/// How many members we remember at most. Whoever is not remembered may join.
const CAPACITY: usize = 16_384;

/// When members have left whose pause may last. It is forgotten when Oxeye stops.
///
/// The times are monotonic: a wall clock that is set back must not keep anybody from joining.
#[derive(Debug, Default)]
pub(crate) struct LeftLately(Mutex<HashMap<(GuildId, UserId), Instant>>);

impl LeftLately {
    /// Notes that a member has left.
    pub(crate) fn note(&self, guild: GuildId, user: UserId, now: Instant) {
        let mut left = self.0.lock();
        if left.len() >= CAPACITY {
            left.retain(|_, at| now.saturating_duration_since(*at) < PAUSE);
        }
        if left.len() < CAPACITY {
            left.insert((guild, user), now);
        }
    }

    /// Returns how long a member still has to wait before they join again; nothing if they need not.
    pub(crate) fn wait(&self, guild: GuildId, user: UserId, now: Instant) -> Duration {
        let left = self.0.lock();
        let at = left.get(&(guild, user));
        at.map_or(Duration::ZERO, |at| {
            PAUSE.saturating_sub(now.saturating_duration_since(*at))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUILD: GuildId = GuildId(7);

    #[test]
    fn whoever_leaves_waits_a_minute_before_they_join_that_guild_again() {
        let left = LeftLately::default();
        let start = Instant::now();
        assert_eq!(left.wait(GUILD, UserId(1), start), Duration::ZERO);

        left.note(GUILD, UserId(1), start);

        let later = start + Duration::from_secs(20);
        assert_eq!(left.wait(GUILD, UserId(1), later), Duration::from_secs(40));
        assert_eq!(left.wait(GUILD, UserId(2), later), Duration::ZERO);
        assert_eq!(left.wait(GuildId(8), UserId(1), later), Duration::ZERO);
        assert_eq!(left.wait(GUILD, UserId(1), start + PAUSE), Duration::ZERO);
    }

    #[test]
    fn no_more_members_are_remembered_than_the_capacity() {
        let left = LeftLately::default();
        let start = Instant::now();
        for user in 0..20_000 {
            left.note(GUILD, UserId(user), start);
        }
        assert_eq!(left.0.lock().len(), CAPACITY);

        left.note(GUILD, UserId(1), start + PAUSE);
        assert_eq!(left.0.lock().len(), 1);
    }
}
