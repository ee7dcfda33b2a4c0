//! Sessions on a real file after clock changes, reordered events and restarts.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "sessions/silence.rs"]
mod silence;

use std::time::Duration;

use oxeye_db::testing::{TestStore, join, leave, player};
use oxeye_db::{
    ApiKey, EventBatch, GuildId, HeartbeatEvent, JoinEvent, LeaveEvent, LinkState, ServerEvent,
    ServerId, SyncEvent, UnixSeconds,
};
use oxeye_plugin_proto::SyncPlayer;

const START: i64 = 1_000_000;

/// Names, each with a time.
type Times = Vec<(String, i64)>;

/// One linked server on a file of its own that reports at given times.
struct World {
    database: TestStore,
    server: ServerId,
}

async fn link(database: &TestStore, name: &str) -> (ServerId, ApiKey) {
    let now = UnixSeconds(START);
    database.link(GuildId::LOCAL, name, now).await
}

impl World {
    async fn new() -> Self {
        let database = TestStore::new(UnixSeconds(START));
        let (server, _) = link(&database, "survival").await;
        Self { database, server }
    }

    async fn restart(self, now: i64) -> Self {
        Self {
            database: self.database.restarted(UnixSeconds(now)).await,
            server: self.server,
        }
    }

    async fn join(&self, name: &str, at: Option<i64>, now: i64) {
        let event = JoinEvent {
            at: at.map(UnixSeconds),
            ..join(name)
        };
        let joined = self
            .database
            .player_join(self.server, event, UnixSeconds(now));
        joined.await.unwrap();
    }

    async fn leave(&self, name: &str, at: Option<i64>, now: i64) {
        let event = LeaveEvent {
            at: at.map(UnixSeconds),
            ..leave(name)
        };
        let left = self
            .database
            .player_leave(self.server, event, UnixSeconds(now));
        left.await.unwrap();
    }

    async fn sync(&self, names: &[&str], interval: Option<u64>, now: i64) {
        let roster = names.iter().map(|name| SyncPlayer::new(player(name)));
        let event = SyncEvent {
            heartbeat: interval.map(Duration::from_secs),
            ..roster.collect::<Vec<_>>().into()
        };
        let synced = self
            .database
            .sync_players(self.server, event, UnixSeconds(now));
        synced.await.unwrap();
    }

    async fn heartbeat(&self, now: i64) {
        let beat = HeartbeatEvent::default();
        let heard = self.database.heartbeat(self.server, beat, UnixSeconds(now));
        heard.await.unwrap();
    }

    /// Returns the state, the roster with join times, and last seen.
    fn look(&self, now: i64) -> (LinkState, Times, Times) {
        let status = self.database.status(
            self.database
                .guild_server(GuildId::LOCAL, self.server)
                .unwrap(),
            100,
            UnixSeconds(now),
        );
        let status = status.unwrap();
        let online = status.online.iter();
        let seen = status.last_seen.iter();
        (
            status.state,
            online
                .map(|on| (on.player.to_string(), on.joined_at.0))
                .collect(),
            seen.map(|off| (off.player_name.to_string(), off.last_seen.0))
                .collect(),
        )
    }
}

fn list(of: &[(&str, i64)]) -> Times {
    of.iter()
        .map(|(name, at)| ((*name).to_owned(), *at))
        .collect()
}

#[tokio::test]
async fn a_clock_set_back_by_an_hour_makes_no_session_negative_and_loses_nobody() {
    let world = World::new().await;
    world.join("Alex", None, START).await;
    world.join("Steve", None, START).await;
    world.leave("Steve", None, START + 10).await;

    let earlier = START - 3600;
    world.join("Steve", None, earlier).await;
    world.join("jeb_", None, earlier + 5).await;
    world.leave("Alex", None, earlier + 10).await;

    let (_, online, seen) = world.look(earlier + 10);
    assert_eq!(online, list(&[("Steve", earlier), ("jeb_", earlier + 5)]));
    assert_eq!(seen.len(), 1, "{seen:?}");
    let world = world.restart(earlier + 20).await;
    assert_eq!(world.look(earlier + 20).1, online);
}

#[tokio::test]
async fn times_from_the_far_future_or_past_are_not_accepted() {
    let world = World::new().await;

    world.join("Alex", Some(START + 1_000_000), START).await;
    world.join("Steve", Some(0), START).await;

    let (_, online, _) = world.look(START + 30);
    let day_ago = START - 24 * 3600;
    assert_eq!(online, list(&[("Steve", day_ago), ("Alex", START + 30)]));
}

#[tokio::test]
async fn a_second_session_reported_before_the_end_of_the_first_is_not_lost() {
    let world = World::new().await;
    world.join("Alex", Some(START + 10), START + 40).await;
    world.join("Alex", Some(START + 30), START + 40).await;
    let world = world.restart(START + 41).await;

    world.leave("Alex", Some(START + 20), START + 50).await;

    assert_eq!(world.look(START + 50).1, list(&[("Alex", START + 30)]));
}

#[tokio::test]
async fn a_player_who_moves_between_servers_has_two_sessions_and_counts_once() {
    let world = World::new().await;
    let (lobby, _) = link(&world.database, "lobby").await;
    world.join("Alex", None, START).await;
    let event = JoinEvent {
        player: player("Alex"),
        texture_hash: None,
        uuid: None,
        at: None,
    };
    // The join on the other server arrives before the leave on this one.
    let joined = world
        .database
        .player_join(lobby, event, UnixSeconds(START + 5));
    joined.await.unwrap();

    let now = UnixSeconds(START + 6);
    let players = || world.database.guild_occupancy(GuildId::LOCAL, now).players;
    assert_eq!(players(), 1);
    world.leave("Alex", None, START + 6).await;
    assert_eq!(players(), 1);
    assert_eq!(world.look(START + 6).2, list(&[("Alex", START + 6)]));
}

#[tokio::test]
async fn a_session_from_before_a_server_start_is_over_although_a_batch_reports_it_later() {
    let world = World::new().await;
    let start = SyncEvent {
        is_startup: true,
        ..SyncEvent::default()
    };
    let now = UnixSeconds(START + 1000);
    let started = world.database.sync_players(world.server, start, now);
    started.await.unwrap();
    let batch = EventBatch {
        epoch: 1,
        first_seq: 1,
        events: vec![ServerEvent::Join(JoinEvent {
            player: player("Alex"),
            texture_hash: None,
            uuid: None,
            at: Some(UnixSeconds(START + 900)),
        })],
    };

    let taken = world
        .database
        .take_events(world.server, batch, UnixSeconds(START + 1001));
    taken.await.unwrap();

    let (_, online, seen) = world.look(START + 1001);
    assert_eq!(online, list(&[]), "nobody from before the start is online");
    assert_eq!(seen, list(&[("Alex", START + 900)]));
}
