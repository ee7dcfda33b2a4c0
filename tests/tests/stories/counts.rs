//! Servers that report how many are on, but never who.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::community::Community;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use serde_json::json;

/// Sends a heartbeat with a count, like a server that hides names.
async fn counts(server: &Plugin, players: usize) {
    let beat = json!({"players": players, "heartbeat_secs": 15});
    let answer = server.ask(Request::post("/heartbeat").json(&beat)).await;
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.json(), json!({"resync": true}));
}

#[tokio::test]
async fn a_count_is_shown_as_a_count_until_names_arrive() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let unheard = oxeye.status("survival").await;
    counts(&server, 7).await;

    let status = oxeye.status("survival").await;
    let text = oxeye.command(&["status"]).await;
    let occupancy = oxeye.api(Request::get("/api/occupancy")).await;

    assert_eq!(unheard.get("reported_count"), None, "{unheard}");
    assert_eq!(status["state"], "awaiting_sync", "{status}");
    assert_eq!(status["reported_count"], 7, "{status}");
    assert_eq!(status["online_players"], json!([]));
    assert_eq!(text.out, "survival: 7 online, names not reported");
    assert_eq!(occupancy["player_count"], 0, "{occupancy}");
    let listed = &occupancy["guilds"][0]["servers"][0];
    assert_eq!(listed["reported_count"], 7, "{occupancy}");
    assert_eq!(listed["online_count"], 0, "{occupancy}");

    server.syncs(&["Alex", "Steve"]).await;
    counts(&server, 7).await;

    let servers = oxeye.api(Request::get("/api/servers")).await;
    assert_eq!(servers[0].get("reported_count"), None, "{servers}");
    assert_eq!(servers[0]["online_count"], 2, "{servers}");
    assert_eq!(servers[0]["state"], "online", "{servers}");
}

#[tokio::test]
async fn a_count_adds_no_playtime() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    counts(&server, 7).await;
    counts(&server, 0).await;

    let empty = oxeye.command(&["status"]).await;
    assert_eq!(empty.out, "survival: nobody online");
    let place = "/api/servers/0/survival";
    let leaders = oxeye
        .api(Request::get(format!("{place}/leaderboard")))
        .await;
    assert_eq!(leaders["player_count"], 0, "{leaders}");
    let players = oxeye.api(Request::get(format!("{place}/players"))).await;
    assert_eq!(players["player_count"], 0, "{players}");
    assert_eq!(oxeye.last_seen("survival").await, [""; 0]);
    let health = oxeye.api(Request::get("/api/health")).await;
    assert_eq!(health["active_session_count"], 0, "{health}");
}

#[tokio::test]
async fn nobody_is_on_after_the_last_named_player_left_whatever_was_counted_before() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.syncs(&["Alex"]).await;
    let beat = json!({"players": 1, "heartbeat_secs": 15});
    let beat = Request::post("/heartbeat").json(&beat);
    assert_eq!(server.ask(beat).await.json(), json!({"resync": false}));

    server.leaves("Alex").await;

    let text = oxeye.command(&["status"]).await.out;
    assert!(text.starts_with("survival: nobody online"), "{text}");
}

#[tokio::test]
async fn a_count_does_not_outlive_the_backend() {
    let oxeye = Oxeye::start().await;
    let before = oxeye.linked("survival").await;
    counts(&before, 7).await;

    let oxeye = oxeye.kill_and_restart().await;

    let status = oxeye.status("survival").await;
    assert_eq!(status.get("reported_count"), None, "{status}");
    counts(&oxeye.plugin_with_key_of(&before), 3).await;
    let status = oxeye.status("survival").await;
    assert_eq!(status["reported_count"], 3, "{status}");
}

#[tokio::test]
async fn discord_shows_the_count_of_a_server_that_hides_names() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    counts(&oxeye.linked_from(&guild, "survival").await, 7).await;

    let status = guild.member().types("oxeye status", &[]).await;
    let list = guild.member().types("oxeye list", &[]).await.text();

    let text = status.text();
    let expected = "🟡 **7 online** · names not reported · updated";
    assert!(text.contains(expected), "{text}");
    assert!(!text.contains("aiting for the server to report"), "{text}");
    assert!(status.files.is_empty(), "there is nobody to draw");
    let expected = "🟡 **survival** · 7 online · names not reported";
    assert!(list.contains(expected), "{list}");
}
