//! What somebody meets who sets the agent up.

use std::fs;

use super::scene;
use oxeye_tests::agent::AgentSetup;
use oxeye_tests::backend::Oxeye;
use oxeye_tests::minecraft::Minecraft;

#[tokio::test]
async fn the_key_is_kept_where_only_its_owner_can_read_it() {
    let (_oxeye, _minecraft, setup) = scene().await;
    let file = setup.data_dir().join("links.toml");

    assert!(fs::read_to_string(&file).expect("kept").contains("oxk_"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_code_that_is_no_code_is_told_from_one_that_is_unknown() {
    let oxeye = Oxeye::start().await;
    let minecraft = Minecraft::started();
    let setup = AgentSetup::beside(&minecraft);
    let url = oxeye.url();

    let typo = setup.run(&["connect", "oxeye-1", "--backend", &url]).await;
    assert_eq!(typo.code, Some(1), "{}", typo.log);
    assert!(!typo.log.contains("oxeye-1"), "{}", typo.log);
    let unknown = ["connect", "oxeye-0123456789", "--backend", &url];
    let unknown = setup.run(&unknown).await;
    assert_eq!(unknown.code, Some(1), "{}", unknown.log);
    assert!(unknown.log.contains("code"), "{}", unknown.log);
    assert!(!unknown.log.contains("0123456789"), "{}", unknown.log);
}

#[tokio::test]
async fn an_agent_that_is_not_linked_says_how_to_link_it() {
    let minecraft = Minecraft::started();
    let setup = AgentSetup::beside(&minecraft);

    let ended = setup.run(&["run"]).await;

    assert_eq!(ended.code, Some(1));
    assert!(
        ended.log.contains("oxeye-agent connect CODE"),
        "{}",
        ended.log
    );
}

#[tokio::test]
async fn wrong_settings_stop_the_start_with_a_sentence() {
    let minecraft = Minecraft::started();
    let check = async |name: &str, value: &str, words: &str| {
        let setup = AgentSetup::beside(&minecraft).set(name, value);
        let ended = setup.run(&["run"]).await;
        assert_eq!(ended.code, Some(78), "{name}: {}", ended.log);
        assert!(ended.log.contains(words), "{name}: {}", ended.log);
        assert_eq!(ended.log.lines().count(), 1, "{}", ended.log);
    };

    check("HEARTBEAT_SECS", "0", "OXEYE_AGENT_HEARTBEAT_SECS is \"0\"").await;
    check("HEARTBEAT_SEC", "15", "OXEYE_AGENT_HEARTBEAT_SECS is").await;
    check("TIME_ZONE", "Moon", "Europe/Berlin").await;
    check("FAMILY", "beta", "OXEYE_AGENT_FAMILY is \"beta\"").await;
    check("SOURCES", "log,magic", "management, log, rcon").await;
    check("BACKEND", "oxeye.example.org", "https://oxeye.example.org").await;
    check("SERVER_DIR", "nowhere", "there is no folder nowhere").await;
    check("KEY", "hunter2", "OXEYE_AGENT_KEY cannot be used").await;
    check("JOIN_PATTERN", "joined", "player").await;
    check("CONFIG", "nowhere.toml", "there is no file nowhere.toml").await;
}

#[tokio::test]
async fn doctor_says_what_works_and_what_would_give_more() {
    let (_oxeye, mut minecraft, setup) = scene().await;
    minecraft.joins("Alex");
    let properties = "server-port=25565\nenable-query=false\nenable-rcon=false\n";
    minecraft.is_set_up_with(properties);

    let ended = setup.without("SOURCES").run(&["doctor"]).await;

    assert_eq!(ended.code, Some(0), "{}", ended.log);
    for words in [
        "log: works; ",
        "1 online",
        "management-server-enabled=true",
        "enable-rcon=true",
        "enable-query=true",
        "`oxeye-agent run` would use the log.",
    ] {
        assert!(ended.out.contains(words), "{words:?} in:\n{}", ended.out);
    }
}

#[tokio::test]
async fn parse_prints_json_lines_as_documented() {
    let (_oxeye, mut minecraft, setup) = scene().await;
    minecraft.joins("Alex");
    let log = minecraft.log_file().display().to_string();

    let ended = setup.run(&["parse", &log]).await;

    assert_eq!(ended.code, Some(0), "{}", ended.log);
    let events: Vec<serde_json::Value> = ended
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let kinds: Vec<_> = events.iter().map(|event| &event["event"]).collect();
    assert_eq!(kinds, ["boot", "start", "join"], "{}", ended.out);
    assert_eq!(events[2]["player"], "Alex");
    assert_eq!(events[2]["line"], 3);
}
