//! The agent beside a Minecraft server: from a line of the log to what people see.

mod activity;
mod delivery;
mod down;
mod proxies;
mod rotation;
mod setting_up;
mod sources;

use oxeye_tests::agent::AgentSetup;
use oxeye_tests::backend::Oxeye;
use oxeye_tests::minecraft::Minecraft;
use oxeye_tests::raw::Request;
use oxeye_tests::watched::asked_until;
use serde_json::{Value, json};

/// Returns a backend, a server that is up, and an agent linked as `survival` that is not running
/// yet.
async fn scene() -> (Oxeye, Minecraft, AgentSetup) {
    let oxeye = Oxeye::start().await;
    let minecraft = Minecraft::started();
    let setup = AgentSetup::beside(&minecraft);
    setup.connect(&oxeye, "survival").await;
    (oxeye, minecraft, setup)
}

#[tokio::test]
async fn joins_and_leaves_in_the_log_reach_the_backend() {
    let (oxeye, mut minecraft, setup) = scene().await;
    minecraft.joins("Alex");
    let agent = setup.start();
    oxeye.shows("survival", &["Alex"]).await;

    minecraft.joins("jeb_");
    oxeye.shows("survival", &["Alex", "jeb_"]).await;
    minecraft.says("<jeb_> Herobrine joined the game");
    minecraft.says("[Server] Alex left the game");
    minecraft.leaves("jeb_");

    oxeye.shows("survival", &["Alex"]).await;
    assert_eq!(oxeye.last_seen("survival").await, ["jeb_"]);
    assert_eq!(oxeye.status("survival").await["state"], "online");
    assert_eq!(agent.terminate().await, Some(0));
}

#[tokio::test]
async fn nobody_is_on_a_stopped_server() {
    let (oxeye, mut minecraft, setup) = scene().await;
    minecraft.joins("Alex");
    let _agent = setup.start();
    oxeye.shows("survival", &["Alex"]).await;

    minecraft.stops();

    oxeye.shows("survival", &[]).await;
    minecraft.boot();
    minecraft.joins("Steve");
    oxeye.shows("survival", &["Steve"]).await;
}

#[tokio::test]
async fn nobody_is_on_a_killed_server_once_its_port_is_dead() {
    let (oxeye, mut minecraft, setup) = scene().await;
    minecraft.joins("Alex");
    let _agent = setup.start();
    oxeye.shows("survival", &["Alex"]).await;

    minecraft.is_killed();

    oxeye.shows("survival", &[]).await;
    assert_eq!(oxeye.last_seen("survival").await, ["Alex"]);
    minecraft.boot();
    minecraft.joins("Steve");
    oxeye.shows("survival", &["Steve"]).await;
}

#[tokio::test]
async fn a_revoked_key_stops_the_agent_with_a_sentence() {
    let (oxeye, _minecraft, setup) = scene().await;
    let mut agent = setup.start();
    oxeye.becomes("survival", "online").await;

    let unlink = Request::new("DELETE", "/api/servers/0/survival");
    let answer = oxeye.operator(unlink).await;
    assert!(answer.status < 300, "{answer}");

    assert_eq!(agent.ends().await, Some(77));
    let sentence = agent.has_logged("no longer knows this server's key").await;
    assert!(sentence.contains("oxeye-agent connect"), "{sentence}");
}

#[tokio::test]
async fn no_secret_and_no_line_of_the_server_is_ever_logged() {
    let (oxeye, mut minecraft, setup) = scene().await;
    let agent = setup.set("RCON", "off").start();
    minecraft.says("Alex issued server command: /login hunter2");
    minecraft.joins("Alex");
    oxeye.shows("survival", &["Alex"]).await;

    let log = agent.log();
    for secret in ["hunter2", "oxk_", "127.0.0.1:50000", "logged in"] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[tokio::test]
async fn the_status_command_shows_what_the_running_agent_knows() {
    let (oxeye, mut minecraft, setup) = scene().await;
    let before = setup.run(&["status"]).await;
    assert_eq!(before.code, Some(1), "{}", before.log);
    minecraft.joins("Alex");
    let _agent = setup.start();
    oxeye.shows("survival", &["Alex"]).await;

    let knows_alex = |agent: &Value| agent["online"] == json!(["Alex"]);
    let status = setup.says("Alex is online", knows_alex).await;

    assert_eq!(status["running"], true);
    assert_eq!(status["agent"]["source"], "log");
    assert_eq!(status["backend"], oxeye.url());
    assert_eq!(status["linked"], true);
}

#[tokio::test]
async fn what_the_server_says_about_itself_is_shown() {
    let oxeye = Oxeye::start().await;
    let mut minecraft = Minecraft::new();
    minecraft.has_properties("motd=\\u00a7aAll are **welcome**\nmax-players=30\n");
    minecraft.begins_to_start();
    minecraft.says(
        "This server is running Paper version 1.21.4-231-ver/1.21.4@12d8fe0 (Implementing API version 1.21.4-R0.1-SNAPSHOT)",
    );
    minecraft.has_started();
    let setup = AgentSetup::beside(&minecraft);
    setup.connect(&oxeye, "survival").await;
    let _agent = setup.start();
    oxeye.shows("survival", &[]).await;

    let about = async || oxeye.status("survival").await.get("about").cloned();
    let about = asked_until("the server has said something", about).await;

    let expected = json!({
        "version": "1.21.4",
        "software": "Paper",
        "motd": "All are **welcome**",
        "max_players": 30,
    });
    assert_eq!(about, expected);
    let said = setup.run(&["status"]).await.out;
    assert!(said.contains("Paper 1.21.4, at most 30 players"), "{said}");
}
