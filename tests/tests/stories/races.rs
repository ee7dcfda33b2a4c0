//! Two things that happen at the same time.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::raw::Request;
use serde_json::json;

#[tokio::test]
async fn only_one_of_two_servers_that_race_for_a_name_gets_it() {
    let oxeye = Setup::new()
        .set("RATE_LIMIT_CONNECT_PER_MIN", "600")
        .start()
        .await;
    for round in 0..8 {
        let name = format!("survival {round}");
        let [one, other] = [
            oxeye.local_link_code(&name).await,
            oxeye.local_link_code(&name).await,
        ];
        let connect = |code: &str| Request::post("/connect").json(&json!({ "code": code }));
        let (one, other) = (connect(one.expose()), connect(other.expose()));

        let (one, other) = tokio::join!(oxeye.ask(&one), oxeye.ask(&other));

        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{one}\n{other}");
        let loser = if one.status == 409 { one } else { other };
        assert!(loser.error().contains("name"), "{loser}");
    }
}

#[tokio::test]
async fn a_join_that_races_a_disconnect_leaves_nobody_online() {
    let oxeye = Setup::new()
        .set("RATE_LIMIT_CONNECT_PER_MIN", "600")
        .start()
        .await;
    for round in 0..20 {
        let server = oxeye.linked("survival").await;
        // Somebody is in last seen in any case, so the server is still shown.
        server.joins("Regular").await;
        let player = format!("Alex{round}");
        let join = Request::post("/join").json(&json!({"player": player}));

        let (join, disconnect) = tokio::join!(server.ask(join), server.disconnect());

        disconnect.expect("the disconnect is accepted");
        assert!(matches!(join.status, 200 | 401), "{join}");
        let status = oxeye.status("survival").await;
        assert_eq!(status["state"], "disconnected", "{status}");
        assert!(oxeye.online("survival").await.is_empty(), "{status}");
        if join.status == 200 {
            assert!(
                oxeye.last_seen("survival").await.contains(&player),
                "{status}"
            );
        }
    }
}

#[tokio::test]
async fn after_joins_and_leaves_on_many_connections_the_last_report_counts() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let stay = |name: &'static str| {
        let server = &server;
        async move {
            for _ in 0..10 {
                server.leaves(name).await;
                server.joins(name).await;
            }
        }
    };

    tokio::join!(stay("Alex"), stay("Steve"), stay("Notch"), stay("jeb_"));

    let mut online = oxeye.online("survival").await;
    online.sort();
    assert_eq!(online, ["Alex", "Notch", "Steve", "jeb_"]);
    assert!(oxeye.last_seen("survival").await.is_empty());
}
