//! The dashboard and the client for game pages in a real browser. Needs Chromium; where there is none, the
//! tests say loudly that they did not run.

#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test"
)]

#[path = "browser/chromium.rs"]
mod chromium;
#[allow(dead_code, reason = "each test needs a part of it")]
#[path = "program/running.rs"]
mod running;

use chromium::Page;
use running::RunningFleet;
use serde_json::{Value, json};

async fn open(url: &str) -> Option<Page> {
    open_in("en-GB", url).await
}

async fn open_in(language: &str, url: &str) -> Option<Page> {
    let page = Page::open(language, url).await;
    if page.is_none() {
        eprintln!("THE TESTS WITH A REAL BROWSER DID NOT RUN: CHROMIUM IS NOT INSTALLED.");
    }
    page
}

/// Starts a fleet that game pages of any origin may use, and that keeps servers without players.
async fn fleet_for_game_pages() -> RunningFleet {
    RunningFleet::start(&[("FLEET_CORS_ORIGINS", "*"), ("INACTIVITY_SHUTDOWN", "600")]).await
}

/// Opens a game's page, which has our client as `fleet`. It is of another origin than the fleet's API: the
/// dashboard's.
async fn open_game(fleet: &RunningFleet) -> Option<Page> {
    let mut page = open(&format!("{}client-test", fleet.dashboard())).await?;
    let client = include_str!("../web/client.js");
    let script = format!(
        "{client}\nwindow.fleet = new OxeyeFleetClient('{}', {{ heartbeatMs: 50 }}); null",
        fleet.url()
    );
    page.value_of(&script).await;
    Some(page)
}

#[tokio::test]
async fn the_dashboard_shows_players_as_they_come_and_go() {
    let fleet =
        RunningFleet::start(&[("INACTIVITY_SHUTDOWN", "2"), ("CLEANUP_DELETE", "600")]).await;
    let Some(mut page) = open(&fleet.dashboard()).await else {
        return;
    };
    page.resize(1200, 800).await;
    page.wait_for("document.querySelector('#connection').textContent === 'Live'")
        .await;
    page.wait_for("!document.querySelector('#empty').hidden")
        .await;

    let alex = fleet.join("alex").await;
    fleet.join("moss_").await;

    page.wait_for("document.querySelectorAll('#slots tr').length === 2")
        .await;
    page.wait_for("document.querySelector('#slots').innerText.includes('alex')")
        .await;
    page.wait_for("document.querySelectorAll('.state.running').length === 2")
        .await;
    page.wait_for("document.querySelector('#servers').textContent === '2 of 50'")
        .await;
    page.wait_for("document.querySelector('#players').textContent === '2'")
        .await;
    page.wait_for("/MB/.test(document.querySelector('#memory').textContent)")
        .await;
    page.wait_for("document.querySelector('#servers-chart polyline')")
        .await;
    page.picture("running").await;

    fleet.leave(&alex).await;

    page.wait_for("document.querySelector('.state.stopped')")
        .await;
    page.wait_for("/\\d+ (s|min)/.test(document.querySelector('#slots [data-label=\"Time left\"]').textContent)").await;
    page.wait_for("document.querySelector('#news').innerText.includes('is told to stop')")
        .await;
    page.picture("stopped").await;
}

#[tokio::test]
async fn the_dashboard_says_while_the_store_cannot_be_written() {
    let fleet = RunningFleet::start(&[]).await;
    let Some(mut page) = open(&fleet.dashboard()).await else {
        return;
    };
    page.resize(1200, 800).await;
    page.wait_for("!document.querySelector('#empty').hidden")
        .await;
    assert_eq!(
        page.value_of("document.querySelector('#notice').hidden")
            .await,
        json!(true)
    );
    let (store, moved) = (fleet.data().join("fleet.db"), fleet.data().join("moved.db"));

    std::fs::rename(&store, &moved).unwrap();
    let sentence = "No new servers are started: the store cannot be written.";
    let shown = format!("document.querySelector('#notice').innerText === '{sentence}'");
    page.wait_for(&shown).await;
    page.picture("store").await;

    std::fs::rename(&moved, &store).unwrap();
    page.wait_for("document.querySelector('#notice').hidden")
        .await;
}

