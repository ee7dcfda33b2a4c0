//! Who has joined and left since a channel was last told; pure.
//!
//! Only what is different from the last message counts: whoever comes and goes in between is not mentioned, and whoever
//! is on when a server is first heard after our start was there already. Everything is forgotten with the process.

mod sending;
mod teller;

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use oxeye_db::{PlayerName, ServerId, UnixSeconds};

pub(super) use teller::run;

/// Pause between two messages in a channel.
pub(crate) const WINDOW: Duration = Duration::from_secs(30);
/// How long we wait for others who join or leave at the same time.
pub(crate) const GATHER: Duration = Duration::from_secs(3);
/// Whoever joined longer ago is no news: the report was late.
const NEWS_FOR: Duration = Duration::from_secs(600);

/// Who is on a server, as members see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// These, and since when.
    On(Vec<(PlayerName, UnixSeconds)>),
    /// The server has missed heartbeats, so it may have changed.
    Unsure,
    /// Nothing is known.
    Unknown,
}

/// Who has joined and left on one server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) joined: Vec<PlayerName>,
    pub(crate) left: Vec<PlayerName>,
}

/// What one channel knows of the servers about which it is told.
#[derive(Debug, Default)]
pub(crate) struct Visits {
    /// Who was on at the last look.
    servers: HashMap<ServerId, HashSet<PlayerName>>,
    changed: BTreeSet<ServerId>,
    due: Option<UnixSeconds>,
    last: Option<UnixSeconds>,
}

impl Visits {
    /// Takes note that a server may look different.
    pub(crate) fn note(&mut self, server: ServerId, seen: impl FnOnce() -> Seen, now: UnixSeconds) {
        match self.servers.entry(server) {
            Entry::Occupied(_) => {
                self.changed.insert(server);
                let first = now.plus(GATHER);
                let next = self.last.filter(|last| *last <= now);
                let next = next.map_or(first, |last| last.plus(WINDOW).max(first));
                self.due.get_or_insert(next);
            }
            Entry::Vacant(unknown) => {
                if let Seen::On(on) = seen() {
                    let on = on.into_iter().map(|(player, _)| player);
                    unknown.insert(on.collect());
                }
            }
        }
    }

    /// Returns when to look at the servers that have changed.
    pub(crate) fn due(&self, now: UnixSeconds) -> Option<UnixSeconds> {
        // A time further off means that the clock was set back.
        self.due.map(|due| due.min(now.plus(WINDOW)))
    }

    /// Returns the servers to look at, which begins the pause until the next look.
    pub(crate) fn take_changed(&mut self, now: UnixSeconds) -> BTreeSet<ServerId> {
        self.due = None;
        self.last = Some(now);
        std::mem::take(&mut self.changed)
    }

    /// Looks at a server, and returns who has joined and left since the last look.
    pub(crate) fn look(&mut self, server: ServerId, seen: Seen, now: UnixSeconds) -> Difference {
        let on = match seen {
            Seen::On(on) => on,
            Seen::Unsure => return Difference::default(),
            Seen::Unknown => {
                self.servers.remove(&server);
                return Difference::default();
            }
        };
        let after = on.iter().map(|(player, _)| player.clone()).collect();
        let Some(before) = self.servers.insert(server, after) else {
            return Difference::default();
        };
        let after = &self.servers[&server];
        let mut left: Vec<_> = before.difference(after).cloned().collect();
        left.sort_unstable();
        let is_news = |since: &UnixSeconds| now.saturating_since(*since) < NEWS_FOR;
        let joined = on.into_iter();
        let joined = joined.filter(|(player, since)| !before.contains(player) && is_news(since));
        Difference {
            joined: joined.map(|(player, _)| player).collect(),
            left,
        }
    }

    /// Forgets the servers about which the channel is not told any more.
    pub(crate) fn keep(&mut self, is_kept: impl Fn(ServerId) -> bool) {
        self.servers.retain(|server, _| is_kept(*server));
        self.changed.retain(|server| is_kept(*server));
    }
}

#[cfg(test)]
mod tests;
