//! Events that are delivered later, in batches: each counts once, whatever the network does.

use oxeye_plugin_client::{RetryPolicy, Spool, SpoolLimits, deliver};
use oxeye_plugin_proto::{Event, PlayerName, UnixSeconds};
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::{Answer, Request};
use serde_json::{Value, json};

async fn sends(server: &Plugin, epoch: u64, first_seq: u64, events: Value) -> Answer {
    let batch = json!({"epoch": epoch, "first_seq": first_seq, "events": events});
    server.ask(Request::post("/events").json(&batch)).await
}

fn join(player: &str, at: i64) -> Value {
    json!({"type": "join", "player": player, "at": at})
}

fn leave(player: &str, at: i64) -> Value {
    json!({"type": "leave", "player": player, "at": at})
}

/// Sends a first sync, which makes the roster certain, and returns the backend's time.
async fn synced_at(oxeye: &Oxeye, server: &Plugin) -> i64 {
    server.syncs(&[]).await;
    oxeye.heard_at("survival").await
}

#[tokio::test]
async fn a_batch_counts_once_with_its_own_times_even_across_a_restart() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let now = synced_at(&oxeye, &server).await;
    let events = json!([
        join("Alex", now - 50),
        join("Steve", now - 40),
        leave("Alex", now - 30)
    ]);

    let answer = sends(&server, 7, 1, events.clone()).await;

    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.json()["acked_seq"], 3);
    assert_eq!(answer.json()["resync"], false, "{answer}");
    assert!(answer.json()["server_time"].is_i64());
    let known = oxeye.status("survival").await;
    assert_eq!(
        known["online_players"],
        json!([{"player": "Steve", "joined_at": now - 40}])
    );
    assert_eq!(
        known["last_seen_players"],
        json!([{"player": "Alex", "last_seen_at": now - 30}])
    );

    // Steve leaves and comes back. The repetition of his first join must not change that.
    let more = json!([leave("Steve", now - 20), join("Steve", now - 10)]);
    assert_eq!(sends(&server, 7, 4, more).await.status, 200);
    let oxeye = oxeye.kill_and_restart().await;
    let server = oxeye.plugin_with_key_of(&server);
    let replay = sends(&server, 7, 1, events).await;

    assert_eq!(
        (replay.status, &replay.json()["acked_seq"]),
        (200, &json!(3))
    );
    let status = oxeye.status("survival").await;
    assert_eq!(
        status["online_players"],
        json!([{"player": "Steve", "joined_at": now - 10}])
    );
}

#[tokio::test]
async fn a_gap_is_accepted_and_asks_for_a_sync_and_what_fills_it_later_counts_too() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let now = synced_at(&oxeye, &server).await;
    assert_eq!(
        sends(&server, 1, 1, json!([join("Alex", now - 50)]))
            .await
            .status,
        200
    );

    let far = 1_u64 << 40;
    let jumped = sends(&server, 1, far, json!([join("Steve", now - 10)])).await;
    let filled = sends(&server, 1, 2, json!([leave("Alex", now - 40)])).await;

    assert_eq!(
        (jumped.status, &jumped.json()["resync"]),
        (200, &json!(true))
    );
    assert_eq!(jumped.json()["acked_seq"], json!(far));
    assert_eq!(filled.status, 200, "{filled}");
    assert_eq!(oxeye.online("survival").await, ["Steve"]);
}

/// Epoch, first number, events, and the status and words of the refusal.
fn bad_batches(now: i64) -> Vec<(u64, u64, Value, u16, &'static str)> {
    let too_many: Vec<_> = (0..501)
        .map(|number| join(&format!("P{number}"), now))
        .collect();
    vec![
        (8, 1, json!([leave("Alex", now)]), 409, "epoch 8 is over"),
        (9, 2, json!(too_many), 422, "500"),
        (9, 2, json!([]), 422, "event"),
        (u64::MAX, 2, json!([leave("Alex", now)]), 422, "epoch"),
        (
            9,
            u64::MAX / 2,
            json!([leave("Alex", now), leave("Alex", now)]),
            422,
            "seq",
        ),
    ]
}

#[tokio::test]
async fn an_invalid_batch_is_refused_as_a_whole_with_a_sentence() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let now = synced_at(&oxeye, &server).await;
    assert_eq!(
        sends(&server, 9, 1, json!([join("Alex", now)]))
            .await
            .status,
        200
    );
    for (epoch, first_seq, events, status, words) in bad_batches(now) {
        let answer = sends(&server, epoch, first_seq, events).await;
        assert_eq!(answer.status, status, "{words}: {answer}");
        assert!(answer.error().contains(words), "{words:?} in {answer}");
    }
    assert_eq!(
        oxeye.online("survival").await,
        ["Alex"],
        "none of their events was accepted"
    );
}

#[tokio::test]
async fn a_wrong_event_alone_is_refused_and_acknowledged_with_the_others() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let now = synced_at(&oxeye, &server).await;
    let crowd: Vec<_> = (0..1001).map(|number| format!("P{number}")).collect();
    let events = json!([
        join("Alex", now - 9),
        join("Steve", now * 1000),
        join("Steve", -5),
        join("", now),
        {"type": "kick", "player": "Alex", "at": now},
        {"type": "sync", "players": crowd, "at": now},
        {"type": "join", "player": ["Eve"], "at": now},
        "Eve has joined",
        null,
        join("jeb_", now - 8),
    ]);

    for _ in 0..2 {
        let answer = sends(&server, 9, 1, events.clone()).await;

        assert_eq!(answer.status, 200, "{answer}");
        let body = answer.json();
        assert_eq!(
            (&body["acked_seq"], &body["resync"]),
            (&json!(10), &json!(false))
        );
        let refused = body["refused"].as_array().expect("a list");
        let seqs: Vec<_> = refused.iter().map(|refused| &refused["seq"]).collect();
        assert_eq!(seqs, [2, 3, 4, 5, 6, 7, 8, 9]);
        let told = |place: usize| refused[place]["error"].as_str().unwrap_or_default();
        assert!(
            told(0).contains("milliseconds") && told(3).contains("kick"),
            "{body}"
        );
    }

    assert_eq!(oxeye.online("survival").await, ["jeb_", "Alex"]);
}

