//! Observations on their way to the store, in the order in which Discord sent them.
//!
//! Nothing here ever makes the gateway wait, and nothing grows without bounds. Where the store is slower
//! than Discord, observations that a later one replaces are dropped: what was short is missed then, but
//! what is true now is never wrong.

use std::collections::HashSet;
use std::time::Duration;

use oxeye_db::{AwayGuilds, GuildId, Observation, Shard, UserId};
use tokio::time::Instant;

/// How long an observation waits for those that were sent before it.
pub(super) const SETTLED_AFTER: Duration = Duration::from_millis(20);
/// Number of observations above which those that are replaced are dropped.
const COMPACT_ABOVE: usize = 4_096;

/// One observation, with its place in the order.
#[derive(Debug, Clone)]
struct Entry<O> {
    order: O,
    at: Instant,
    observation: Observation,
}

/// The observations that the store has not taken yet.
#[derive(Debug)]
pub(super) struct Waiting<O> {
    entries: Vec<Entry<O>>,
    compact_above: usize,
}

impl<O> Default for Waiting<O> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            compact_above: COMPACT_ABOVE,
        }
    }
}

impl<O: Ord + Copy> Waiting<O> {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn push(&mut self, order: O, at: Instant, observation: Observation) {
        self.entries.push(Entry {
            order,
            at,
            observation,
        });
        if self.entries.len() > self.compact_above {
            self.compact();
            self.compact_above = COMPACT_ABOVE.max(2 * self.entries.len());
        }
    }

    /// Takes, in order, everything that has waited long enough, with what precedes it.
    pub(super) fn take_settled(&mut self, now: Instant) -> Vec<Observation> {
        let settled = self
            .entries
            .iter()
            .filter(|one| one.at + SETTLED_AFTER <= now);
        let Some(last) = settled.map(|one| one.order).max() else {
            return Vec::new();
        };
        self.take(|order| order <= last)
    }

    /// Takes everything in order.
    pub(super) fn take_all(&mut self) -> Vec<Observation> {
        self.take(|_| true)
    }

    fn take(&mut self, is_due: impl Fn(O) -> bool) -> Vec<Observation> {
        self.entries.sort_by_key(|entry| entry.order);
        let later = self.entries.partition_point(|entry| is_due(entry.order));
        let due = self.entries.drain(..later);
        due.map(|entry| entry.observation).collect()
    }

    /// Drops every observation that a later one replaces.
    fn compact(&mut self) {
        self.entries.sort_by_key(|entry| entry.order);
        let mut later = HashSet::new();
        let mut kept: Vec<_> = self.entries.drain(..).rev().collect();
        kept.retain(|entry| {
            let subjects = subjects(&entry.observation);
            let is_replaced = replacing(&entry.observation)
                .iter()
                .any(|subject| later.contains(subject));
            later.extend(subjects);
            !is_replaced
        });
        kept.reverse();
        self.entries = kept;
    }
}

/// What an observation says something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Subject {
    Voice(GuildId, UserId),
    Activities(GuildId, UserId),
    /// The voice of everybody in a guild.
    Voices(GuildId),
    /// The activities of everybody in a guild.
    AllActivities(GuildId),
    Left(GuildId, UserId),
    OutOfVoice(GuildId, UserId),
    Away(AwayGuilds),
    Resumed(Shard),
}

/// Returns all that an observation settles.
fn subjects(observation: &Observation) -> Vec<Subject> {
    match observation {
        Observation::Guild {
            guild,
            activities: Some(_),
            ..
        } => vec![Subject::Voices(*guild), Subject::AllActivities(*guild)],
        other => vec![replacing(other)[0]],
    }
}

/// Returns the subjects of which one is enough to replace an observation.
fn replacing(observation: &Observation) -> Vec<Subject> {
    match observation {
        Observation::Voice { guild, user, .. } => {
            vec![Subject::Voice(*guild, *user), Subject::Voices(*guild)]
        }
        Observation::Activities { guild, user, .. } => vec![
            Subject::Activities(*guild, *user),
            Subject::AllActivities(*guild),
        ],
        Observation::Guild {
            guild,
            activities: None,
            ..
        } => vec![Subject::Voices(*guild)],
        Observation::Guild { guild, .. } => vec![Subject::AllActivities(*guild)],
        Observation::Left { guild, user } => vec![
            Subject::Left(*guild, *user),
            Subject::Activities(*guild, *user),
        ],
        // What it ends, it ends at the last report, so that one must not be dropped.
        Observation::OutOfVoice { guild, user } => vec![Subject::OutOfVoice(*guild, *user)],
        Observation::Away { guilds } => vec![Subject::Away(*guilds)],
        Observation::Resumed(shard) => vec![Subject::Resumed(*shard)],
    }
}

#[cfg(test)]
mod tests;