#[tokio::test]
async fn the_dashboard_is_german_for_people_who_read_german() {
    let fleet = RunningFleet::start(&[]).await;
    let Some(mut page) = open_in("de-AT", &fleet.dashboard()).await else {
        return;
    };
    page.wait_for("document.querySelector('#empty').innerText.startsWith('Keine Server.')")
        .await;
    fleet.join("alex").await;

    page.wait_for("document.querySelector('.state.running').innerText === 'läuft'")
        .await;
    page.wait_for("document.querySelector('#servers').textContent === '1 von 50'")
        .await;
    page.wait_for("/\\d+ Sek\\./.test(document.querySelector('#slots').innerText)")
        .await;
    let news = "document.querySelector('#news').innerText";
    for sentence in ["für alex angelegt", "ist bereit"] {
        page.wait_for(&format!("{news}.includes('{sentence}')"))
            .await;
    }
    let closed = "showClosed([{ name: 'attic', state: 'away', reason: 'it refuses this fleet' }]); document.querySelector('#workers').innerText";
    let sentence = "Der Worker attic ist nicht erreichbar; seine Server warten. Grund: er lehnt diese Flotte ab.";
    assert_eq!(page.value_of(closed).await, json!(sentence));
    std::fs::remove_file(fleet.data().join("fleet.db")).unwrap();
    let notice =
        "Es werden keine neuen Server gestartet: in die Datenbank lässt sich nicht schreiben.";
    page.wait_for(&format!(
        "document.querySelector('#notice').innerText === '{notice}'"
    ))
    .await;
    assert_eq!(
        page.value_of("document.documentElement.lang").await,
        json!("de")
    );
    page.picture("german").await;
}

#[tokio::test]
async fn a_players_name_is_text_and_nothing_else() {
    let fleet = RunningFleet::start(&[]).await;
    let Some(mut page) = open(&fleet.dashboard()).await else {
        return;
    };

    fleet
        .join("<img src=x onerror=\"document.title='hacked'\">")
        .await;

    page.wait_for("document.querySelector('#slots').innerText.includes('<img src=x')")
        .await;
    assert_eq!(
        page.value_of("document.querySelectorAll('img').length")
            .await,
        json!(0)
    );
    assert_ne!(page.value_of("document.title").await, json!("hacked"));
}

#[tokio::test]
async fn the_dashboard_can_be_used_by_keyboard_and_on_a_phone() {
    let fleet = RunningFleet::start(&[]).await;
    let Some(mut page) = open(&fleet.dashboard()).await else {
        return;
    };
    fleet
        .join("somebody with a very long name that does not fit on a phone at all")
        .await;
    page.wait_for("document.querySelectorAll('#slots tr').length === 1")
        .await;

    page.resize(360, 740).await;
    page.wait_for("document.documentElement.scrollWidth <= 360")
        .await;
    page.picture("phone").await;

    page.press("Tab").await;
    assert_eq!(
        page.value_of("document.activeElement.id").await,
        json!("theme")
    );
    let before = page
        .value_of("getComputedStyle(document.body).backgroundColor")
        .await;
    page.press("Enter").await;
    let after = page
        .value_of("getComputedStyle(document.body).backgroundColor")
        .await;
    assert_ne!(before, after, "the theme has changed");
    page.picture("phone-other-theme").await;
}

#[tokio::test]
async fn the_dashboard_comes_back_after_the_fleet_was_killed() {
    let mut fleet = RunningFleet::start(&[]).await;
    let Some(mut page) = open(&fleet.dashboard()).await else {
        return;
    };
    fleet.join("alex").await;
    page.wait_for("document.querySelector('.state.running')")
        .await;

    fleet.kill().await;
    page.wait_for(
        "document.querySelector('#connection').textContent.startsWith('Connection lost')",
    )
    .await;
    fleet.restart().await;

    page.wait_for("document.querySelector('#connection').textContent === 'Live'")
        .await;
    page.wait_for("document.querySelector('#slots').innerText.includes('alex')")
        .await;
    page.wait_for("document.querySelector('.state.running')")
        .await;
}

#[tokio::test]
async fn the_dashboard_notices_a_fleet_that_says_nothing_any_more() {
    let fleet = RunningFleet::start(&[]).await;
    let Some(mut page) = open(&fleet.dashboard()).await else {
        return;
    };
    page.wait_for("document.querySelector('#connection').textContent === 'Live'")
        .await;

    fleet.suspend();
    page.wait_for(
        "document.querySelector('#connection').textContent.startsWith('Connection lost')",
    )
    .await;
    fleet.resume();

    page.wait_for("document.querySelector('#connection').textContent === 'Live'")
        .await;
}

#[tokio::test]
async fn the_dashboard_needs_nothing_kept_in_the_browser() {
    let fleet = RunningFleet::start(&[]).await;
    let Some(mut page) = open("about:blank").await else {
        return;
    };
    page.before_others(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })",
    )
    .await;

    page.go(&fleet.dashboard()).await;

    page.wait_for("document.querySelector('#connection').textContent === 'Live'")
        .await;
    page.value_of("document.querySelector('#theme').click(); null")
        .await;
    page.wait_for("document.documentElement.dataset.theme")
        .await;
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
