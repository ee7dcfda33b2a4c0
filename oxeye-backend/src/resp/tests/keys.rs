//! Questions about keys and their values.

use std::collections::BTreeSet;

use oxeye_db::testing::player;
use oxeye_db::{SyncEvent, SyncPlayer};

use super::*;
use crate::activity_records::{RecordKey, record};

async fn report(store: &TestStore, server: ServerId, event: Value, now: UnixSeconds) {
    let report = ActivityReport::Single {
        event: serde_json::from_value(event).unwrap(),
        idempotency_key: None,
    };
    let taken = store.take_activity(server.into(), report, now).await;
    taken.unwrap();
}

/// In guild 0, Alex is on and has moved three times, Steve (whose UUID is known) has traded while he was not on, and Kai
/// has only been there.
async fn world() -> TestStore {
    let store = TestStore::new(NOON);
    let (server, _) = store.link(GuildId::LOCAL, "survival", NOON).await;
    for name in ["Alex", "Kai"] {
        store.player_join(server, join(name), NOON).await.unwrap();
    }
    let left = store.player_leave(server, leave_at("Kai", NOW), NOW);
    left.await.unwrap();
    for sector in 1..=3_u64 {
        let event = json!({"player": "Alex", "event_type": "sector_move",
            "details": {"sector_id": sector}});
        report(
            &store,
            server,
            event,
            NOON.plus(Duration::from_secs(sector)),
        )
        .await;
    }
    let event = json!({"player": "Steve", "uuid": UUID, "event_type": "trade_buy",
        "details": {"total_value": 5}});
    report(&store, server, event, NOW).await;
    store
}

#[tokio::test]
async fn texts_lists_and_sets_are_read_as_in_redis() {
    let store = world().await;
    let keyspace = keyspace(&store);
    let wrong_type = "-WRONGTYPE Operation against a key holding the wrong kind of value ";
    let no_integer = "-ERR value is not an integer or out of range ";
    for (asked, expected) in [
        ("GET activity:summary:Nobody", "$-1 "),
        ("GET something", "$-1 "),
        ("GET activity:events:Alex", wrong_type),
        ("STRLEN activity:online_players", wrong_type),
        ("STRLEN something", ":0 "),
        ("TYPE activity:session:Alex", "+string "),
        ("TYPE activity:events:Alex", "+list "),
        ("TYPE activity:online_players", "+set "),
        ("TYPE activity:session:Kai", "+none "),
        (
            "EXISTS activity:session:Alex activity:session:Alex activity:session:Kai",
            ":2 ",
        ),
        ("LLEN activity:events:Alex", ":4 "),
        ("LLEN activity:session:Alex", wrong_type),
        ("LLEN activity:events:Nobody", ":0 "),
        ("LINDEX activity:events:Alex 9", "$-1 "),
        ("LINDEX activity:events:Alex -9", "$-1 "),
        ("LINDEX activity:events:Alex x", no_integer),
        ("LINDEX activity:events:Nobody x", "$-1 "),
        ("LRANGE activity:events:Alex 4 9", "*0 "),
        ("LRANGE activity:events:Alex 2 1", "*0 "),
        ("LRANGE activity:events:Alex 0 -9", "*0 "),
        ("LRANGE activity:session:Alex x y", no_integer),
        ("LRANGE activity:session:Alex 0 1", wrong_type),
        ("SMEMBERS activity:online_players", "*1 $4 Alex "),
        ("SMEMBERS guild", "*0 "),
        ("SCARD activity:online_players", ":1 "),
        ("SISMEMBER activity:online_players Alex", ":1 "),
        ("SISMEMBER activity:online_players Kai", ":0 "),
        ("SSCAN activity:online_players 0", "*2 $1 0 *1 $4 Alex "),
        ("SSCAN activity:online_players 0 MATCH K*", "*2 $1 0 *0 "),
        (
            "SSCAN activity:online_players 0 TYPE set",
            "-ERR syntax error ",
        ),
        ("SSCAN activity:events:Alex 0", wrong_type),
        ("SSCAN activity:events:Alex x", "-ERR invalid cursor "),
        ("TTL activity:online_players", ":-1 "),
        ("TTL activity:session:Nobody", ":-2 "),
        ("TTL activity:session:Alex", ":86400 "),
        ("PTTL activity:session:Alex", ":86400000 "),
        ("TTL activity:events:Kai", ":604800 "),
        ("MGET activity:events:Alex something", "*2 $-1 $-1 "),
        ("SCAN x", "-ERR invalid cursor "),
        ("SCAN 0 COUNT 0", "-ERR syntax error "),
        ("SCAN 0 COUNT x", no_integer),
        ("SCAN 0 MATCH", "-ERR syntax error "),
        ("SCAN 0 foo bar", "-ERR syntax error "),
        ("KEYS *online*", "*1 $23 activity:online_players "),
    ] {
        let found = replies(&keyspace, format!("{asked}\r\n")).await;
        check_same(&found, expected, asked);
    }
}

