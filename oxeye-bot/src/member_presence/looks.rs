//! Which members we are looking at, and of whom the gateway has told since. An answer of Discord's REST API may be older
//! than an event that arrives before it, so it counts only if there was none, and is checked once more. Pure.

use std::collections::HashMap;
use std::time::Duration;

use oxeye_db::{GuildId, Observation, UserId, Voice};
use tokio::time::Instant;

/// Time after which a member who was found in voice is looked at again.
const AGAIN_AFTER: Duration = Duration::from_secs(30);
/// Most members who are looked at or wait for their second look.
const CAPACITY: usize = 4_096;

/// The looks of which the gateway has told nothing since.
#[derive(Debug, Default)]
pub(super) struct Looks(HashMap<(GuildId, UserId), Look>);

#[derive(Debug)]
struct Look {
    begun: Instant,
    is_answered: bool,
}

impl Looks {
    /// Begins to look at a member. Returns whether there was room.
    pub(super) fn begin(&mut self, guild: GuildId, user: UserId, now: Instant) -> bool {
        let has_room = self.0.len() < CAPACITY;
        if has_room {
            let look = Look {
                begun: now,
                is_answered: false,
            };
            self.0.insert((guild, user), look);
        }
        has_room
    }

    /// Notes what the gateway tells: it needs no look any more.
    pub(super) fn note(&mut self, observations: &[Observation]) {
        if self.0.is_empty() {
            return;
        }
        for observation in observations {
            match observation {
                Observation::Voice { guild, user, .. } => drop(self.0.remove(&(*guild, *user))),
                Observation::Guild { guild, .. } => self.0.retain(|(of, _), _| of != guild),
                _ => {}
            }
        }
    }

    /// Takes what the first look has found. Returns it if it counts.
    pub(super) fn found(
        &mut self,
        guild: GuildId,
        user: UserId,
        voice: Option<Voice>,
    ) -> Option<Voice> {
        let key = (guild, user);
        let Some(voice) = voice else {
            self.0.remove(&key);
            return None;
        };
        self.0.get_mut(&key)?.is_answered = true;
        Some(voice)
    }

    /// Returns who is to be looked at again.
    pub(super) fn due(&self, now: Instant) -> Vec<(GuildId, UserId)> {
        let due = self.0.iter().filter(|(_, look)| {
            look.is_answered && now.saturating_duration_since(look.begun) >= AGAIN_AFTER
        });
        due.map(|(key, _)| *key).collect()
    }

    /// Ends the second look. Returns whether it counts.
    pub(super) fn end(&mut self, guild: GuildId, user: UserId) -> bool {
        self.0.remove(&(guild, user)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::places::Places;
    use super::*;

    const GUILD: GuildId = GuildId(1);
    const ALEX: UserId = UserId(5);

    fn lounge() -> Option<Voice> {
        Places::default().voice(GUILD, &json!({"channel_id": "7"}))
    }

    fn leaves(guild: GuildId, user: UserId) -> Observation {
        let voice = None;
        Observation::Voice { guild, user, voice }
    }

    #[test]
    fn an_answer_that_comes_after_an_event_does_not_count() {
        let now = Instant::now();
        for later in [
            leaves(GUILD, ALEX),
            Observation::Guild {
                guild: GUILD,
                voices: vec![],
                activities: None,
            },
        ] {
            let mut looks = Looks::default();
            assert!(looks.begin(GUILD, ALEX, now));
            looks.note(&[leaves(GUILD, UserId(6)), leaves(GuildId(2), ALEX)]);
            looks.note(&[later]);

            assert_eq!(looks.found(GUILD, ALEX, lounge()), None);
            assert!(looks.due(now + AGAIN_AFTER).is_empty());
        }
    }

    #[test]
    fn whoever_was_found_in_voice_is_looked_at_once_more_unless_the_gateway_tells_of_them() {
        let (mut looks, now) = (Looks::default(), Instant::now());
        looks.begin(GUILD, ALEX, now);
        assert!(looks.due(now + AGAIN_AFTER).is_empty(), "no answer yet");
        assert_eq!(looks.found(GUILD, ALEX, lounge()), lounge());

        assert!(looks.due(now).is_empty());
        assert_eq!(looks.due(now + AGAIN_AFTER), [(GUILD, ALEX)]);
        assert!(looks.end(GUILD, ALEX));
        assert!(looks.due(now + AGAIN_AFTER).is_empty());

        looks.begin(GUILD, ALEX, now);
        looks.found(GUILD, ALEX, lounge());
        looks.note(&[leaves(GUILD, ALEX)]);
        assert!(looks.due(now + AGAIN_AFTER).is_empty());
        assert!(!looks.end(GUILD, ALEX));
    }

    #[test]
    fn whoever_is_in_no_channel_needs_no_second_look_and_there_is_a_limit() {
        let (mut looks, now) = (Looks::default(), Instant::now());
        looks.begin(GUILD, ALEX, now);
        assert_eq!(looks.found(GUILD, ALEX, None), None);
        assert!(looks.due(now + AGAIN_AFTER).is_empty());

        let begun = (0..10_000).filter(|user| looks.begin(GUILD, UserId(*user), now));
        assert_eq!(begun.count(), CAPACITY);
    }
}
