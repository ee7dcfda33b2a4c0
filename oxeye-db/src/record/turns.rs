//! Turns to compute figures over a whole guild. They take many milliseconds, so few are computed at the same time, and
//! the guilds take turns: however many members of one ask, the others wait for one of its questions at most.

use std::sync::Arc;

use hashbrown::HashMap;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::ids::GuildId;

/// How many questions are computed at the same time.
const AT_ONCE: usize = 2;

/// The turns of all guilds.
#[derive(Debug)]
pub(crate) struct Turns {
    /// Of each guild, one question waits for a place among all of them. Those places are given in the order in which they
    /// were asked for, and so to one guild after the other.
    guilds: Mutex<HashMap<GuildId, Arc<Semaphore>>>,
    all: Arc<Semaphore>,
}

/// The right to compute. It ends when this is dropped.
#[derive(Debug)]
#[must_use = "the turn ends when it is dropped"]
pub(crate) struct Turn {
    _of_all: Option<OwnedSemaphorePermit>,
    _of_guild: Option<OwnedSemaphorePermit>,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            guilds: Mutex::default(),
            all: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Turns {
    /// Waits for the turn of a question about a guild.
    pub(crate) async fn take(&self, guild: GuildId) -> Turn {
        // Nobody closes them, so both are got.
        let of_guild = self.of(guild).acquire_owned().await.ok();
        let of_all = Arc::clone(&self.all).acquire_owned().await.ok();
        Turn {
            _of_all: of_all,
            _of_guild: of_guild,
        }
    }

    fn of(&self, guild: GuildId) -> Arc<Semaphore> {
        let mut guilds = self.guilds.lock();
        // Those of which nobody waits for a turn or has one.
        guilds.retain(|_, one| Arc::strong_count(one) > 1);
        let one = || Arc::new(Semaphore::new(1));
        Arc::clone(guilds.entry(guild).or_insert_with(one))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use futures_util::future::{BoxFuture, poll_immediate};

    use super::*;

    fn asks(turns: &Turns, guild: u64) -> BoxFuture<'_, Turn> {
        turns.take(GuildId(guild)).boxed()
    }

    async fn turn(asking: &mut BoxFuture<'_, Turn>) -> Option<Turn> {
        poll_immediate(asking).await
    }

    #[tokio::test]
    async fn a_guild_whose_members_keep_asking_waits_for_each_of_the_others() {
        let turns = Turns::default();
        let mut busy: Vec<_> = (0..5).map(|_| asks(&turns, 1)).collect();
        let mut others = [2, 3, 4].map(|guild| asks(&turns, guild));

        let first = turn(&mut busy[0]).await.expect("nobody else asks");
        for waiting in &mut busy[1..] {
            assert!(turn(waiting).await.is_none(), "one turn per guild");
        }
        let second = turn(&mut others[0]).await.expect("there is a place");
        for waiting in &mut others[1..] {
            assert!(turn(waiting).await.is_none(), "two turns at once");
        }
        drop(first);
        assert!(turn(&mut busy[1]).await.is_none(), "two others are first");
        let third = turn(&mut others[1]).await.expect("it is their turn");
        drop(second);
        let fourth = turn(&mut others[2]).await.expect("it is their turn");
        drop(third);
        let again = turn(&mut busy[1]).await.expect("it is their turn");
        assert!(turn(&mut busy[2]).await.is_none());
        drop(again);
        assert!(turn(&mut busy[2]).await.is_some());
        drop(fourth);
    }

    #[tokio::test]
    async fn whoever_stops_waiting_delays_nobody_and_guilds_that_ask_nothing_are_forgotten() {
        let turns = Turns::default();
        let first = asks(&turns, 1).await;
        let mut gives_up = asks(&turns, 1);
        assert!(turn(&mut gives_up).await.is_none());
        let mut next = asks(&turns, 1);
        assert!(turn(&mut next).await.is_none());
        drop(gives_up);
        drop(first);
        assert!(turn(&mut next).await.is_some());
        drop(next);

        drop(asks(&turns, 2).await);
        drop(asks(&turns, 3).await);

        assert_eq!(turns.guilds.lock().len(), 1);
    }
}
