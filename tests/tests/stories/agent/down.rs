//! A server that stops, crashes or is killed is shown as down, and as up again when it is.

use oxeye_tests::agent::{Agent, AgentSetup};
use oxeye_tests::backend::Oxeye;
use oxeye_tests::minecraft::Minecraft;
use serde_json::Value;

use super::scene;

/// Returns a backend that shows a running server with Alex on it, the server, and its agent, which sends a
/// heartbeat once an hour: no change waits for the next one.
async fn running() -> (Oxeye, Minecraft, AgentSetup, Agent) {
    let (oxeye, mut minecraft, setup) = scene().await;
    let setup = setup.set("HEARTBEAT_SECS", "3600");
    minecraft.joins("Alex");
    let agent = setup.start();
    oxeye.shows("survival", &["Alex"]).await;
    let shown = oxeye.becomes("survival", "online").await;
    assert_eq!(shown["state"], "online");
    (oxeye, minecraft, setup, agent)
}

fn is_empty(status: &Value) -> bool {
    status["online_players"] == Value::Array(Vec::new())
}

#[tokio::test]
async fn a_stopped_server_is_down_then_starting_then_up() {
    let (oxeye, mut minecraft, _setup, _agent) = running().await;

    minecraft.stops();
    let down = oxeye.becomes("survival", "down").await;
    assert!(is_empty(&down), "{down}");
    assert!(down["state_since_at"].is_i64(), "{down}");
    assert_eq!(oxeye.last_seen("survival").await, ["Alex"]);

    minecraft.begins_to_start();
    oxeye.becomes("survival", "starting").await;
    minecraft.has_started();
    oxeye.becomes("survival", "online").await;
}

#[tokio::test]
async fn a_crashed_server_is_down_although_its_port_stays_open() {
    let (oxeye, mut minecraft, _setup, _agent) = running().await;

    minecraft.says("This crash report has been saved to: /srv/crash-reports/crash.txt");

    let down = oxeye.becomes("survival", "down").await;
    assert!(is_empty(&down), "{down}");
    minecraft.joins("Steve");
    let up = oxeye.becomes("survival", "online").await;
    assert_eq!(up["online_players"][0]["player"], "Steve");
}

#[tokio::test]
async fn a_killed_server_is_down_once_its_port_is_dead_and_up_when_it_has_started_again() {
    let (oxeye, mut minecraft, setup, _agent) = running().await;

    minecraft.is_killed();

    let down = oxeye.becomes("survival", "down").await;
    assert!(is_empty(&down), "{down}");
    let is_down = |agent: &Value| agent["server_state"] == "down";
    let said = setup.says("the server is down", is_down).await;
    assert!(said["agent"]["server_since_at"].is_i64(), "{said}");

    minecraft.boot();
    oxeye.becomes("survival", "online").await;
}

#[tokio::test]
async fn what_an_agent_finds_when_it_starts_again_is_shown() {
    let (oxeye, mut minecraft, setup, agent) = running().await;
    agent.kill().await;
    minecraft.stops();
    let agent = setup.start();
    oxeye.becomes("survival", "down").await;

    agent.kill().await;
    minecraft.boot();
    let agent = setup.start();
    oxeye.becomes("survival", "online").await;

    agent.kill().await;
    minecraft.is_killed();
    let _agent = setup.start();
    oxeye.becomes("survival", "down").await;
}

#[tokio::test]
async fn a_stop_while_the_backend_is_away_is_shown_when_it_is_back() {
    let (mut oxeye, mut minecraft, _setup, _agent) = running().await;
    oxeye.kill().await;
    minecraft.stops();
    minecraft.boot();
    minecraft.joins("Steve");
    minecraft.leaves("Steve");
    minecraft.stops();

    let oxeye = oxeye.start_again_at_its_port().await;

    oxeye.becomes("survival", "down").await;
    assert_eq!(oxeye.sessions("survival", "Steve").await, 1);
}

#[tokio::test]
async fn a_plugins_words_or_a_vanished_log_do_not_make_a_server_down() {
    let (oxeye, mut minecraft, setup, agent) = running().await;
    minecraft.says("[dynmap] Stopping server");
    minecraft.says("<Alex> Stopping the server");
    minecraft.rotate();
    minecraft.joins("Steve");
    oxeye.shows("survival", &["Alex", "Steve"]).await;
    assert_eq!(oxeye.status("survival").await["state"], "online");

    std::fs::remove_file(minecraft.log_file()).expect("removed");
    agent.has_logged("no source works").await;
    let has_none = |agent: &Value| agent["written_at"].is_i64() && agent["source"].is_null();
    let said = setup.says("no source works", has_none).await;
    assert_eq!(said["agent"]["server_state"], "up", "{said}");
    assert_ne!(oxeye.status("survival").await["state"], "down");
}
