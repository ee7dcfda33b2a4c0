//! What players did: taken exactly once, added up, forgotten and expired, on a real file.

use std::time::Duration;

use oxeye_db::activity::day::UtcDay;
use oxeye_db::testing::{TestStore, join, join_at, leave_at, player};
use oxeye_db::{
    ActivityReport, GuildId, HeartbeatEvent, RateLimits, Reporter, TakeActivityError, UnixSeconds,
};
use oxeye_plugin_proto::{ActivityEvent, Epoch, EventBatch, Seq};
use serde_json::{Value, json};

/// 2026-11-28 12:00 UTC.
const NOON: UnixSeconds = UnixSeconds(1_795_867_200);
const GUILD: GuildId = GuildId(7);
const DAY: Duration = Duration::from_secs(86_400);

/// A plugin that reports what players do.
struct Plugin<'a> {
    store: &'a TestStore,
    reporter: Reporter,
}

impl<'a> Plugin<'a> {
    async fn linked(store: &'a TestStore, server: &str) -> Self {
        let (server, _) = store.link(GUILD, server, NOON).await;
        Self {
            store,
            reporter: server.into(),
        }
    }

    async fn did(&self, event: Value, now: UnixSeconds) -> Result<(), TakeActivityError> {
        self.did_with_key(event, None, now).await
    }

    async fn did_with_key(
        &self,
        event: Value,
        key: Option<&str>,
        now: UnixSeconds,
    ) -> Result<(), TakeActivityError> {
        let report = ActivityReport::Single {
            event: event_of(event),
            idempotency_key: key.map(str::to_owned),
        };
        self.store
            .take_activity(self.reporter, report, now)
            .await
            .map(|_| ())
    }

    /// Sends a batch; returns the numbers that were refused.
    async fn batch(&self, first_seq: i64, events: &[Value], now: UnixSeconds) -> Vec<u64> {
        let events = events.iter().cloned().map(event_of).collect();
        let epoch = Epoch::try_from(1_700_000_000).expect("an epoch");
        let first_seq = Seq::try_from(first_seq).expect("a number");
        let batch = EventBatch::new(epoch, first_seq, events).expect("a batch");
        let report = ActivityReport::Batch(batch);
        let answer = self
            .store
            .take_activity(self.reporter, report, now)
            .await
            .expect("the batch is taken");
        answer.refused.iter().map(|refused| refused.seq).collect()
    }
}

fn event_of(event: Value) -> ActivityEvent {
    serde_json::from_value(event).expect("an event")
}

async fn today(store: &TestStore, name: &str, counter: &str) -> f64 {
    let day = store
        .activity_day(GUILD, player(name), UtcDay::of(NOON), NOON)
        .await;
    day.expect("the store is open").counters[counter]
}

#[tokio::test]
async fn a_batch_that_is_sent_again_counts_once_and_goes_on_where_it_is_new() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let warp = json!({"player": "Alex", "event_type": "warp"});

    for _ in 0..3 {
        assert!(
            plugin
                .batch(1, &[warp.clone(), warp.clone()], NOON)
                .await
                .is_empty()
        );
    }
    plugin.batch(2, &[warp.clone(), warp.clone()], NOON).await;

    assert_eq!(today(&store, "Alex", "actions").await, 3.0);
    let store = store.restarted(NOON).await;
    assert_eq!(today(&store, "Alex", "actions").await, 3.0);
}

#[tokio::test]
async fn a_single_event_with_the_same_key_counts_once_a_day() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let trade =
        json!({"player": "Alex", "event_type": "trade_buy", "details": {"total_value": 2.5}});

    plugin
        .did_with_key(trade.clone(), Some("a"), NOON)
        .await
        .unwrap();
    plugin
        .did_with_key(trade.clone(), Some("a"), NOON)
        .await
        .unwrap();
    plugin
        .did_with_key(trade.clone(), Some("b"), NOON)
        .await
        .unwrap();
    plugin.did(trade, NOON).await.unwrap();

    assert_eq!(today(&store, "Alex", "trades").await, 3.0);
    assert_eq!(today(&store, "Alex", "trade_volume").await, 7.5);
}

