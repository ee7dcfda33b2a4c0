//! What players do, from the server's log to the operator API.

use oxeye_tests::agent::AgentSetup;
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::minecraft::Minecraft;
use oxeye_tests::raw::Request;
use oxeye_tests::watched::WAIT_LIMIT;
use serde_json::{Value, json};

use super::scene;

/// Returns the types and details of a player's events, oldest first.
async fn events(oxeye: &Oxeye, player: &str) -> Vec<(String, Value)> {
    let url = format!("/api/guilds/0/activity/players/{player}/events");
    let events = oxeye.api(Request::get(url)).await;
    let events = events.as_array().expect("a list").iter().rev();
    let event = |event: &Value| {
        let event_type = event["event_type"].as_str().expect("a type").to_owned();
        (event_type, event["details"].clone())
    };
    events.map(event).collect()
}

/// Waits until this many events of a player are shown.
async fn shows(oxeye: &Oxeye, player: &str, count: usize) -> Vec<(String, Value)> {
    let asking = async {
        loop {
            let events = reported(events(oxeye, player).await);
            if events.len() >= count {
                return events;
            }
        }
    };
    let shown = tokio::time::timeout(WAIT_LIMIT, asking).await;
    shown.unwrap_or_else(|_| panic!("{player} has not done {count} things"))
}

/// Leaves out what the backend derives from joins and leaves.
fn reported(events: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let is_derived = |name: &str| name == "login" || name == "logout";
    let events = events.into_iter();
    events.filter(|(name, _)| !is_derived(name)).collect()
}

fn death(details: Value) -> (String, Value) {
    ("death".to_owned(), details)
}

#[tokio::test]
async fn deaths_and_advancements_in_the_log_are_shown_to_the_operator() {
    let (oxeye, mut minecraft, setup) = scene().await;
    let _agent = setup.start();
    minecraft.joins("Alex");
    minecraft.joins("Steve");
    oxeye.shows("survival", &["Alex", "Steve"]).await;

    minecraft.says("Steve has made the advancement [Stone Age]");
    minecraft.says("<Alex> Steve drowned");
    minecraft.says("[Server] Steve has completed the challenge [x]");
    minecraft.says("* Steve died");
    minecraft.says("Herobrine was slain by Steve");
    minecraft.says("Named entity Wolf['Steve'/7, l='world'] died: Steve was slain by Alex");
    minecraft.says("Steve was slain by Alex using [Sword]");
    minecraft.says("Steve fell from a high place");

    let steve = shows(&oxeye, "Steve", 3).await;
    let stone_age = json!({"kind": "advancement", "title": "Stone Age"});
    let expected = [
        ("advancement".to_owned(), stone_age),
        death(json!({"cause": "player", "killer": "Alex"})),
        death(json!({"cause": "fell.accident.generic"})),
    ];
    assert_eq!(steve, expected);
    let kill = ("kill".to_owned(), json!({"victim": "Steve"}));
    assert_eq!(shows(&oxeye, "Alex", 1).await, [kill]);
    let summary = Request::get("/api/guilds/0/activity/players/Steve/summary");
    assert_eq!(oxeye.api(summary).await["total_actions"], 3);
}

#[tokio::test]
async fn activity_is_counted_once_whichever_program_was_away() {
    let (mut oxeye, mut minecraft, setup) = scene().await;
    let agent = setup.start();
    minecraft.joins("Steve");
    oxeye.shows("survival", &["Steve"]).await;
    minecraft.says("Steve drowned");
    shows(&oxeye, "Steve", 1).await;

    agent.kill().await;
    minecraft.says("Steve blew up");
    let agent = setup.start();
    shows(&oxeye, "Steve", 2).await;
    oxeye.kill().await;
    minecraft.says("Steve died");
    minecraft.joins("Alex");
    let oxeye = oxeye.start_again_at_its_port().await;
    oxeye.shows("survival", &["Alex", "Steve"]).await;
    shows(&oxeye, "Steve", 3).await;
    agent.kill().await;
    let _agent = setup.start();
    minecraft.says("Steve starved to death");

    let causes: Vec<_> = shows(&oxeye, "Steve", 4).await;
    let causes: Vec<_> = causes
        .iter()
        .map(|(_, details)| &details["cause"])
        .collect();
    assert_eq!(causes, ["drown", "explosion", "generic", "starve"]);
}

#[tokio::test]
async fn a_backend_without_activity_is_told_of_joins_all_the_same() {
    let oxeye = Setup::new().set("ACTIVITY", "off").start().await;
    let mut minecraft = Minecraft::started();
    let setup = AgentSetup::beside(&minecraft);
    setup.connect(&oxeye, "survival").await;
    let agent = setup.start();
    minecraft.joins("Steve");
    oxeye.shows("survival", &["Steve"]).await;

    minecraft.says("Steve drowned");
    let line = agent.has_logged("takes no activity events").await;
    minecraft.says("Steve drowned");
    minecraft.joins("Alex");
    oxeye.shows("survival", &["Alex", "Steve"]).await;

    assert!(line.contains("ACTIVITY is off"), "{line}");
    let log = agent.log();
    assert_eq!(
        log.matches("activity").count(),
        line.matches("activity").count(),
        "{log}"
    );
}

#[tokio::test]
async fn chat_is_counted_only_if_the_operator_says_so() {
    let (oxeye, mut minecraft, setup) = scene().await;
    let _agent = setup.set("ACTIVITY", "chat").start();
    minecraft.joins("Steve");
    oxeye.shows("survival", &["Steve"]).await;

    minecraft.says("Steve drowned");
    minecraft.says("<Steve> my address is a secret");

    let chat = ("chat".to_owned(), json!({}));
    assert_eq!(shows(&oxeye, "Steve", 1).await, [chat]);
}
