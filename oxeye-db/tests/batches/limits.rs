//! What the events of a batch count against the limits of a server.

use std::time::Duration;

use oxeye_db::{AboutEvent, ActivityReport, HeartbeatEvent, JoinEvent, ServerAbout, Uuid};

use super::*;

/// A server that may send one event per second, ten at once.
struct Limited {
    world: World,
    key: ApiKey,
}

impl Limited {
    async fn new() -> Self {
        let limits = RateLimits {
            batch_events_per_sec: 1.try_into().unwrap(),
            ..RateLimits::unlimited()
        };
        let database = TestStore::with_limits(limits, UnixSeconds(NOW));
        let (server, key) = link(&database).await;
        let world = World { database, server };
        Self { world, key }
    }

    /// Returns how long the server has to wait until it may send more.
    fn wait(&self) -> Duration {
        let now = UnixSeconds(NOW);
        let linked = self.world.database.authenticate(&self.key, now).unwrap();
        linked.limits.check_bulk(now).err().unwrap_or_default()
    }

    fn may_send_more(&self) -> bool {
        self.wait().is_zero()
    }

    /// Sends events of which nothing is left of the limit. Returns how many events they count as.
    async fn cost(&self, first_seq: u64, events: &[ServerEvent]) -> u64 {
        let before = self.wait();
        assert!(before > Duration::ZERO, "something is left of the limit");
        self.world.taken(NOW, first_seq, events).await;
        (self.wait() - before).as_secs()
    }
}

#[tokio::test]
async fn new_players_above_the_limit_are_refused_alone_and_leaves_always_pass() {
    let world = World::new().await;
    let old = NOW - 3 * DAY;
    let names: Vec<_> = (0..6).map(|number| format!("P{number}")).collect();
    let joins: Vec<_> = names.iter().map(|name| join(name, old)).collect();
    let leaves: Vec<_> = names.iter().map(|name| leave(name, old + 60)).collect();

    let joined = world.taken(NOW, 1, &joins).await;
    let left = world.taken(NOW, 7, &leaves).await;
    let again = world.taken(NOW, 13, &joins[..3]).await;

    let seqs: Vec<_> = joined.refused.iter().map(|refused| refused.seq).collect();
    assert_eq!((joined.acked_seq, seqs), (6, vec![4, 5, 6]));
    assert_eq!((left.acked_seq, left.refused), (12, vec![]));
    assert_eq!(
        again.refused,
        [],
        "the names are known, though too old for last seen"
    );
    let later = world.send(NOW + 1_200, NOW, 16, &joins[3..]).await.unwrap();
    assert_eq!(
        later.refused.len(),
        2,
        "one more is admitted every 20 minutes"
    );
}

#[tokio::test]
async fn whoever_has_joined_is_not_new_when_they_do_something() {
    let world = World::new().await;
    let old = NOW - 3 * DAY;
    // The first three were there too long ago to be remembered as anything but names; Alex is on.
    let stay = |name| [join(name, old), leave(name, old + 60)];
    let stays = ["P0", "P1", "P2"].map(stay).concat();
    world.taken(NOW, 1, &stays).await;
    world
        .send(NOW + 1_200, NOW, 7, &[join("Alex", NOW)])
        .await
        .unwrap();
    let dies = async |name: &str| {
        let event = serde_json::json!({"player": name, "event_type": "death"});
        let report = ActivityReport::Single {
            event: serde_json::from_value(event).unwrap(),
            idempotency_key: None,
        };
        let now = UnixSeconds(NOW + 1_200);
        let taken = world
            .database
            .take_activity(world.server.into(), report, now);
        taken.await.is_ok()
    };

    for name in ["P0", "P1", "P2", "Alex"] {
        assert!(dies(name).await, "{name} has joined");
    }
    for name in ["Bob", "Steve", "jeb_"] {
        assert!(dies(name).await, "{name} is one of three who are new");
    }
    assert!(!dies("Efe").await);
}

#[tokio::test]
async fn each_event_of_a_batch_counts_against_the_limit_once() {
    let server = Limited::new().await;
    let nine: Vec<_> = (1..=9).map(|secs| leave("Alex", NOW - secs)).collect();

    for _ in 0..3 {
        server.world.taken(NOW, 1, &nine).await;
        assert!(
            server.may_send_more(),
            "9 of 10 are used, however often they are sent"
        );
    }
    server.world.taken(NOW, 10, &[leave("Alex", NOW)]).await;

    assert!(!server.may_send_more());
}

#[tokio::test]
async fn an_event_that_changes_much_counts_as_several() {
    let account = |name: &str, number: u64| JoinEvent {
        uuid: Some(Uuid::from_u64_pair(0x4111, number)),
        ..join_at(name, UnixSeconds(NOW))
    };
    let about = |motd: &str| {
        let motd = oxeye_db::AboutText::new(motd);
        let about = ServerAbout {
            motd,
            ..ServerAbout::default()
        };
        ServerEvent::About(AboutEvent { about, at: None })
    };
    let beat = ServerEvent::Heartbeat(HeartbeatEvent::default());
    let server = Limited::new().await;
    let ten: Vec<_> = (1..=10).map(|secs| leave("Alex", NOW - secs)).collect();
    server.world.taken(NOW, 1, &ten).await;

    let four = ["Alex", "Steve", "jeb_", "Efe"];
    assert_eq!(
        server.cost(11, &[sync(&four, NOW)]).await,
        5,
        "four who are new"
    );
    assert_eq!(
        server.cost(12, &[sync(&four[..2], NOW)]).await,
        3,
        "two who are gone"
    );
    assert_eq!(
        server.cost(13, &[sync(&four[..2], NOW)]).await,
        1,
        "nothing new"
    );
    assert_eq!(server.cost(14, &[beat]).await, 1);
    assert_eq!(server.cost(15, &[join("Ari", NOW)]).await, 1);
    let joins = [account("Kai", 1), account("Noor", 2), account("Kai", 1)];
    assert_eq!(
        server.cost(16, &joins.map(ServerEvent::Join)).await,
        5,
        "two accounts"
    );
    assert_eq!(
        server.cost(19, &[about("A world")]).await,
        51,
        "it may have an icon"
    );
    assert_eq!(server.cost(20, &[about("A world")]).await, 1, "the same");
    assert_eq!(server.cost(21, &[leave("Ari", NOW), invalid()]).await, 2);
}

#[tokio::test]
async fn each_account_that_is_new_under_a_name_counts_against_the_limit_like_an_event() {
    let server = Limited::new().await;
    let sync = async |account: u64| {
        let mut alex = SyncPlayer::new(player("Alex"));
        alex.uuid = Some(Uuid::from_u64_pair(0x4111, account));
        let database = &server.world.database;
        let synced = database.sync_players(server.world.server, vec![alex], UnixSeconds(NOW));
        synced.await.unwrap();
    };

    // One session, and nine accounts that follow each other under one name.
    for account in 1..9 {
        sync(account).await;
        assert!(server.may_send_more(), "account {account}");
    }
    sync(8).await;
    assert!(server.may_send_more(), "the same account");
    sync(9).await;

    assert!(!server.may_send_more());
}