#[tokio::test]
async fn what_was_wrong_with_an_event_is_said_again_when_its_batch_is_sent_again() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let of_type = |event_type| json!({"player": "Alex", "event_type": event_type});
    let debt = json!({"player": "Alex", "event_type": "trade_buy", "details": {"total_value": -1}});
    let late = json!({"player": "Alex", "event_type": "dock", "at": NOON.minus(7 * DAY)});
    let batch = [of_type("login"), of_type("dock"), debt, late];

    assert_eq!(plugin.batch(1, &batch, NOON).await, [1, 3]);
    // The last event is too old by now, but it was taken when it was not.
    let later = NOON.plus(Duration::from_secs(60));
    assert_eq!(plugin.batch(1, &batch, later).await, [1, 3]);

    assert_eq!(today(&store, "Alex", "actions").await, 1.0);
}

#[tokio::test]
async fn a_single_event_that_was_refused_is_not_taken_for_known_when_it_is_sent_again() {
    let limits = RateLimits {
        new_players_per_hour: 1.try_into().unwrap(),
        ..RateLimits::unlimited()
    };
    let store = TestStore::with_limits(limits, NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let did = |player: &str| json!({"player": player, "event_type": "dock"});
    let debt = json!({"player": "Alex", "event_type": "trade_buy", "details": {"total_value": -1}});
    plugin.did(did("Alex"), NOON).await.unwrap();

    for _ in 0..2 {
        let refused = plugin.did_with_key(did("Bob"), Some("a"), NOON).await;
        assert!(matches!(refused, Err(TakeActivityError::Refused(_))));
        let refused = plugin.did_with_key(debt.clone(), Some("b"), NOON).await;
        assert!(matches!(refused, Err(TakeActivityError::Refused(_))));
    }
    let later = NOON.plus(Duration::from_secs(2 * 3600));
    for _ in 0..2 {
        let taken = plugin.did_with_key(did("Bob"), Some("a"), later).await;
        taken.unwrap();
    }

    assert_eq!(today(&store, "Bob", "actions").await, 1.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_increments_at_once_make_a_hundred() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let fight = json!({"player": "Alex", "event_type": "combat_attack"});

    let all = (0..100).map(|_| plugin.did(fight.clone(), NOON));
    for taken in futures_util::future::join_all(all).await {
        taken.unwrap();
    }

    assert_eq!(today(&store, "Alex", "combat_events").await, 100.0);
}

#[tokio::test]
async fn a_wrong_event_is_refused_alone() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let at = |at: UnixSeconds| json!({"player": "Alex", "event_type": "warp", "at": at});

    let refused = plugin
        .batch(
            1,
            &[
                at(NOON),
                at(NOON.plus(Duration::from_secs(31))),
                at(NOON.minus(8 * DAY)),
                json!({"player": "Alex", "event_type": "login"}),
                json!({"player": "Alex", "event_type": "trade_buy", "details": {"total_value": -1}}),
                at(NOON.minus(6 * DAY)),
            ],
            NOON,
        )
        .await;

    assert_eq!(refused, [2, 3, 4, 5]);
    assert_eq!(today(&store, "Alex", "actions").await, 1.0);
    let summary = store
        .activity_summary(GUILD, player("Alex"), NOON)
        .await
        .unwrap();
    assert_eq!(summary.counters["actions"], 2.0);
}

#[tokio::test]
async fn a_session_counts_what_the_player_did_since_the_login_on_any_server() {
    let store = TestStore::new(NOON);
    let lobby = Plugin::linked(&store, "lobby").await;
    let survival = Plugin::linked(&store, "survival").await;
    let at = |secs| NOON.plus(Duration::from_secs(secs));
    let sector = |id: u32, secs| json!({"player": "Alex", "event_type": "sector_move", "details": {"sector_id": id}, "at": at(secs)});

    lobby.did(sector(9, 0), at(0)).await.unwrap();
    store
        .player_join(lobby.reporter, join("Alex"), at(10))
        .await
        .unwrap();
    lobby.did(sector(12, 20), at(20)).await.unwrap();
    store
        .player_leave(lobby.reporter, leave_at("Alex", at(30)), at(30))
        .await
        .unwrap();
    store
        .player_join(survival.reporter, join("Alex"), at(50))
        .await
        .unwrap();
    survival.did(sector(13, 60), at(60)).await.unwrap();
    survival.did(sector(12, 70), at(70)).await.unwrap();

    let alive = HeartbeatEvent {
        players: None,
        heartbeat: None,
        at: None,
    };
    store
        .heartbeat(survival.reporter, alive, at(80))
        .await
        .unwrap();

    let session = store
        .activity_session(GUILD, player("Alex"), at(80))
        .await
        .unwrap();
    assert_eq!(session.login_at, Some(at(10)));
    assert_eq!(session.last_activity_at, Some(at(70)));
    assert_eq!(session.counters["actions"], 3.0);
    assert_eq!(session.sectors, ["13", "12"]);
    let day = store
        .activity_day(GUILD, player("Alex"), UtcDay::of(NOON), at(80))
        .await
        .unwrap();
    assert_eq!((day.sessions, day.playtime), (1, 50));
    assert_eq!(day.counters["actions"], 4.0);
}

#[tokio::test]
async fn the_newest_events_come_first_with_logins_and_logouts_among_them() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let at = |secs| NOON.plus(Duration::from_secs(secs));
    store
        .player_join(plugin.reporter, join_at("Alex", at(0)), at(0))
        .await
        .unwrap();
    let events: Vec<_> = (0..600)
        .map(|_| json!({"player": "Alex", "event_type": "dock", "at": at(1)}))
        .collect();
    for (batch, events) in events.chunks(300).enumerate() {
        plugin
            .batch(1 + 300 * i64::try_from(batch).unwrap(), events, at(1))
            .await;
    }
    store
        .player_leave(plugin.reporter, leave_at("Alex", at(90)), at(90))
        .await
        .unwrap();

    let events = store
        .activity_events(GUILD, player("Alex"), 1_000, at(100))
        .await
        .unwrap();
    assert_eq!(events.len(), 500);
    assert_eq!(events[0].event_type, "logout");
    assert_eq!(events[0].details, "{\"duration_seconds\":90.0}");
    assert!(events[1..].iter().all(|event| event.event_type == "dock"));
    let later = NOON.plus(7 * DAY).plus(Duration::from_secs(50));
    let events = store
        .activity_events(GUILD, player("Alex"), 10, later)
        .await
        .unwrap();
    assert_eq!(events.len(), 1, "{events:?}");
}

