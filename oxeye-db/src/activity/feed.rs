//! The feed of players whose activity changed, for whoever keeps a copy. It is published after each transaction, on
//! the writers' threads, which never wait for a listener and do nothing while there is none.

use std::sync::Arc;

use oxeye_plugin_proto::PlayerName;
use tokio::sync::broadcast::{self, error::RecvError};

use crate::ids::GuildId;

/// Number of transactions kept for slow listeners.
const CAPACITY: usize = 1024;

/// A player of a guild whose events, counters or stays changed, or who hides now or not any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedPlayer {
    /// The guild.
    pub guild: GuildId,
    /// The player.
    pub name: PlayerName,
    /// The id that stood for the player until now, if it is another one from now on. As a name, it stands for every
    /// id that joins gave the player: it may have been one of those.
    pub former_id: Option<String>,
}

/// What a listener receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActivityChange {
    /// What is known of these players changed.
    Players(Arc<[ChangedPlayer]>),
    /// Anything may have changed: a player was forgotten, or the listener was too slow and missed changes.
    Everything,
}

/// A listener of the feed. It receives what changes after it was made.
#[derive(Debug)]
pub struct ActivityChanges(broadcast::Receiver<ActivityChange>);

impl ActivityChanges {
    /// Waits for the next change. Returns `None` once the database is gone.
    pub async fn next(&mut self) -> Option<ActivityChange> {
        match self.0.recv().await {
            Ok(change) => Some(change),
            Err(RecvError::Lagged(_)) => {
                // What is still in the buffer is part of everything.
                self.0 = self.0.resubscribe();
                Some(ActivityChange::Everything)
            }
            Err(RecvError::Closed) => None,
        }
    }
}

/// The sending end.
#[derive(Debug)]
pub(crate) struct ActivityFeed(broadcast::Sender<ActivityChange>);

impl Default for ActivityFeed {
    fn default() -> Self {
        Self(broadcast::Sender::new(CAPACITY))
    }
}

impl ActivityFeed {
    /// Returns a listener for what changes from now on.
    pub(crate) fn listen(&self) -> ActivityChanges {
        ActivityChanges(self.0.subscribe())
    }

    /// Whether anybody listens.
    pub(crate) fn is_heard(&self) -> bool {
        self.0.receiver_count() > 0
    }

    /// Publishes players of whom something changed.
    pub(crate) fn publish(&self, players: Vec<ChangedPlayer>) {
        if !players.is_empty() {
            // The last listener may have just gone.
            let _ = self.0.send(ActivityChange::Players(players.into()));
        }
    }

    /// Publishes that anything may have changed.
    pub(crate) fn publish_everything(&self) {
        // Usually nobody listens.
        let _ = self.0.send(ActivityChange::Everything);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::activity::report::ActivityReport;
    use crate::testing::{TestStore, join, leave, player};
    use oxeye_plugin_proto::UnixSeconds;

    const GUILD: GuildId = GuildId(7);
    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);

    fn changed(name: &str, former_id: Option<&str>) -> ActivityChange {
        let player = ChangedPlayer {
            guild: GUILD,
            name: player(name),
            former_id: former_id.map(str::to_owned),
        };
        ActivityChange::Players([player].into())
    }

    #[tokio::test]
    async fn joins_events_and_leaves_name_the_player_and_heartbeats_name_nobody() {
        let store = TestStore::new(NOW);
        let (server, _) = store.link(GUILD, "survival", NOW).await;
        let mut feed = store.activity_changes();

        store.player_join(server, join("Alex"), NOW).await.unwrap();
        store
            .heartbeat(server, crate::HeartbeatEvent::default(), NOW)
            .await
            .unwrap();
        let event = serde_json::json!({"player": "Alex", "event_type": "death",
            "uuid": "853c80ef-3c37-49fd-aa49-938b674adae6"});
        let event: oxeye_plugin_proto::ActivityEvent = serde_json::from_value(event).unwrap();
        for _ in 0..2 {
            let report = ActivityReport::Single {
                event: event.clone(),
                idempotency_key: None,
            };
            store
                .take_activity(server.into(), report, NOW)
                .await
                .unwrap();
        }
        store
            .player_leave(server, leave("Alex"), NOW.plus(Duration::from_secs(5)))
            .await
            .unwrap();
        store.forget_player(player("Alex"), NOW).await.unwrap();

        assert_eq!(feed.next().await, Some(changed("Alex", None)));
        assert_eq!(feed.next().await, Some(changed("Alex", Some("Alex"))));
        assert_eq!(feed.next().await, Some(changed("Alex", None)));
        assert_eq!(feed.next().await, Some(changed("Alex", None)));
        assert_eq!(feed.next().await, Some(ActivityChange::Everything));
    }

    #[tokio::test]
    async fn a_join_that_reports_an_account_names_the_player_as_one_with_another_id() {
        let store = TestStore::new(NOW);
        let (server, _) = store.link(GUILD, "survival", NOW).await;
        let mut feed = store.activity_changes();
        let account = "853c80ef-3c37-49fd-aa49-938b674adae6";
        let join = crate::JoinEvent {
            uuid: account.parse().ok(),
            ..join("Alex")
        };

        for minutes in [1, 3] {
            let at = |minutes: u64| NOW.plus(Duration::from_secs(60 * minutes));
            let joined = store.player_join(server, join.clone(), at(minutes));
            joined.await.unwrap();
            let left = store.player_leave(server, leave("Alex"), at(minutes + 1));
            left.await.unwrap();
        }

        assert_eq!(feed.next().await, Some(changed("Alex", Some("Alex"))));
        for _ in 0..3 {
            assert_eq!(feed.next().await, Some(changed("Alex", None)), "known");
        }
        let ids = store.activity_ids_beside(GUILD, "Alex").await.unwrap();
        assert_eq!(ids, [account, "Alex"]);
        let ids = store.activity_ids_beside(GUILD, account).await.unwrap();
        assert_eq!(ids, [account]);
    }

    #[tokio::test]
    async fn a_slow_listener_learns_that_anything_may_have_changed() {
        let store = TestStore::new(NOW);
        let (server, _) = store.link(GUILD, "survival", NOW).await;
        let mut feed = store.activity_changes();

        for number in 0..=CAPACITY {
            let joined = store.player_join(server, join(&format!("P{number}")), NOW);
            joined.await.unwrap();
        }

        assert_eq!(feed.next().await, Some(ActivityChange::Everything));
    }
}
