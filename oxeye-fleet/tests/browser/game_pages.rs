//! The client for game pages.

use serde_json::{Value, json};

use crate::chromium::Page;
use crate::open;
use crate::running::RunningFleet;

/// Starts a fleet that game pages of any origin may use, and that keeps servers without players.
async fn fleet_for_game_pages() -> RunningFleet {
    RunningFleet::start(&[("FLEET_CORS_ORIGINS", "*"), ("INACTIVITY_SHUTDOWN", "600")]).await
}

/// Opens a game's page, which has our client as `fleet`. It is of another origin than the fleet's API: the
/// dashboard's.
async fn open_game(fleet: &RunningFleet) -> Option<Page> {
    let mut page = open(&format!("{}client-test", fleet.dashboard())).await?;
    let client = include_str!("../../web/client.js");
    let script = format!(
        "{client}\nwindow.fleet = new OxeyeFleetClient('{}', {{ heartbeatMs: 50 }}); null",
        fleet.url()
    );
    page.value_of(&script).await;
    Some(page)
}

#[tokio::test]
async fn a_game_page_joins_stays_and_leaves_when_it_closes() {
    let fleet = fleet_for_game_pages().await;
    let Some(mut page) = open_game(&fleet).await else {
        return;
    };
    let joined = page.value_of("fleet.join('alex')").await;
    assert_eq!(joined["playerId"], json!("alex"));
    page.wait_for("Object.keys(fleet.headers()).length === 2")
        .await;
    let servers = fleet
        .wait_for("running", |servers| {
            servers.iter().any(|server| server["state"] == "running")
        })
        .await;
    let first_beat = servers[0]["lastActivity"].as_u64().unwrap();
    fleet
        .wait_for("a heartbeat", |servers| {
            servers[0]["lastActivity"].as_u64() > Some(first_beat)
        })
        .await;

    page.go("about:blank").await;

    fleet
        .wait_for("a leave", |servers| servers[0]["state"] == "idle")
        .await;
}

#[tokio::test]
async fn a_game_page_that_leaves_while_it_joins_is_not_on_afterwards() {
    let fleet = fleet_for_game_pages().await;
    let Some(mut page) = open_game(&fleet).await else {
        return;
    };
    page.value_of("window.sentence = ''; fleet.join('alex').catch((error) => { window.sentence = error.message; }); fleet.leave(); null")
        .await;

    page.wait_for("window.sentence === 'The page has left.'")
        .await;
    fleet
        .wait_for("joined and left", |servers| {
            servers.iter().any(|server| server["state"] == "idle")
        })
        .await;
    assert_eq!(page.value_of("fleet.session").await, Value::Null);
}

#[tokio::test]
async fn a_game_page_that_joins_as_somebody_else_leaves_first() {
    let fleet = fleet_for_game_pages().await;
    let Some(mut page) = open_game(&fleet).await else {
        return;
    };
    page.value_of("fleet.join('alex')").await;
    page.value_of("fleet.join('moss_')").await;

    let states = |servers: &[Value]| -> Vec<_> {
        let states = servers.iter().map(|server| server["state"].clone());
        states.collect()
    };
    fleet
        .wait_for("the first is idle", |servers| {
            states(servers) == ["idle", "running"]
        })
        .await;
}

#[tokio::test]
async fn a_game_page_that_is_shown_again_joins_again() {
    let fleet = fleet_for_game_pages().await;
    let Some(mut page) = open_game(&fleet).await else {
        return;
    };
    page.value_of(
        "window.again = null; fleet.onrejoined = (session) => { window.again = session; }; null",
    )
    .await;
    let joined = page.value_of("fleet.join('alex')").await;

    // As a browser does when its user leaves the page and goes back.
    page.value_of("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })); null")
        .await;
    fleet
        .wait_for("a leave", |servers| {
            servers[0]["players"].as_array().is_some_and(Vec::is_empty)
        })
        .await;
    page.value_of("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })); null")
        .await;

    page.wait_for("window.again !== null").await;
    assert_eq!(
        page.value_of("window.again.serverId").await,
        joined["serverId"]
    );
}

#[tokio::test]
async fn a_game_page_whose_session_is_lost_joins_again() {
    let fleet = RunningFleet::start(&[("FLEET_CORS_ORIGINS", "*")]).await;
    let Some(mut page) = open_game(&fleet).await else {
        return;
    };
    page.value_of(
        "window.again = null; fleet.onrejoined = (session) => { window.again = session; }; null",
    )
    .await;
    let joined = page.value_of("fleet.join('alex')").await;

    fleet.leave(&joined).await;

    page.wait_for("window.again !== null").await;
    assert_ne!(
        page.value_of("window.again.sessionId").await,
        joined["sessionId"]
    );
    assert_eq!(
        page.value_of("window.again.serverId").await,
        joined["serverId"]
    );
}
