//! The members who are to be told, in a fair order; pure.
//!
//! The guilds take turns, so that nobody waits for a guild with many notices.

use std::collections::{HashMap, VecDeque};

use oxeye_db::{GuildId, Notice, NoticeId};

/// A member who is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Queued {
    pub(super) notice: Notice,
    /// Whether Discord may have the message already.
    pub(super) was_tried: bool,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    guilds: HashMap<GuildId, VecDeque<Queued>>,
    /// The guilds that have somebody waiting, in the order of their turns.
    turns: VecDeque<GuildId>,
}

impl Queue {
    /// Adds a member at the end of the queue of the guild.
    pub(super) fn push(&mut self, queued: Queued) {
        let guild = queued.notice.guild;
        let of_guild = self.guilds.entry(guild).or_default();
        of_guild.push_back(queued);
        if of_guild.len() == 1 {
            self.turns.push_back(guild);
        }
    }

    /// Returns the next member of the guild whose turn it is.
    pub(super) fn pop(&mut self) -> Option<Queued> {
        let guild = self.turns.pop_front()?;
        let of_guild = self.guilds.get_mut(&guild)?;
        let queued = of_guild.pop_front();
        if of_guild.is_empty() {
            self.guilds.remove(&guild);
        } else {
            self.turns.push_back(guild);
        }
        queued
    }

    /// Forgets the notices that are not kept.
    pub(super) fn keep(&mut self, is_kept: impl Fn(NoticeId) -> bool) {
        self.guilds.retain(|_, of_guild| {
            of_guild.retain(|queued| is_kept(queued.notice.id));
            !of_guild.is_empty()
        });
        let guilds = &self.guilds;
        self.turns.retain(|guild| guilds.contains_key(guild));
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::UnixSeconds;
    use oxeye_db::testing::player;

    use super::*;

    fn queued(guild: u64, id: i64) -> Queued {
        let notice = Notice {
            id: NoticeId(id),
            guild: GuildId(guild),
            user: 5,
            player: player("Alex"),
            account: None,
            channel: None,
            locale: "en".to_owned(),
            created_at: UnixSeconds(0),
            sent_at: None,
            pending: None,
            refused_at: None,
            refusals: 0,
        };
        Queued {
            notice,
            was_tried: false,
        }
    }

    #[test]
    fn the_guilds_take_turns() {
        let mut queue = Queue::default();
        for (guild, id) in [(1, 1), (1, 2), (1, 3), (2, 4), (3, 5), (2, 6)] {
            queue.push(queued(guild, id));
        }
        queue.keep(|id| id != NoticeId(5));
        let order = std::iter::from_fn(|| queue.pop()).map(|queued| queued.notice.id.0);
        assert_eq!(order.collect::<Vec<_>>(), [1, 4, 2, 6, 3]);
        queue.push(queued(2, 7));
        assert_eq!(queue.pop(), Some(queued(2, 7)));
        assert_eq!(queue.pop(), None);
    }
}
