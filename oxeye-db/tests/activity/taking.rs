//! Reports are taken exactly once, and nothing of them is lost.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use oxeye_db::testing::{TestStore, join, leave_at, player};
use oxeye_db::{RateLimits, TakeActivityError, UnixSeconds};
use serde_json::json;

use crate::plugin::{DAY, GUILD, NOON, Plugin, today};

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
    plugin.did(trade.clone(), NOON).await.unwrap();

    assert_eq!(today(&store, "Alex", "trades").await, 3.0);
    assert_eq!(today(&store, "Alex", "trade_volume").await, 7.5);

    // A key is known for a day, its last second included.
    let tomorrow = NOON.plus(DAY);
    while store.sweep_activity(tomorrow).await.unwrap() {}
    let trades = async |now| {
        let sent = plugin.did_with_key(trade.clone(), Some("b"), now).await;
        sent.unwrap();
        let summary = store.activity_summary(GUILD, player("Alex"), now).await;
        summary.unwrap().counters["trades"]
    };
    assert_eq!(trades(tomorrow).await, 3.0);
    assert_eq!(trades(tomorrow.plus(Duration::from_secs(1))).await, 4.0);
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
        assert!(matches!(
            refused,
            Err(TakeActivityError::TooManyNewPlayers(_))
        ));
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

#[tokio::test]
async fn new_names_in_activity_keep_nobody_from_joining() {
    let limits = RateLimits {
        new_players_per_hour: 2.try_into().unwrap(),
        ..RateLimits::unlimited()
    };
    let store = TestStore::with_limits(limits, NOON);
    let (server, _) = store.link(GUILD, "survival", NOON).await;
    let plugin = Plugin {
        store: &store,
        reporter: server.into(),
    };
    let did = |player: &str| plugin.did(json!({"player": player, "event_type": "dock"}), NOON);
    for name in ["Npc1", "Npc2"] {
        did(name).await.unwrap();
    }
    assert!(matches!(
        did("Npc3").await,
        Err(TakeActivityError::TooManyNewPlayers(_))
    ));

    store
        .player_join(server, join("Steve"), NOON)
        .await
        .unwrap();
    let left = store.player_leave(server, leave_at("Steve", NOON), NOON);
    left.await.unwrap();
    store.player_join(server, join("Alex"), NOON).await.unwrap();

    assert!(store.player_join(server, join("Kai"), NOON).await.is_err());
    for name in ["Steve", "Alex"] {
        did(name).await.unwrap();
    }
}

#[tokio::test]
async fn another_plugin_of_the_server_may_begin_with_numbers_that_were_used_before() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let warp = json!({"player": "Alex", "event_type": "warp"});
    plugin.batch(1, std::slice::from_ref(&warp), NOON).await;
    let sent = plugin.did_with_key(warp.clone(), Some("a"), NOON).await;
    sent.unwrap();

    let disconnected = store.disconnect_by_plugin(plugin.reporter, NOON).await;
    disconnected.unwrap();
    let plugin = Plugin::linked(&store, "survival").await;
    plugin.batch(1, std::slice::from_ref(&warp), NOON).await;
    plugin.batch(1, std::slice::from_ref(&warp), NOON).await;
    let sent = plugin.did_with_key(warp, Some("a"), NOON).await;
    sent.unwrap();

    assert_eq!(today(&store, "Alex", "actions").await, 4.0);
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_question_counts_each_event_once_while_events_are_moved() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    let (begun, answered) = (AtomicU32::new(0), AtomicU32::new(0));
    let count = |counter: &AtomicU32| counter.load(Ordering::SeqCst);
    let fights = async {
        for _ in 0..300 {
            begun.fetch_add(1, Ordering::SeqCst);
            let fight = json!({"player": "Alex", "event_type": "combat_attack"});
            plugin.did(fight, NOON).await.unwrap();
            answered.fetch_add(1, Ordering::SeqCst);
        }
    };
    let questions = async || {
        while count(&answered) < 300 {
            let least = count(&answered);
            let fights = today(&store, "Alex", "combat_events").await;
            let events = store.activity_events(GUILD, player("Alex"), 500, NOON);
            let events = events.await.unwrap().len();
            let ranking = store.activity_ranking(GUILD, "combat_events", 1, 1, NOON);
            let ranking = ranking.await.unwrap().standings;
            let most = f64::from(count(&begun));
            let ranked = ranking.first().map_or(0.0, |first| first.amount);
            for amount in [fights, ranked] {
                assert!(
                    (f64::from(least)..=most).contains(&amount),
                    "{amount}: {least} to {most}"
                );
            }
            assert!(events >= least as usize && events as f64 <= most);
        }
    };

    tokio::join!(fights, questions(), questions(), questions());

    assert_eq!(today(&store, "Alex", "combat_events").await, 300.0);
}

#[tokio::test]
async fn a_player_whose_first_event_is_rolled_back_is_new_with_the_next_one() {
    let store = TestStore::new(NOON);
    Plugin::linked(&store, "survival")
        .await
        .did(json!({"player": "Steve", "event_type": "dock"}), NOON)
        .await
        .unwrap();
    let fail = "CREATE TRIGGER fail BEFORE INSERT ON recent_events WHEN new.type = 'fails'
                BEGIN SELECT raise(ABORT, 'no'); END";
    let store = store
        .restarted_after(
            |file| {
                let file = rusqlite::Connection::open(oxeye_db::activity::path_beside(file));
                file.unwrap().execute_batch(fail).unwrap();
            },
            NOON,
        )
        .await;
    let plugin = Plugin::linked(&store, "creative").await;
    let fails = json!({"player": "Alex", "event_type": "fails"});
    assert!(plugin.did(fails, NOON).await.is_err());

    let dock = json!({"player": "Alex", "event_type": "dock"});
    plugin.did(dock, NOON).await.unwrap();

    assert_eq!(today(&store, "Alex", "actions").await, 1.0);
    let events = store.activity_events(GUILD, player("Alex"), 50, NOON);
    assert_eq!(events.await.unwrap().len(), 1);
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
