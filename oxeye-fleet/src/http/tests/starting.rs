//! What readers see right after a start, before the engine has said what it has.

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
