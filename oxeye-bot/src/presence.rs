//! The bot's own presence: how many players are on the servers of all its guilds.

use std::convert::Infallible;
use std::future::ready;
use std::time::Duration;

use oxeye_db::{Database, UnixSeconds};
use oxeye_text::{Locale, Text};
use serenity::all::{ActivityData, OnlineStatus, ShardManager};
use serenity::gateway::{ConnectionStage, ShardRunnerInfo};
use tokio::time::{Instant, sleep_until};

use crate::guilds::Guilds;

/// Shortest time between two updates. Discord allows 120 payloads a minute in all.
const SHORTEST_PAUSE: Duration = Duration::from_secs(30);
/// Shortest time between two counts.
const COUNT_EVERY: Duration = Duration::from_secs(2);

/// What Discord shows, and since when.
#[derive(Debug, Default)]
struct Shown {
    text: Option<String>,
    at: Option<Instant>,
    /// The number of sessions that the shards had begun then. A new one has no presence.
    sessions: u64,
    /// Whether a shard was not connected then.
    is_partial: bool,
}

impl Shown {
    /// Whether this still has to be sent.
    fn differs(&self, text: Option<&str>, sessions: u64) -> bool {
        self.is_partial || self.sessions != sessions || self.text.as_deref() != text
    }

    /// Returns when the next update may be sent.
    fn earliest(&self, now: Instant) -> Instant {
        let earliest = self.at.map(|at| at + SHORTEST_PAUSE);
        earliest.unwrap_or(now).max(now)
    }
}

/// Keeps the presence up to date. The future never completes, so it can run beside the connection.
pub(crate) async fn keep_shown(
    manager: &ShardManager,
    database: &Database,
    guilds: &Guilds,
    clock: fn() -> UnixSeconds,
) -> Infallible {
    let mut changes = database.changes();
    let mut shards = guilds.subscribe();
    let mut shown = Shown::default();
    loop {
        tokio::select! {
            change = changes.next() => if change.is_none() {
                // The store is closed: we are about to stop.
                return std::future::pending().await;
            },
            _ = shards.changed() => {}
            () = ready(()), if shown.is_partial => {}
        }
        sleep_until(shown.earliest(Instant::now() + COUNT_EVERY)).await;
        let sessions = shards.borrow_and_update().sessions;
        let text = text(database, guilds, clock());
        if shown.differs(text.as_deref(), sessions) {
            let is_partial = !send(manager, text.clone()).await;
            let at = Some(Instant::now());
            shown = Shown {
                text,
                at,
                sessions,
                is_partial,
            };
        }
    }
}

/// Returns what the presence says, in English because all guilds see the same; `None` if nothing is
/// known of any server.
fn text(database: &Database, guilds: &Guilds, now: UnixSeconds) -> Option<String> {
    let guilds = guilds.all()?;
    let mut servers = database.all_servers(now);
    servers.retain(|server| guilds.contains(&server.guild));
    let players = database.players_on(&servers)?;
    Some(Text::of(Locale::English).players_online(players))
}

/// Sends it to the shards that are connected. Returns whether all are. Discord closes the connection of a shard that
/// sends something before it has identified itself, and a shard that cannot send stops for good.
async fn send(manager: &ShardManager, text: Option<String>) -> bool {
    let activity = text.map(ActivityData::custom);
    let runners = manager.runners.lock().await;
    let is_connected = |runner: &&ShardRunnerInfo| runner.stage == ConnectionStage::Connected;
    let connected = runners.values().filter(is_connected);
    for runner in connected.clone() {
        let messenger = &runner.runner_tx;
        messenger.set_presence(activity.clone(), OnlineStatus::Online);
    }
    connected.count() == runners.len()
}

#[cfg(test)]
mod tests {
    use oxeye_db::GuildId;
    use oxeye_db::testing::{TestStore, join};

    use super::*;

    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);

    #[test]
    fn an_update_waits_half_a_minute_after_the_last_and_a_new_session_needs_one() {
        let start = Instant::now();
        let nothing = Shown::default();
        assert_eq!(nothing.earliest(start), start);
        assert!(!nothing.differs(None, 0) && nothing.differs(None, 1));
        let shown = Shown {
            text: Some("3 online".to_owned()),
            at: Some(start),
            sessions: 1,
            is_partial: false,
        };

        assert_eq!(shown.earliest(start), start + SHORTEST_PAUSE);
        assert_eq!(
            shown.earliest(start + 2 * SHORTEST_PAUSE),
            start + 2 * SHORTEST_PAUSE
        );
        assert!(!shown.differs(Some("3 online"), 1));
        assert!(shown.differs(Some("4 online"), 1));
        assert!(shown.differs(Some("3 online"), 2));
    }

    #[test]
    fn what_a_shard_has_missed_is_sent_again_after_the_pause() {
        let start = Instant::now();
        let shown = Shown {
            text: Some("3 online".to_owned()),
            at: Some(start),
            sessions: 1,
            is_partial: true,
        };

        assert!(shown.differs(Some("3 online"), 1));
        assert_eq!(shown.earliest(start), start + SHORTEST_PAUSE);
    }

    #[tokio::test]
    async fn only_the_guilds_of_the_bot_are_counted_and_each_player_once() {
        let store = TestStore::new(NOW);
        let (seven, eight, console) = (GuildId(7), GuildId(8), GuildId::LOCAL);
        for (guild, server, players) in [
            (seven, "a", &["Alex", "Steve"][..]),
            (seven, "b", &["Alex"]),
            (eight, "c", &["Alex", "jeb_"]),
            (console, "d", &["Dinnerbone"]),
        ] {
            let (server, _) = store.link(guild, server, NOW).await;
            for player in players {
                let joined = store.player_join(server, join(player), NOW);
                joined.await.unwrap();
            }
        }
        let guilds = Guilds::default();
        assert_eq!(text(&store, &guilds, NOW), None);
        guilds.set([seven, eight]);

        assert_eq!(text(&store, &guilds, NOW).as_deref(), Some("3 online"));

        guilds.set([GuildId(9)]);
        assert_eq!(text(&store, &guilds, NOW), None);
    }
}