#[tokio::test]
async fn values_are_the_json_of_the_records() {
    let store = world().await;
    let keyspace = keyspace(&store);
    let moved = |sector: u8| {
        format!(
            r#"{{"event_type":"sector_move","timestamp":"2026-11-27T12:00:0{sector}","details":{{"sector_id":{sector}}}}}"#
        )
    };

    let range = replies(&keyspace, "LRANGE activity:events:Alex 0 1\r\n").await;
    let (third, second) = (moved(3), moved(2));
    let length = third.len();
    check_same(
        &range,
        &format!("*2 ${length} {third} ${length} {second} "),
        "LRANGE",
    );

    let index = replies(&keyspace, "LINDEX activity:events:Alex -2\r\n").await;
    check_same(&index, &format!("${length} {} ", moved(1)), "LINDEX");

    let summary = replies(&keyspace, format!("GET activity:summary:{UUID}\r\n")).await;
    assert!(summary.contains(r#""total_trade_volume":5,"#), "{summary}");
    let texts = replies(&keyspace, format!("MGET x activity:summary:{UUID}\r\n")).await;
    assert_eq!(texts, format!("*2\r\n$-1\r\n{summary}"));
    let length = replies(&keyspace, format!("STRLEN activity:summary:{UUID}\r\n")).await;
    assert!(summary.starts_with(&length.replace(':', "$")), "{length}");
}

/// Reads the texts of a reply that is an array.
fn texts(reply: &str) -> Vec<String> {
    let lines = reply.split("\r\n").filter(|line| !line.is_empty());
    let texts = lines.filter(|line| !line.starts_with(['*', '$', '~']));
    texts.map(str::to_owned).collect()
}

/// Goes through all pages of a `SCAN`.
async fn scanned(keyspace: &Arc<Keyspace>, options: &str) -> Vec<String> {
    let (mut cursor, mut keys) = ("0".to_owned(), Vec::new());
    loop {
        let page = replies(keyspace, format!("SCAN {cursor} {options}\r\n")).await;
        let mut page = texts(&page).into_iter();
        cursor = page.next().expect("a cursor");
        keys.extend(page);
        if cursor == "0" {
            return keys;
        }
    }
}

#[tokio::test]
async fn exactly_the_keys_that_exist_are_listed() {
    let store = world().await;
    let keyspace = keyspace(&store);
    let today = "2026-11-27".parse().unwrap();
    let mut expected = BTreeSet::from(["activity:online_players".to_owned()]);
    for id in ["Alex", "Kai", "Steve", UUID] {
        for key in RecordKey::all_of_player(GuildId::LOCAL, id, today) {
            if record(&store, &key, NOW).await.unwrap().is_some() {
                expected.insert(key.to_string());
            }
        }
    }
    assert!(expected.len() == 11, "{expected:?}");

    let listed = texts(&replies(&keyspace, "KEYS *\r\n").await);
    assert_eq!(listed.len(), expected.len());
    assert_eq!(BTreeSet::from_iter(listed), expected);
    let count = replies(&keyspace, "DBSIZE\r\n").await;
    assert_eq!(count, format!(":{}\r\n", expected.len()));
    for options in ["", "COUNT 1", "COUNT 1000000000"] {
        let keys = scanned(&keyspace, options).await;
        assert_eq!(keys.len(), expected.len(), "{options}");
        assert_eq!(BTreeSet::from_iter(keys), expected, "{options}");
    }
}

#[tokio::test]
async fn a_page_is_bounded_whatever_the_client_asks_for() {
    let store = TestStore::new(NOON);
    let (server, _) = store.link(GuildId::LOCAL, "survival", NOON).await;
    let everybody = (0..1_000).map(|number| SyncPlayer::new(player(&format!("P{number}"))));
    let sync = SyncEvent::from(everybody.collect::<Vec<_>>());
    store.sync_players(server, sync, NOON).await.unwrap();
    let keyspace = keyspace(&store);

    let page = replies(&keyspace, "SCAN 0 COUNT 1000000000\r\n").await;
    let shown = texts(&page).len() - 1;
    assert!((1_000..1_020).contains(&shown), "{shown}");
    let all = BTreeSet::from_iter(scanned(&keyspace, "COUNT 1000000000").await);
    assert_eq!(all.len(), 4_001);
}

#[tokio::test]
async fn a_scan_shows_only_what_matches() {
    let store = world().await;
    let keyspace = keyspace(&store);

    let lists = BTreeSet::from_iter(scanned(&keyspace, "TYPE LIST COUNT 1").await);
    let all_events = ["Alex", "Kai", UUID].map(|id| format!("activity:events:{id}"));
    assert_eq!(lists, BTreeSet::from(all_events));
    let of_kai = scanned(&keyspace, "MATCH activity:daily:K??:* COUNT 3").await;
    assert_eq!(of_kai, ["activity:daily:Kai:2026-11-27"]);
}

#[tokio::test]
async fn a_player_who_comes_is_listed_at_once() {
    let store = world().await;
    let keyspace = keyspace(&store);
    let (server, _) = store.link(GuildId::LOCAL, "creative", NOON).await;

    for (number, name) in ["Anna", "Ben", "Cleo"].into_iter().enumerate() {
        store.player_join(server, join(name), NOW).await.unwrap();
        let session = format!("activity:session:{name}");
        let is_listed = |found: &str| texts(found).contains(&session);
        let found = right_replies(&keyspace, "KEYS activity:session:*\r\n", is_listed).await;
        assert_eq!(texts(&found).len(), number + 2);
    }
}
