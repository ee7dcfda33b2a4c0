//! Asks the gateway what members do now. It tells only what changes, so it says nothing of a game that
//! already runs when somebody joins, nor that somebody who plays has left the guild.

mod due;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use oxeye_db::{Database, GuildId, UnixSeconds, UserId};
use parking_lot::Mutex;
use serenity::all::{ChunkGuildFilter, ShardId, ShardManager};
use serenity::gateway::ConnectionStage;
use tokio::sync::Notify;
use tokio::time::{interval, sleep};

use super::links::Links;
use due::Due;

/// How long questions are gathered, and the shortest time between two requests to a shard. Discord takes
/// 120 payloads a minute, of which this leaves half to everything else.
const GATHER_FOR: Duration = Duration::from_secs(1);
/// How often we look for members of whom nothing was heard for some time although they do something.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// The members about whom the gateway is to be asked. Clones are cheap and refer to the same members.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asking(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    due: Mutex<Due>,
    changed: Notify,
}

impl Asking {
    /// Has the gateway asked what a member of a guild does. Only of use with the presence intent.
    pub(crate) fn ask(&self, guild: GuildId, user: UserId) {
        self.0.due.lock().add(guild, user);
        self.0.changed.notify_one();
    }

    /// Returns once there is something to ask.
    async fn wait(&self) {
        loop {
            let changed = self.0.changed.notified();
            if !self.0.due.lock().is_empty() {
                return;
            }
            changed.await;
        }
    }
}

/// Asks about the members who are due, wherever their shard is connected. The future never completes.
pub(crate) async fn keep_asking(
    manager: &ShardManager,
    links: &Links,
    asking: &Asking,
) -> Infallible {
    loop {
        asking.wait().await;
        sleep(GATHER_FOR).await;
        let runners = manager.runners.lock().await;
        let connected = runners
            .iter()
            .filter(|(_, runner)| runner.stage == ConnectionStage::Connected);
        let connected: BTreeSet<u32> = connected.map(|(shard, _)| shard.0).collect();
        let requests = asking.0.due.lock().take(&connected, links.total());
        for request in requests {
            let Some(runner) = runners.get(&ShardId(request.shard)) else {
                continue;
            };
            let guild = serenity::all::GuildId::new(request.guild.0);
            let users = request.users.into_iter();
            let users = users.map(|user| serenity::all::UserId::new(user.0));
            let filter = ChunkGuildFilter::UserIds(users.collect());
            let messenger = &runner.runner_tx;
            messenger.chunk_guild(guild, None, true, filter, None);
        }
    }
}

/// Has the gateway asked about members of whom nothing was heard for some time although they do something.
/// The future never completes.
pub(crate) async fn keep_proving(
    database: &Database,
    asking: &Asking,
    clock: fn() -> UnixSeconds,
) -> Infallible {
    let mut ticks = interval(LOOK_EVERY);
    loop {
        ticks.tick().await;
        for (guild, user) in database.presence().unproven(clock()) {
            asking.ask(guild, user);
        }
    }
}
