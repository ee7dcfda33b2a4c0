//! Which members to ask Discord about, in as few requests as possible. The guild that has waited longest
//! comes first. Pure.

use std::collections::{BTreeSet, HashMap, VecDeque};

use oxeye_db::{GuildId, Shard, UserId};

/// Most members whom Discord lets us name in one request.
const MOST_USERS: usize = 100;

/// A question about some members of one guild.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) shard: u32,
    pub(super) guild: GuildId,
    pub(super) users: Vec<UserId>,
}

/// The members to ask about, each once.
#[derive(Debug, Default)]
pub(super) struct Due {
    members: HashMap<GuildId, BTreeSet<UserId>>,
    /// The guilds of these members, the one whose turn it is first.
    turns: VecDeque<GuildId>,
}

impl Due {
    pub(super) fn add(&mut self, guild: GuildId, user: UserId) {
        let members = self.members.entry(guild).or_default();
        if members.is_empty() {
            self.turns.push_back(guild);
        }
        members.insert(user);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// Takes at most one request for each connected shard. A guild with more members waits for its next
    /// turn.
    pub(super) fn take(&mut self, connected: &BTreeSet<u32>, shards: u32) -> Vec<Request> {
        let mut free = connected.clone();
        let mut requests = Vec::new();
        for guild in std::mem::take(&mut self.turns) {
            let shard = Shard::of(guild, shards).id;
            let members = self.members.remove(&guild).unwrap_or_default();
            let mut members = members.into_iter();
            if free.remove(&shard) {
                let users = members.by_ref().take(MOST_USERS).collect();
                requests.push(Request {
                    shard,
                    guild,
                    users,
                });
            }
            let left: BTreeSet<_> = members.collect();
            if !left.is_empty() {
                self.members.insert(guild, left);
                self.turns.push_back(guild);
            }
        }
        // Those that were asked about go behind those that were not.
        let asked = requests.iter().map(|request| request.guild);
        let asked: BTreeSet<_> = asked.collect();
        let turns = self.turns.make_contiguous();
        turns.sort_by_key(|guild| asked.contains(guild));
        requests
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two guilds of the first of two shards, and one of the other.
    const GUILDS: [GuildId; 3] = [GuildId(4 << 22), GuildId(6 << 22), GuildId(5 << 22)];

    fn due(members: &[(GuildId, std::ops::Range<u64>)]) -> Due {
        let mut due = Due::default();
        for (guild, users) in members {
            for user in users.clone() {
                due.add(*guild, UserId(user));
            }
        }
        due
    }

    /// Expects requests to these shards and guilds about so many users.
    #[track_caller]
    fn check(due: &mut Due, connected: &[u32], expected: &[(u32, GuildId, usize)]) {
        let connected = connected.iter().copied().collect();
        let requests = due.take(&connected, 2);
        let found = requests
            .iter()
            .map(|one| (one.shard, one.guild, one.users.len()));
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn many_joins_are_few_requests_and_each_shard_gets_one_at_a_time() {
        let [one, two, far] = GUILDS;
        let mut due = due(&[(one, 0..250), (one, 0..250), (two, 0..3), (far, 0..100)]);

        check(&mut due, &[0, 1], &[(0, one, 100), (1, far, 100)]);
        check(&mut due, &[0, 1], &[(0, two, 3)]);
        check(&mut due, &[0, 1], &[(0, one, 100)]);
        check(&mut due, &[0, 1], &[(0, one, 50)]);
        assert!(due.is_empty());
        check(&mut due, &[0, 1], &[]);
    }

    #[test]
    fn members_of_a_shard_that_is_away_wait_for_it() {
        let [one, two, far] = GUILDS;
        let mut due = due(&[(two, 0..1), (far, 0..1), (one, 0..1)]);

        check(&mut due, &[], &[]);
        check(&mut due, &[1], &[(1, far, 1)]);
        assert!(!due.is_empty());
        check(&mut due, &[0, 1], &[(0, two, 1)]);
        check(&mut due, &[0, 1], &[(0, one, 1)]);
    }
}