#[tokio::test]
async fn a_forgotten_player_is_gone_from_every_byte_even_where_others_name_them() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    for number in 0..200 {
        let other = format!("Player{number}");
        let kill =
            json!({"player": other, "event_type": "kill", "details": {"victim": "Xylophonist"}});
        plugin.did(kill, NOON).await.unwrap();
        let own =
            json!({"player": "Xylophonist", "event_type": "death", "details": {"killer": other}});
        plugin.did(own, NOON).await.unwrap();
    }

    let forgotten = store
        .forget_player(player("Xylophonist"), NOON)
        .await
        .unwrap()
        .unwrap();

    assert_eq!(
        (forgotten.activity_guilds, forgotten.activity_mentions),
        (1, 200)
    );
    assert!(forgotten.is_wiped);
    for file in std::fs::read_dir(store.folder()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(11).any(|bytes| bytes == b"Xylophonist");
        assert!(!found, "{}", path.display());
    }
    assert_eq!(today(&store, "Xylophonist", "actions").await, 0.0);
    assert_eq!(today(&store, "Player7", "kills").await, 1.0);
    assert_eq!(
        store
            .forget_player(player("Xylophonist"), NOON)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn a_backup_of_activity_is_a_file_that_can_be_opened() {
    let store = TestStore::new(NOON);
    assert!(store.backup_activity().await.unwrap().is_none());
    let plugin = Plugin::linked(&store, "survival").await;
    let warp = json!({"player": "Alex", "event_type": "warp"});
    plugin.did(warp, NOON).await.unwrap();

    let mut copy = store.backup_activity().await.unwrap().unwrap();

    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("oxeye-activity.db");
    std::io::copy(&mut copy, &mut std::fs::File::create(&path).unwrap()).unwrap();
    let seen = oxeye_db::activity::inspect(&path).unwrap();
    assert_eq!((seen.found, seen.in_use), (seen.known, false));
    let restored = TestStore::new(NOON);
    let restored = restored
        .restarted_after(
            |file| {
                std::fs::copy(&path, oxeye_db::activity::path_beside(file)).unwrap();
            },
            NOON,
        )
        .await;
    assert_eq!(today(&restored, "Alex", "actions").await, 1.0);
}

#[tokio::test]
async fn a_ranking_adds_up_the_days_and_names_decide_a_tie() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let death = |name: &str, days: u32| json!({"player": name, "event_type": "death", "at": NOON.minus(days * DAY)});
    let deaths = [("Zoe", 0), ("Bob", 0), ("Alex", 0), ("Alex", 5)];
    let events: Vec<_> = deaths
        .iter()
        .map(|(name, days)| death(name, *days))
        .collect();
    plugin.batch(1, &events, NOON).await;

    let ranking = async |days, limit| {
        let ranking = store
            .activity_ranking(GUILD, "deaths", days, limit, NOON)
            .await
            .unwrap();
        let standings = ranking.standings.into_iter();
        let standings = standings.map(|standing| (standing.player.to_string(), standing.amount));
        (standings.collect::<Vec<_>>(), ranking.players)
    };
    let line = |name: &str, amount| (name.to_owned(), amount);
    assert_eq!(
        ranking(30, 2).await,
        (vec![line("Alex", 2.0), line("Bob", 1.0)], 3)
    );
    assert_eq!(
        ranking(1, 9).await,
        (
            vec![line("Alex", 1.0), line("Bob", 1.0), line("Zoe", 1.0)],
            3
        )
    );
    assert!(
        store
            .activity_ranking(GUILD, "death", 1, 9, NOON)
            .await
            .is_err()
    );
    let elsewhere = store
        .activity_ranking(GuildId(8), "deaths", 30, 9, NOON)
        .await
        .unwrap();
    assert_eq!(elsewhere.players, 0);
}

