//! Setting up the agent, and the mistakes one can make.

use std::fs;

use super::scene;
use oxeye_tests::agent::AgentSetup;
use oxeye_tests::backend::Oxeye;
use oxeye_tests::minecraft::Minecraft;
use oxeye_tests::raw::Request;

#[tokio::test]
async fn the_key_is_kept_where_only_its_owner_can_read_it() {
    let (_oxeye, _minecraft, setup) = scene().await;
    let file = setup.data_dir().join("links.toml");

    assert!(
        fs::read_to_string(&file)
            .expect("the key is kept")
            .contains("oxk_")
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_malformed_code_and_an_unknown_one_are_different_errors() {
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
    check(
        "HEARTBEAT_SEC",
        "15",
        "did you mean OXEYE_AGENT_HEARTBEAT_SECS?",
    )
    .await;
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
async fn doctor_says_what_works_and_what_could_be_improved() {
    let (oxeye, mut minecraft, setup) = scene().await;
    minecraft.joins("Alex");
    let properties = "server-port=25565\nenable-query=false\nenable-rcon=false\n";
    minecraft.has_properties(properties);

    let ended = setup.without("SOURCES").run(&["doctor"]).await;

    assert_eq!(ended.code, Some(0), "{}", ended.log);
    let knows = format!(
        "The backend at {} knows the key of this server.",
        oxeye.url()
    );
    for words in [
        "log: works; ",
        knows.as_str(),
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
async fn doctor_fails_until_the_backend_knows_the_server() {
    let minecraft = Minecraft::started();
    let setup = AgentSetup::beside(&minecraft);
    let check = async |code: i32, words: &str| {
        let ended = setup.run(&["doctor"]).await;
        assert_eq!(ended.code, Some(code), "{}", ended.log);
        assert!(ended.out.contains("log: works; "), "{}", ended.out);
        assert!(ended.out.contains(words), "{words:?} in:\n{}", ended.out);
        let said = ended.out + &ended.log;
        assert!(!said.contains("oxk_"), "{said}");
    };

    check(1, "not linked to a backend").await;
    let oxeye = Oxeye::start().await;
    setup.connect(&oxeye, "survival").await;
    check(0, "knows the key of this server").await;
    let code = oxeye.local_link_code("lobby").await;
    let connect = ["connect", code.expose(), "--server", "lobby"];
    assert_eq!(setup.run(&connect).await.code, Some(0));
    check(0, "knows the key of lobby").await;
    let unlinked = async |server: &str| {
        let unlink = Request::new("DELETE", format!("/api/servers/0/{server}"));
        let answer = oxeye.operator(unlink).await;
        assert!(answer.status < 300, "{answer}");
    };
    unlinked("lobby").await;
    check(1, "no longer knows the key of lobby").await;
    unlinked("survival").await;
    check(77, "no longer knows the key of this server").await;
    drop(oxeye);
    check(1, "knows the key of this server: the backend at ").await;
}

#[tokio::test]
async fn parse_prints_json_lines_as_documented() {
    let (_oxeye, mut minecraft, setup) = scene().await;
    minecraft.joins("Alex");
    minecraft.says("Alex drowned");
    minecraft.joins("Steve");
    minecraft.says("Steve was slain by Alex");
    let log = minecraft.log_file().display().to_string();

    let ended = setup.run(&["parse", &log]).await;
    let kills = setup.run(&["parse", "--activity", "kill", &log]).await;
    let without = setup.run(&["parse", "--activity", "off", &log]).await;

    assert_eq!(ended.code, Some(0), "{}", ended.log);
    let events: Vec<serde_json::Value> = ended
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let kinds: Vec<_> = events.iter().map(|event| &event["event"]).collect();
    let expected = ["boot", "start", "join", "death", "join", "death", "kill"];
    assert_eq!(kinds, expected, "{}", ended.out);
    assert_eq!(events[2]["player"], "Alex");
    assert_eq!(events[2]["line"], 3);
    assert_eq!(events[3]["cause"], "drown");
    assert_eq!(events[5]["killer"], "Alex");
    assert_eq!(without.out.lines().count(), 4, "{}", without.out);
    let kill = kills.out.lines().last().expect("a line");
    let kill: serde_json::Value = serde_json::from_str(kill).expect("JSON");
    assert_eq!(
        (&kill["event"], &kill["player"], &kill["victim"]),
        (&"kill".into(), &"Alex".into(), &"Steve".into()),
        "{kill}"
    );
    assert_eq!(kills.out.lines().count(), 5, "{}", kills.out);
}