#[tokio::test]
async fn a_plugin_whose_clock_was_a_year_ahead_continues_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let now = synced_at(&oxeye, &server).await;
    let year_ahead = UnixSeconds(now + 365 * 24 * 3600);
    let path = folder.path().join("events.jsonl");
    let opened = Spool::<Event>::open(&path, year_ahead, SpoolLimits::default());
    let (mut spool, _) = opened.expect("the spool opens");
    for (name, at) in [("Alex", now - 100), ("Steve", now - 90)] {
        let player = PlayerName::try_from(name).expect("a name");
        let join = Event::join(player, UnixSeconds(at));
        spool.push(&join).expect("the spool keeps it");
    }

    let delivery = deliver(&server, &mut spool).await;

    assert!(delivery.stopped_by.is_none(), "{delivery:?}");
    assert_eq!((delivery.delivered, spool.len()), (2, 0));
    assert!(spool.epoch().get() < now + 60, "{:?}", spool.epoch());
    assert_eq!(oxeye.online("survival").await, ["Steve", "Alex"]);

    // Its data folder is lost, and it starts with a clock that is slightly behind.
    let lost = Spool::<Event>::open(
        folder.path().join("new"),
        UnixSeconds(now - 60),
        SpoolLimits::default(),
    );
    let (mut spool, _) = lost.expect("the spool opens");
    let player = PlayerName::try_from("Alex").expect("a name");
    let leave = Event::leave(player, UnixSeconds(now - 80));
    spool.push(&leave).expect("the spool keeps it");
    let delivery = deliver(&server, &mut spool).await;

    assert!(delivery.stopped_by.is_none(), "{delivery:?}");
    assert_eq!(oxeye.online("survival").await, ["Steve"]);
}

#[tokio::test]
async fn a_batch_beyond_its_limit_in_bytes_is_refused() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let long =
        json!([{"type": "leave", "player": "Alex", "at": 1, "note": "x".repeat(256 * 1024)}]);

    let answer = sends(&server, 1, 1, long).await;

    assert_eq!(answer.status, 413, "{answer}");
    assert!(answer.error().contains("262144"), "{answer}");
}

#[tokio::test]
async fn events_from_an_outage_of_the_backend_arrive_later_once_with_their_times() {
    let folder = tempfile::tempdir().expect("a folder");
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let now = synced_at(&oxeye, &server).await;
    let player = |name: &str| PlayerName::try_from(name).expect("a name");
    let open = || {
        let path = folder.path().join("events.jsonl");
        let spool = Spool::<Event>::open(&path, UnixSeconds(now), SpoolLimits::default());
        spool.expect("the spool opens").0
    };
    let mut spool = open();
    for (name, at) in [("Alex", now - 100), ("Steve", now - 90)] {
        spool
            .push(&Event::join(player(name), UnixSeconds(at)))
            .expect("the spool keeps it");
    }
    spool
        .push(&Event::leave(player("Alex"), UnixSeconds(now - 80)))
        .expect("the spool keeps it");

    oxeye.signal("STOP");
    let impatient = RetryPolicy {
        tries: 1,
        ..RetryPolicy::default()
    };
    let hasty = oxeye_plugin_client::LinkedClient::clone(&server).retrying(impatient);
    let given_up = tokio::time::timeout(std::time::Duration::ZERO, deliver(&hasty, &mut spool));
    assert!(given_up.await.is_err(), "a stopped process does not answer");
    drop(spool);
    oxeye.signal("CONT");
    let oxeye = oxeye.kill_and_restart().await;
    let mut spool = open();
    let delivery = deliver(&oxeye.plugin_with_key_of(&server), &mut spool).await;

    assert!(delivery.stopped_by.is_none(), "{delivery:?}");
    assert!(spool.is_empty());
    let status = oxeye.status("survival").await;
    assert_eq!(
        status["online_players"],
        json!([{"player": "Steve", "joined_at": now - 90}])
    );
    assert_eq!(
        status["last_seen_players"],
        json!([{"player": "Alex", "last_seen_at": now - 80}])
    );
}

#[tokio::test]
async fn check_names_a_server_that_reports_too_many_new_players_and_no_other() {
    let setup = Setup::new().set("MAX_NEW_PLAYERS_PER_HOUR", "2");
    let oxeye = setup.start().await;
    let hostile = oxeye.linked("hostile").await;
    let other = oxeye.linked("other").await;

    let synced = hostile.syncs(&["Alex", "Steve", "Eve"]).await;
    let join = Request::post("/join").json(&json!({"player": "Mallory"}));
    let refused = hostile.ask(join).await;
    other.joins("Mallory").await;

    assert_eq!(synced.skipped[0].player, "Eve");
    assert_eq!(refused.status, 429, "{refused}");
    assert!(refused.header("retry-after").is_some(), "{refused}");
    let check = oxeye.command(&["check"]).await;
    let mut lines = check.out.lines();
    let named = lines.find(|line| line.contains("MAX_NEW_PLAYERS_PER_HOUR"));
    let named = named.expect("a line about the limit");
    assert!(named.contains("hostile") && named.contains('2'), "{named}");
    assert!(!named.contains("other"), "{named}");
}