#[tokio::test]
async fn sweeps_delete_what_is_too_old_and_nothing_else() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    for name in ["Old", "Both"] {
        plugin
            .did_with_key(
                json!({"player": name, "event_type": "dock"}),
                Some(name),
                NOON,
            )
            .await
            .unwrap();
    }
    let later = NOON.plus(40 * DAY);
    plugin
        .did(
            json!({"player": "Both", "event_type": "warp", "details": {"sector_id": 1}}),
            later,
        )
        .await
        .unwrap();

    while store.sweep_activity(later).await.unwrap() {}

    let store = store
        .restarted_after(
            |file| {
                let file =
                    rusqlite::Connection::open(file.with_file_name("oxeye-activity.db")).unwrap();
                let rows = |table: &str| {
                    let sql = format!("SELECT count(*) FROM {table}");
                    file.query_row(&sql, [], |row| row.get::<_, i64>(0))
                        .unwrap()
                };
                assert_eq!(rows("players"), 1);
                assert_eq!(rows("events"), 1);
                assert_eq!(rows("day_counters"), 1);
                assert_eq!(rows("collected"), 1);
                assert_eq!(rows("idempotency_keys"), 0);
            },
            later,
        )
        .await;
    let summary = store
        .activity_summary(GUILD, player("Both"), later)
        .await
        .unwrap();
    assert_eq!(summary.counters["actions"], 1.0);
    assert_eq!(summary.sectors, ["1"]);
}
