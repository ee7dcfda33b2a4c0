//! The dashboard.

use serde_json::json;

use crate::running::RunningFleet;
use crate::{open, open_in};

#[tokio::test]
async fn the_dashboard_shows_players_as_they_come_and_go() {
    let fleet = RunningFleet::start(&[
        ("INACTIVITY_SHUTDOWN", "2"),
        ("FLEET_HEARTBEAT_GRACE", "600"),
        ("CLEANUP_DELETE", "600"),
    ])
    .await;
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
