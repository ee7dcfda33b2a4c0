//! The best source that works is used, and the agent changes over when that changes.

use oxeye_tests::agent::{Agent, AgentSetup};
use oxeye_tests::backend::Oxeye;
use oxeye_tests::loopback::own_address;
use oxeye_tests::management::{self, Management};
use oxeye_tests::minecraft::Minecraft;
use oxeye_tests::rcon::{self, Rcon};

/// Returns a backend, a server that is up, its management server, and an agent that may ask the
/// latter and read the log. The agent is linked as `survival` and not running yet.
async fn scene_with_management() -> (Oxeye, Minecraft, Management, AgentSetup) {
    let (oxeye, minecraft, setup) = super::scene().await;
    let management = Management::start_at((own_address(), 0).into(), &[]).await;
    let setup = setup
        .set("SOURCES", "management,log")
        .set("MANAGEMENT", &management.address().to_string())
        .set("MANAGEMENT_SECRET", management::SECRET);
    (oxeye, minecraft, management, setup)
}

/// Returns a backend, a server, and an agent that reads a log from its standard input.
async fn scene_with_input() -> (Oxeye, Minecraft, Agent) {
    let oxeye = Oxeye::start().await;
    let minecraft = Minecraft::new();
    let setup = AgentSetup::beside(&minecraft)
        .set("LOG", "-")
        .without("PING");
    setup.connect(&oxeye, "survival").await;
    let agent = setup.start();
    (oxeye, minecraft, agent)
}

#[tokio::test]
async fn the_management_protocol_is_preferred_to_the_log_which_takes_over_when_it_dies() {
    let (oxeye, mut minecraft, management, setup) = scene_with_management().await;
    let address = management.address();
    let agent = setup.start();
    agent.has_logged("taken from the management protocol").await;

    management.joins("Alex");
    oxeye.shows("survival", &["Alex"]).await;
    management.joins("Steve");
    minecraft.joins("Alex");
    minecraft.joins("Steve");
    oxeye.shows("survival", &["Alex", "Steve"]).await;

    drop(management);
    agent.has_logged("taken from the log").await;
    minecraft.leaves("Steve");
    oxeye.shows("survival", &["Alex"]).await;

    let management = Management::start_at(address, &["Alex"]).await;
    management.joins("jeb_");
    oxeye.shows("survival", &["Alex", "jeb_"]).await;
    assert_eq!(oxeye.sessions("survival", "Alex").await, 1, "one stay");
}

#[tokio::test]
async fn the_log_replaces_a_management_server_that_floods_the_agent() {
    let (oxeye, mut minecraft, management, setup) = scene_with_management().await;
    let agent = setup.start();
    agent.has_logged("taken from the management protocol").await;
    management.joins("Alex");
    minecraft.joins("Alex");
    oxeye.shows("survival", &["Alex"]).await;

    management.floods();

    let why = agent.has_logged("taken from the log").await;
    assert!(why.contains("sends more than"), "{why}");
    minecraft.joins("Steve");
    oxeye.shows("survival", &["Alex", "Steve"]).await;
}

#[tokio::test]
async fn a_server_that_starts_for_the_first_time_is_followed_by_the_best_source_it_offers() {
    let oxeye = Oxeye::start().await;
    let mut minecraft = Minecraft::new();
    let setup = AgentSetup::beside(&minecraft)
        .without("SOURCES")
        .without("LOG");
    setup.connect(&oxeye, "survival").await;
    let agent = setup.start();
    agent.has_logged("no source works").await;

    let management = Management::start().await;
    let port = management.address().port();
    minecraft.has_properties(&format!(
        "management-server-enabled=true\nmanagement-server-tls-enabled=false\n\
         management-server-port={port}\nmanagement-server-secret={}\n",
        management::SECRET
    ));
    minecraft.boot();
    agent.has_logged("taken from the management protocol").await;

    minecraft.joins("Alex");
    management.joins("Alex");
    oxeye.shows("survival", &["Alex"]).await;
    drop(management);
    agent.has_logged("taken from the log").await;
    minecraft.leaves("Alex");
    oxeye.shows("survival", &[]).await;
    assert_eq!(oxeye.sessions("survival", "Alex").await, 1, "one stay");
    assert!(!agent.log().contains(management::SECRET));
}

