//! Which members we are looking at, and of whom the gateway has told since. An answer of Discord's REST API may be older
//! than an event that arrives before it, so it counts only if there was none, and is checked once more. Pure.

use std::collections::HashMap;
use std::time::Duration;

use oxeye_db::{AwayGuilds, GuildId, Observation, UserId, Voice};
use tokio::time::Instant;

/// Time after which a member is looked at again.
const AGAIN_AFTER: Duration = Duration::from_secs(30);
/// Most second looks at a member while Discord does not answer.
const MOST_TRIES: u8 = 10;
/// Most members who are looked at or wait for their second look.
const CAPACITY: usize = 4_096;

/// What Discord answers to the question where in voice a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    InVoice(Voice),
    OutOfVoice,
    /// We may not know, for example because the guild has removed the bot.
    Refused,
    NoAnswer,
}

/// The looks of which the gateway has told nothing since. `O` is the place of an observation in the order.
#[derive(Debug, Default)]
pub(super) struct Looks<O>(HashMap<(GuildId, UserId), Look<O>>);

#[derive(Debug)]
struct Look<O> {
    begun: Instant,
    /// `None` until the first look has ended.
    first: Option<First<O>>,
    /// Number of second looks without an answer.
    tries: u8,
}

/// What a first look has found.
#[derive(Debug)]
struct First<O> {
    voice: Option<Voice>,
    /// The place in the order at which that was observed.
    order: O,
}

impl<O: Ord + Copy> Looks<O> {
    /// Begins to look at a member. Returns whether there was room.
    pub(super) fn begin(&mut self, guild: GuildId, user: UserId, now: Instant) -> bool {
        let has_room = self.0.len() < CAPACITY;
        if has_room {
            let look = Look {
                begun: now,
                first: None,
                tries: 0,
            };
            self.0.insert((guild, user), look);
        }
        has_room
    }

    /// Notes what the gateway tells: it needs no look any more, unless it precedes what a look has found.
    pub(super) fn note(&mut self, order: O, observations: &[Observation]) {
        if self.0.is_empty() {
            return;
        }
        let is_earlier = |look: &Look<O>| look.first.as_ref().is_some_and(|of| order < of.order);
        for observation in observations {
            match observation {
                Observation::Voice { guild, user, .. } => {
                    let key = (*guild, *user);
                    if !self.0.get(&key).is_some_and(is_earlier) {
                        self.0.remove(&key);
                    }
                }
                Observation::Guild { guild, .. } => {
                    self.0
                        .retain(|(of, _), look| of != guild || is_earlier(look));
                }
                // Once it is heard of again, it says who is in voice.
                Observation::Away {
                    guilds: AwayGuilds::One(guild),
                } => self.0.retain(|(of, _), _| of != guild),
                _ => {}
            }
        }
    }

    /// Takes what the first look has found, to be observed at a place in the order. Returns where the member is if that
    /// counts.
    pub(super) fn end_first(
        &mut self,
        guild: GuildId,
        user: UserId,
        found: Found,
        order: O,
    ) -> Option<Voice> {
        let key = (guild, user);
        let look = self.0.get_mut(&key)?;
        let voice = match found {
            Found::InVoice(voice) => Some(voice),
            Found::OutOfVoice | Found::NoAnswer => None,
            Found::Refused => {
                self.0.remove(&key);
                return None;
            }
        };
        look.first = Some(First {
            voice: voice.clone(),
            order,
        });
        voice
    }

    /// Returns who is to be looked at again.
    pub(super) fn due(&self, now: Instant) -> Vec<(GuildId, UserId)> {
        let due = self.0.iter().filter(|(_, look)| {
            look.first.is_some() && now.saturating_duration_since(look.begun) >= AGAIN_AFTER
        });
        due.map(|(key, _)| *key).collect()
    }

    /// Takes what a second look has found. Returns what corrects the first one, if that was out of date and is still the
    /// last word.
    pub(super) fn end_second(
        &mut self,
        guild: GuildId,
        user: UserId,
        found: Found,
    ) -> Vec<Observation> {
        let key = (guild, user);
        let Some(look) = self.0.get_mut(&key) else {
            return Vec::new();
        };
        look.tries += 1;
        if found == Found::NoAnswer && look.tries < MOST_TRIES {
            return Vec::new();
        }
        let first = look.first.take().and_then(|first| first.voice);
        self.0.remove(&key);
        let now = match found {
            Found::InVoice(voice) => Some(voice),
            Found::OutOfVoice => None,
            Found::Refused | Found::NoAnswer => return Vec::new(),
        };
        let is_elsewhere =
            |first: &Voice| now.as_ref().map(|now| now.channel) != Some(first.channel);
        let ended = first.as_ref().is_some_and(is_elsewhere);
        let ended = ended.then_some(Observation::OutOfVoice { guild, user });
        let begun = now.filter(|now| first.as_ref() != Some(now));
        let begun = begun.map(|voice| Observation::Voice {
            guild,
            user,
            voice: Some(voice),
        });
        ended.into_iter().chain(begun).collect()
    }

    /// Ends the look at a member who is of no concern any more.
    pub(super) fn drop_look(&mut self, guild: GuildId, user: UserId) {
        self.0.remove(&(guild, user));
    }
}

#[cfg(test)]
mod tests;
