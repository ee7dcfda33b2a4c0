//! Events of activity count exactly once, whatever the network does and however many arrive together.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use serde_json::json;

#[tokio::test]
async fn a_batch_counts_once_however_often_it_is_sent_even_across_a_kill() {
    let oxeye = Oxeye::start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    let trade =
        json!({"player": "Alex", "event_type": "trade_sell", "details": {"total_value": 10}});
    let wrong = json!({"player": "Alex", "event_type": "login"});
    let events = json!([trade, wrong, trade]);

    let answer = server.sends_activity(5, 1, &events).await;
    assert_eq!(answer.status, 200, "{answer}");
    let answer = answer.json();
    assert_eq!(
        (&answer["acked_seq"], &answer["resync"]),
        (&json!(3), &json!(false))
    );
    assert_eq!(answer["refused"][0]["seq"], 2, "{answer}");
    let again = server.sends_activity(5, 1, &events).await;
    assert_eq!((again.status, &again.json()["acked_seq"]), (200, &json!(3)));
    assert_eq!(again.json()["refused"], answer["refused"]);
    let oxeye = oxeye.kill_and_restart().await;
    let server = oxeye.plugin_with_key_of(&server);
    // The batch overlaps what is known.
    let longer = json!([trade, wrong, trade, trade]);
    let answer = server.sends_activity(5, 1, &longer).await;

    assert_eq!(answer.json()["acked_seq"], 4, "{answer}");
    let summary = oxeye.activity("players/Alex/summary").await;
    assert_eq!(
        (&summary["total_trades"], &summary["total_trade_volume"]),
        (&json!(3), &json!(30))
    );
    // The numbers of activity have nothing to do with those of presence.
    server.reports_stays("Alex", &[(now - 20, now - 10)]).await;
}

#[tokio::test]
async fn an_idempotency_key_makes_a_single_event_count_once() {
    let oxeye = Oxeye::start().await;
    let (server, _) = oxeye.empty_server("survival").await;
    let death = json!({"player": "Alex", "event_type": "death"});
    let sends = async |server: &Plugin, key: &str| {
        let request = Request::post("/activity").header("Idempotency-Key", key);
        server.ask(request.json(&death)).await.status
    };

    assert_eq!(sends(&server, "one").await, 200);
    assert_eq!(sends(&server, "one").await, 200);
    let oxeye = oxeye.kill_and_restart().await;
    let server = oxeye.plugin_with_key_of(&server);
    assert_eq!(sends(&server, "one").await, 200);
    assert_eq!(sends(&server, "two").await, 200);
    assert_eq!(sends(&server, &"x".repeat(129)).await, 422);
    assert_eq!(sends(&server, "two words").await, 422);
    // Another server may use the same key.
    let other = oxeye.linked("creative").await;
    assert_eq!(sends(&other, "one").await, 200);

    let summary = oxeye.activity("players/Alex/summary").await;
    assert_eq!(summary["counters"]["deaths"], 3, "{summary}");
}

#[tokio::test]
async fn a_hundred_parallel_increments_make_a_hundred() {
    let oxeye = Setup::unlimited().start().await;
    let (server, _) = oxeye.empty_server("survival").await;
    server.joins("Alex").await;
    let address = oxeye.address();
    let death = json!({"player": "Alex", "event_type": "death"});
    let request = Request::post("/activity").json(&death).bearer(server.key());

    let mut sent = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let request = request.clone();
        sent.spawn(async move { oxeye_tests::raw::ask(address, &request).await.status });
    }
    let statuses = sent.join_all().await;

    assert_eq!(statuses, [200; 100]);
    let session = oxeye.activity("players/Alex/session").await;
    assert_eq!(
        (&session["actions_count"], &session["counters"]["deaths"]),
        (&json!(100), &json!(100))
    );
}