#[tokio::test]
async fn staff_who_hide_stay_hidden_when_the_agent_is_killed() {
    let (oxeye, mut minecraft, management, setup) = scene_with_management().await;
    let agent = setup.start();
    for player in ["Alex", "Mod"] {
        minecraft.joins(player);
        management.joins(player);
    }
    oxeye.shows("survival", &["Alex", "Mod"]).await;
    minecraft.says("Mod left the game");
    oxeye.shows("survival", &["Alex"]).await;

    agent.kill().await;
    let agent = setup.start();
    agent.has_logged("taken from the management protocol").await;
    management.joins("Steve");
    oxeye.shows("survival", &["Alex", "Steve"]).await;
    assert_eq!(oxeye.sessions("survival", "Mod").await, 1, "one stay");

    minecraft.joins("Mod");
    oxeye.shows("survival", &["Alex", "Mod", "Steve"]).await;
}

#[tokio::test]
async fn a_wrong_secret_is_reported_without_the_secret_and_the_log_is_used() {
    let (oxeye, mut minecraft, _management, setup) = scene_with_management().await;
    let agent = setup.set("MANAGEMENT_SECRET", "hunter2hunter2").start();

    minecraft.joins("Alex");
    oxeye.shows("survival", &["Alex"]).await;

    let why = agent.has_logged("taken from the log").await;
    assert!(why.contains("management-server-secret"), "{why}");
    assert!(!agent.log().contains("hunter2"), "{}", agent.log());
}

#[tokio::test]
async fn without_a_log_rcon_shows_who_is_on_and_that_the_server_is_gone() {
    let oxeye = Oxeye::start().await;
    let minecraft = Minecraft::started();
    let rcon = Rcon::start(&["Alex", "Steve"]).await;
    let setup = AgentSetup::beside(&minecraft)
        .set("SOURCES", "rcon")
        .set("RCON", &rcon.address().to_string())
        .set("RCON_PASSWORD", rcon::PASSWORD)
        .without("PING");
    setup.connect(&oxeye, "survival").await;
    let _agent = setup.start();
    oxeye.shows("survival", &["Alex", "Steve"]).await;

    rcon.has(&["Steve", "jeb_"]);

    oxeye.shows("survival", &["Steve", "jeb_"]).await;
    assert_eq!(oxeye.last_seen("survival").await, ["Alex"]);

    drop(rcon);

    oxeye.shows("survival", &[]).await;
}

#[tokio::test]
async fn a_log_with_console_colours_is_read_from_standard_input() {
    let (oxeye, _minecraft, mut agent) = scene_with_input().await;

    agent
        .reads_input("mc-1  | [12:00:00 INFO]: Starting minecraft server version 1.21.4\n")
        .await;
    agent
        .reads_input(
            "mc-1  | [12:00:01 INFO]: \u{1b}[38;2;255;255;85mAlex joined the game\u{1b}[0m\n",
        )
        .await;
    agent
        .reads_input("mc-1  | [12:00:02 INFO]: <Alex> Steve joined the game\n")
        .await;
    oxeye.shows("survival", &["Alex"]).await;

    agent
        .reads_input("mc-1  | [12:00:03 INFO]: Alex left the game\n")
        .await;
    oxeye.shows("survival", &[]).await;
}

#[tokio::test]
async fn the_history_of_a_container_shows_who_is_on_and_nothing_else() {
    let (oxeye, _minecraft, mut agent) = scene_with_input().await;
    let day = |time: &str, message: &str| {
        format!("2026-01-02T{time}Z [{time}] [Server thread/INFO]: {message}\n")
    };
    let login = |player: &str| format!("{player}[/127.0.0.1:5] logged in with entity id 1 at (0)");
    let mut history = day("10:00:00", "Starting minecraft server version 1.21.4");
    history += &day("10:00:05", &login("Old"));
    history += &day("10:00:06", &login("Alex"));
    for _ in 0..3000 {
        history += &day("10:30:00", "<Old> anything new?");
    }
    history += &day("11:00:00", "Old lost connection: Disconnected");

    agent.reads_input(&history).await;
    oxeye.shows("survival", &["Alex"]).await;
    agent.reads_input(&day("12:00:00", &login("Steve"))).await;
    oxeye.shows("survival", &["Alex", "Steve"]).await;
    assert_eq!(oxeye.last_seen("survival").await, [""; 0]);

    agent.input_ends();
    assert_eq!(agent.ends().await, Some(1), "a supervisor restarts it");
}
