//! What readers and players are told while the fleet starts and while it stops.

use std::sync::atomic::Ordering;

use futures_util::future::join_all;

use super::*;

const OPERATOR_TOKEN: [(&str, &str); 1] = [("authorization", "Bearer the token of operators")];

#[tokio::test]
async fn whoever_reads_too_early_is_answered_as_soon_as_the_servers_are_known() {
    let site = site(&[]).await;
    site.joined("Ada").await;
    site.fleet.knows_nothing();
    let before = site.fleet.watchers();
    let becoming_known = async {
        while site.fleet.watchers() == before {
            tokio::task::yield_now().await;
        }
        site.fleet.change(|_| {});
    };

    let (servers, ()) = tokio::join!(site.get("/api/servers"), becoming_known);

    assert_eq!(servers.json()["activePlayers"], 1);
}

#[tokio::test]
async fn nobody_is_told_that_there_are_no_servers_while_none_is_known() {
    let site = site(&[]).await;
    site.joined("Ada").await;
    site.fleet.knows_nothing();

    let asked = [
        (site.players, "/api/servers"),
        (site.players, "/api/capacity"),
        (site.dashboard, "/api/stats"),
        (site.players, "/api/fleet"),
    ];
    let ask = |(address, path)| site.ask_at(address, Method::GET, path, &OPERATOR_TOKEN, "");

    for answer in join_all(asked.map(ask)).await {
        let sentence = "the fleet is starting and does not know its servers yet";
        assert_eq!(answer.error(503), sentence);
        assert_eq!(answer.header("retry-after"), "1");
    }
}

#[tokio::test]
async fn no_player_is_told_that_their_session_is_over_while_the_fleet_restarts() {
    let site = site(&[]).await;
    let session = site.joined("Ada").await;
    site.fleet.is_not_serving.store(true, Ordering::Relaxed);
    let body = json!({ "sessionId": session });
    let path = format!("/gameserver/x?sessionId={session}");
    let html = [("accept", "text/html"), ("sec-fetch-dest", "document")];

    let page = site.ask(Method::GET, &path, &html, "").await;
    let told = [
        site.post("/api/player/heartbeat", &body).await,
        site.post("/api/player/leave", &body).await,
        site.get(&path).await,
    ];

    assert!(page.text.contains(r#"http-equiv="refresh""#), "{page:?}");
    for answer in told {
        assert_eq!(answer.error(503), "the fleet is starting or stopping");
        assert_eq!(answer.header("retry-after"), "1");
    }
    site.fleet.is_not_serving.store(false, Ordering::Relaxed);
    let beat = site.post("/api/player/heartbeat", &body).await;
    assert_eq!(beat.status, 200);
}
